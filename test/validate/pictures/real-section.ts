import { readdir, readFile } from 'node:fs/promises';
import { readPage } from '../../../src/core/image/read/page.js';
import { measure } from '../../../src/core/signal/measure.js';
import { sharedPath } from '../../support/shared.js';
import { proportion } from '../proportion.js';
import { medianOf } from './compare.js';
import { readPicture } from './jpeg.js';

const COUNTED = new URL('counted-rates.csv', import.meta.url);
/** Pixels of these pages for a second. */
const PIXELS_PER_SECOND = 98.35;
const NEAR_BPM = 5;

interface RealPage {
  readonly file: string;
  readonly outcome: string;
  readonly rateBpm: number | null;
  readonly milliseconds: number;
}

/** The pages of a hospital: read without a crash, and the rate beside a count by eye. */
export async function realSection(every: number): Promise<readonly string[]> {
  const folder = sharedPath('data/ecg-images');
  if (folder === null) return ['Real pages: none on this machine.', ''];
  const counted = await countedRates();
  const all = (await readdir(folder)).filter((f) => /^(abn|hmi|mi|norm)-.*\.jpg$/.test(f)).sort();
  const files = all.filter((file, i) => i % every === 0 || counted.has(file));
  const pages: RealPage[] = [];
  for (const file of files) {
    const page = await readReal(folder, file);
    pages.push(page);
    process.stderr.write(`${file}: ${page.outcome} ${page.rateBpm?.toFixed(1) ?? '-'}\n`);
  }
  return [...outcomes(pages, all.length), ...rates(pages, counted)];
}

async function readReal(folder: string, file: string): Promise<RealPage> {
  const picture = await readPicture(`${folder}/${file}`);
  const before = performance.now();
  const result = readPage(picture);
  const milliseconds = performance.now() - before;
  if (!result.ok) return { file, outcome: result.failure.code, rateBpm: null, milliseconds };
  const measurement = measure(result.value.ecg);
  const rateBpm = measurement.kind === 'measured' ? measurement.rhythm.rateBpm : null;
  return { file, outcome: 'read', rateBpm, milliseconds };
}

async function countedRates(): Promise<ReadonlyMap<string, number>> {
  const lines = (await readFile(COUNTED, 'utf8')).trim().split('\n');
  return new Map(
    lines
      .filter((line) => !line.startsWith('#') && !line.startsWith('file'))
      .map((line) => {
        const [file = '', beats, first, last] = line.split(',');
        const seconds = (Number(last) - Number(first)) / PIXELS_PER_SECOND;
        return [file, (60 * (Number(beats) - 1)) / seconds];
      }),
  );
}

function outcomes(pages: readonly RealPage[], all: number): readonly string[] {
  const kinds = [...new Set(pages.map(({ outcome }) => outcome))].sort();
  return [
    `Real pages (Khan et al., Mendeley Data, CC BY 4.0): ${pages.length} of ${all} in this run, none crashed; median ${medianOf(pages.map(({ milliseconds }) => milliseconds)).toFixed(0)} ms.`,
    '',
    '| outcome | pages |',
    '|---|---|',
    ...kinds.map((kind) => {
      const own = pages.filter(({ outcome }) => outcome === kind);
      return `| ${kind} | ${proportion(own.length, pages.length)} |`;
    }),
    '',
  ];
}

function rates(
  pages: readonly RealPage[],
  counted: ReadonlyMap<string, number>,
): readonly string[] {
  const pairs = pages.flatMap(({ file, rateBpm }) => {
    const count = counted.get(file);
    return count === undefined || rateBpm === null
      ? []
      : [{ file, off: Math.abs(rateBpm - count) }];
  });
  const near = pairs.filter(({ off }) => off <= NEAR_BPM);
  const far = pairs.filter(({ off }) => off > NEAR_BPM);
  return [
    `Heart rate against R peaks counted by eye on ${counted.size} pages (test/validate/pictures/counted-rates.csv): a rate was measured on ${pairs.length}, within ${NEAR_BPM} bpm on ${proportion(near.length, pairs.length)}, median difference ${medianOf(pairs.map(({ off }) => off)).toFixed(1)} bpm. The count is the mean over the strip, ours the median interval: they differ where the heart is irregular.`,
    ...far.map(({ file, off }) => `- ${file}: ${off.toFixed(0)} bpm apart`),
    '',
  ];
}
