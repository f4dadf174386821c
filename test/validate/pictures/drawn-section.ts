import { mkdir, writeFile } from 'node:fs/promises';
import type { Ecg } from '../../../src/core/ecg/ecg.js';
import { drawEcg } from '../../../src/core/image/draw-ecg.js';
import type { DrawOptions } from '../../../src/core/image/paper.js';
import { rasterise, type Pixels } from '../../../src/core/image/raster.js';
import { readPage, type PageReading } from '../../../src/core/image/read/page.js';
import { proportion } from '../proportion.js';
import type { PtbxlRecord } from '../ptbxl-records.js';
import { compare, medianOf, type PageComparison } from './compare.js';
import { degrade, WORN } from './degrade.js';
import { smallJpeg } from './jpeg.js';
import { PAPERS, recorded, simulated } from './sources.js';

const FOLDER = new URL('../../../docs/validation/pictures/', import.meta.url);
const MM_PER_INCH = 25.4;
const CLEAN_DPI = 150;
const WORN_DPI = [96, 120, 150, 200, 300];
/** How the ECGs are drawn by lot. */
const DRAWS = [7, 8, 9, 10];
const EXAMPLE_WIDTH = 560;

export const BOUNDS = { correlationMin: 0.95, stMicrovoltsMax: 50, timeErrorMax: 0.01 };

const STATES = ['clean', 'worn'] as const;

export type State = (typeof STATES)[number];

export interface DrawnPage {
  readonly draw: number;
  readonly paper: string;
  readonly state: State;
  readonly milliseconds: number;
  /** The code of the refusal, where there was one. */
  readonly refusal: string | null;
  readonly comparison: PageComparison | null;
}

export async function pictureOf(
  ecg: Ecg,
  options: DrawOptions,
  state: State,
  seed: number,
): Promise<Pixels> {
  const dpi = state === 'clean' ? CLEAN_DPI : (WORN_DPI[seed % WORN_DPI.length] as number);
  const perMm = dpi / MM_PER_INCH;
  const page = rasterise(drawEcg(ecg, options), perMm);
  return state === 'clean' ? page : degrade(page, perMm, WORN, seed);
}

/** Every lead's likeness and its ST level, and the time scale, within the bounds. */
export function holds({ leads, timeError }: PageComparison): boolean {
  return Math.abs(timeError) <= BOUNDS.timeErrorMax && leads.every(isGood);
}

function isGood({ correlation, stMicrovolts }: PageComparison['leads'][number]): boolean {
  const isStGood = stMicrovolts === null || Math.abs(stMicrovolts) <= BOUNDS.stMicrovoltsMax;
  return correlation >= BOUNDS.correlationMin && isStGood;
}

export async function drawnSection(
  records: readonly PtbxlRecord[],
  sources: number,
): Promise<readonly string[]> {
  const drawn = DRAWS.flatMap((seed, draw) => {
    const ecgs = [
      ...recorded(records, sources, seed),
      ...Array.from({ length: sources }, (_, i) => simulated(100 * (draw + 1) + i)),
    ];
    return PAPERS.flatMap(([name, options], paper) =>
      ecgs.flatMap((ecg, i) =>
        STATES.map((state) => ({ draw, paper, name, options, ecg, i, state })),
      ),
    );
  });
  const pages: DrawnPage[] = [];
  const examples: string[] = [];
  for (const { draw, paper, name, options, ecg, i, state } of drawn) {
    const picture = await pictureOf(ecg, options, state, 1000 * paper + i);
    const before = performance.now();
    const result = readPage(picture);
    const milliseconds = performance.now() - before;
    const comparison = result.ok ? compare(ecg, options, result.value) : null;
    const refusal = result.ok ? null : result.failure.code;
    pages.push({ draw, paper: name, state, milliseconds, refusal, comparison });
    const told = refusal ?? said(comparison);
    process.stderr.write(`${draw + 1}, ${name}, ${state}, ${i}: ${told}\n`);
    if (draw === 0 && state === 'worn' && i === sources && result.ok) {
      examples.push(...(await example(name, paper, picture, result.value)));
    }
  }
  return [...table(pages, 2 * sources), ...examples];
}

