import { mkdir, writeFile } from 'node:fs/promises';
import { drawEcg } from '../../src/core/image/draw-ecg.js';
import { toPng } from '../../src/drawing/png.js';
import type { Condition } from '../../src/sandbox/simulator/case.js';
import { drawCase } from '../../src/sandbox/simulator/draw.js';
import { simulateCase } from '../../src/sandbox/simulator/simulate.js';

const FOLDER = new URL('../../docs/validation/simulator/', import.meta.url);
const DOTS_PER_INCH = 96;

/** One of each family, with seeds that show the ordinary case. */
const SHOWN: readonly (readonly [Condition, number])[] = [
  ['normal', 8],
  ['early-repolarisation', 3],
  ['lvh-strain', 5],
  ['rbbb', 5],
  ['lbbb', 5],
  ['paced', 5],
  ['pericarditis', 5],
  ['brugada', 5],
  ['hyperkalaemia', 2],
  ['pulmonary-embolism', 5],
  ['atrial-fibrillation', 8],
  ['atrial-flutter', 8],
  ['av-block-3', 8],
  ['ventricular-tachycardia', 4],
  ['omi-lad-proximal', 5],
  ['omi-lad-mid', 11],
  ['omi-rca', 5],
  ['omi-lcx', 5],
  ['omi-posterior', 5],
  ['omi-left-main', 6],
  ['de-winter', 5],
  ['wellens', 5],
  ['aslanger', 5],
  ['south-african-flag', 5],
];

export async function drawPictures(): Promise<string[]> {
  await mkdir(FOLDER, { recursive: true });
  const lines = ['## On paper', '', 'Recorder `diagnostic`, 25 mm/s, 10 mm/mV.', ''];
  for (const [condition, seed] of SHOWN) {
    const { ecg, truth } = simulateCase({
      ...drawCase(seed, { condition }),
      recorder: 'diagnostic',
    });
    const name = `${condition}.png`;
    await writeFile(new URL(name, FOLDER), toPng(drawEcg(ecg), { dotsPerInch: DOTS_PER_INCH }));
    const who = `${truth.sex === 'male' ? 'man' : 'woman'} of ${truth.ageYears}`;
    const since =
      truth.minutesSinceOnset === null
        ? ''
        : `, ${truth.culprit ?? ''}, ${Math.round(truth.minutesSinceOnset)} minutes`;
    lines.push(`**${condition}** (${who}${since})`, '', `![${condition}](simulator/${name})`, '');
  }
  return lines;
}
