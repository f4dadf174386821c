import { describe, expect, test } from '@jest/globals';
import { simulateEcg } from '../../../../test/support/simulated.js';
import { createEcg, MISSING, type Ecg } from '../../ecg/ecg.js';
import { LEAD_NAMES } from '../../ecg/lead.js';
import { drawEcg } from '../draw-ecg.js';
import { PAPER, TRACE_LEFT_MM } from '../paper.js';
import { rasterise } from '../raster.js';
import { pictureOf } from './picture.js';
import {
  absentLead,
  cellStarts,
  recordingOf,
  STANDARD_CELLS,
  STANDARD_PAGE,
  standardPicture,
  standardShape,
} from './standard-page.js';

const PER_MM = 1.28;
const { width, height } = standardShape(PER_MM);
const ecg = simulateEcg({ seed: 3, condition: 'anterior-occlusion', ageYears: 60, sex: 'female' });
const pictureOfEcg = (of: Ecg): Float32Array => standardPicture(recordingOf(of), PER_MM);

function remade(change: (value: number, i: number, lead: string) => number, of = ecg): Ecg {
  const made = createEcg({
    sampleRateHz: of.sampleRateHz,
    partial: true,
    leads: of.leads.map(({ name, samples }) => ({
      name,
      microvolts: Float64Array.from(samples, (value, i) => change(value, i, name)),
    })),
  });
  if (!made.ok) throw new Error(made.failure.detail);
  return made.value;
}

const shown = pictureOfEcg(ecg);
const isSame = (a: Float32Array, b: Float32Array): boolean =>
  Buffer.compare(new Uint8Array(a.buffer), new Uint8Array(b.buffer)) === 0;

const inkOf = (picture: Float32Array, row: number, from: number, to: number): number => {
  let sum = 0;
  for (let y = (row * height) / 4; y < ((row + 1) * height) / 4; y += 1) {
    for (let x = from; x < to; x += 1) sum += picture[y * width + x] as number;
  }
  return sum;
};

describe('the standard page', () => {
  test('shows every lead in its place and lead II below them all', () => {
    expect(STANDARD_CELLS.map(({ lead }) => lead)).toEqual([...LEAD_NAMES, 'II']);
    for (const { lead, row, fromSeconds, toSeconds } of STANDARD_CELLS) {
      const without = pictureOfEcg(remade((value, _, name) => (name === lead ? 0 : value)));
      const from = Math.round((fromSeconds * width) / 10) + 1;
      const to = Math.round((toSeconds * width) / 10) - 1;
      const changed = shown.map((value, i) => Math.abs(value - (without[i] as number)));
      const here = inkOf(changed, row, from, to);
      expect({ lead, row, here: here > 1 }).toEqual({ lead, row, here: true });
    }
  });

  test('says nothing of the level that a recorder left in a lead', () => {
    const moved = pictureOfEcg(remade((value, _, name) => value + (name === 'V3' ? 900 : -300)));
    expect(isSame(moved, shown)).toBe(true);
  });

  test('shows the middle of a long recording', () => {
    const rate = ecg.sampleRateHz;
    const long = createEcg({
      sampleRateHz: rate,
      leads: ecg.leads.map(({ name, samples }) => ({
        name,
        microvolts: [
          ...new Array<number>(3 * rate).fill(0),
          ...samples,
          ...new Array<number>(3 * rate).fill(0),
        ],
      })),
    });
    if (!long.ok) throw new Error(long.failure.detail);
    expect(isSame(pictureOfEcg(long.value), shown)).toBe(true);
  });

  test('names the lead that it lacks, and does not need its rhythm strip', () => {
    expect(absentLead(recordingOf(ecg))).toBeNull();
    const onPaper = (of: string, i: number): boolean =>
      STANDARD_CELLS.slice(0, 12).some(
        ({ lead, fromSeconds, toSeconds }) =>
          lead === of && i >= fromSeconds * 500 && i < toSeconds * 500,
      );
    const paper = remade((value, i, name) => (onPaper(name, i) ? value : NaN));
    expect(paper.leads[0]?.samples[4000]).toBe(MISSING);
    expect(absentLead(recordingOf(paper))).toBeNull();
    const torn = remade((value, i, name) => (name === 'V2' && i > 3000 ? NaN : value), paper);
    expect(absentLead(recordingOf(torn))).toBe('V2');
  });

  test('shows a lead at the time at which paper of another layout has it', () => {
    const half = (name: string): boolean => LEAD_NAMES.findIndex((one) => one === name) < 6;
    const paper = remade((value, i, name) =>
      name === 'II' || half(name) === i < 2500 ? value : NaN,
    );
    const recording = recordingOf(paper);
    expect(absentLead(recording)).toBeNull();
    const starts = cellStarts(recording);
    expect([starts[0], starts[3], starts[6], starts[9], starts[12]]).toEqual([0, 2.5, 5, 7.5, 0]);
    const early = remade((value, i) => (i < 2500 ? value : NaN));
    expect(cellStarts(recordingOf(early)).slice(0, 12)).toEqual([
      0, 0, 0, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5,
    ]);
    expect(absentLead(recordingOf(early))).toBeNull();
  });

  test('is not drawn with a pen that its own opening takes away', () => {
    const share = shown.reduce((sum, value) => sum + value, 0) / shown.length;
    expect(share).toBeGreaterThan(0.01);
    const columns = Array.from({ length: width }, (_, x) => inkOf(shown, 3, x, x + 1));
    expect(Math.min(...columns)).toBeGreaterThan(0);
  });
});

describe('the pipeline on the pixels of a whole page', () => {
  test('keeps the traces and loses the grid', () => {
    const page = drawEcg(ecg);
    const scale = 4;
    const pixels = rasterise(page, scale);
    const area = {
      left: TRACE_LEFT_MM * scale,
      top: PAPER.gridTopMm * scale,
      width: STANDARD_PAGE.widthMm * scale,
      height: PAPER.gridHeightMm * scale,
    };
    const whole = pictureOf(pixels, area, { width, height });
    const rows = Array.from({ length: 4 }, (_, row) => inkOf(whole, row, 0, width));
    expect(Math.min(...rows)).toBeGreaterThan(20);
    const blank = rasterise(
      { ...page, marks: page.marks.filter(({ ink }) => ink !== 'trace') },
      scale,
    );
    const left = pictureOf(blank, area, { width, height });
    const sum = (of: Float32Array): number => of.reduce((total, value) => total + value, 0);
    expect(sum(whole)).toBeGreaterThan(3 * sum(left));
  });
});