function said(comparison: PageComparison | null): string {
  if (!comparison) return '';
  const bad = comparison.leads.filter((lead) => !isGood(lead));
  const words = bad.map(
    ({ lead, correlation, stMicrovolts }) =>
      `${lead} ${correlation.toFixed(3)} ${stMicrovolts?.toFixed(0) ?? '-'}`,
  );
  return `time ${(100 * comparison.timeError).toFixed(2)} %; ${words.join(', ') || 'all leads hold'}`;
}

async function example(
  name: string,
  paper: number,
  picture: Pixels,
  reading: PageReading,
): Promise<readonly string[]> {
  await mkdir(FOLDER, { recursive: true });
  const again = rasterise(drawEcg(reading.ecg, optionsOf(reading)), CLEAN_DPI / MM_PER_INCH);
  await writeFile(new URL(`page-${paper}.jpg`, FOLDER), smallJpeg(picture, EXAMPLE_WIDTH));
  await writeFile(new URL(`page-${paper}-read.jpg`, FOLDER), smallJpeg(again, EXAMPLE_WIDTH));
  return [
    `**${name}**, worn, and the ECG that was read from it, drawn again:`,
    '',
    `![worn](pictures/page-${paper}.jpg) ![read](pictures/page-${paper}-read.jpg)`,
    '',
  ];
}

function optionsOf({ layout, rhythmLead, speedMmPerS, gainMmPerMv }: PageReading): DrawOptions {
  return {
    layout,
    rhythm: rhythmLead === null ? [] : [rhythmLead],
    speedMmPerSecond: speedMmPerS === 50 ? 50 : 25,
    gainMmPerMillivolt: gainMmPerMv === 5 ? 5 : gainMmPerMv === 20 ? 20 : 10,
  };
}

function table(pages: readonly DrawnPage[], ecgs: number): readonly string[] {
  const groups: readonly (readonly [name: string, isIn: (page: DrawnPage) => boolean])[] = [
    ...PAPERS.map(([name]) => [name, (page: DrawnPage) => page.paper === name] as const),
    ...DRAWS.map((_, k) => [`draw ${k + 1}`, (page: DrawnPage) => page.draw === k] as const),
    ['all', () => true],
  ];
  const row = (name: string, isIn: (page: DrawnPage) => boolean, state: State): string => {
    const own = pages.filter((page) => page.state === state && isIn(page));
    const read = own.flatMap(({ comparison }) => comparison ?? []);
    const leads = read.flatMap((page) => page.leads);
    const st = leads.flatMap(({ stMicrovolts }) => stMicrovolts ?? []);
    const timely = read.filter(({ timeError }) => Math.abs(timeError) <= BOUNDS.timeErrorMax);
    const cells = [
      proportion(read.length, own.length),
      proportion(leads.filter((l) => l.correlation >= BOUNDS.correlationMin).length, leads.length),
      proportion(st.filter((v) => Math.abs(v) <= BOUNDS.stMicrovoltsMax).length, st.length),
      proportion(timely.length, read.length),
      proportion(read.filter(holds).length, own.length),
      medianOf(own.map(({ milliseconds }) => milliseconds)).toFixed(0),
    ];
    return `| ${name}, ${state} | ${cells.join(' | ')} |`;
  };
  return [
    `Each paper is drawn from ${DRAWS.length} draws of ${ecgs} ECGs, half of them PTB-XL records, half simulated. Clean: ${CLEAN_DPI} dpi.`,
    'Worn: 96 to 300 dpi, turned by up to 10 degrees, seen from a slant, creased, in shadow, blurred, noisy, JPEG of quality 40.',
    'A lead is compared where it is most alike within 20 ms (half a millimetre) of the page’s common shift; the time scale is judged apart.',
    'What leaves its row’s room is cut off on paper, and is not compared.',
    'Time is the clock of this run, on a machine that had other work.',
    '',
    '| paper | pages read | leads with correlation >= 0.95 | ST within 0.05 mV | time scale within 1 % | pages on which all of it holds | ms a page |',
    '|---|---|---|---|---|---|---|',
    ...groups.flatMap(([name, isIn]) => STATES.map((state) => row(name, isIn, state))),
    '',
  ];
}
