import { readdir, readFile } from 'node:fs/promises';
import { readPage } from '../../../src/core/image/read/page.js';
import { measure } from '../../../src/core/signal/measure.js';
import { assessQuality, type QualityKind } from '../../../src/core/signal/quality.js';
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
  /** What forbids a network for pictures to answer. */
  readonly against: readonly QualityKind[];
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
  return [...outcomes(pages, all.length), ...fitness(pages), ...rates(pages, counted)];
}

async function readReal(folder: string, file: string): Promise<RealPage> {
  const picture = await readPicture(`${folder}/${file}`);
  const before = performance.now();
  const result = readPage(picture);
  const milliseconds = performance.now() - before;
  const page = { file, milliseconds, rateBpm: null, against: [] };
  if (!result.ok) return { ...page, outcome: result.failure.code };
  const { ecg } = result.value;
  const measurement = measure(ecg);
  const rateBpm = measurement.kind === 'measured' ? measurement.rhythm.rateBpm : null;
  const forbidding = assessQuality(ecg, measurement).findings.filter(({ forbids }) =>
    forbids.includes('score'),
  );
  const against = [...new Set(forbidding.map(({ kind }) => kind))];
  return { ...page, outcome: 'read', rateBpm, against };
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

/** Lead III is what I and II make of it, whatever the heart does: a check of time and scale alike. */
function fitness(pages: readonly RealPage[]): readonly string[] {
  const read = pages.filter(({ outcome }) => outcome === 'read');
  const fit = read.filter(({ against }) => against.length === 0);
  const kinds = [...new Set(read.flatMap(({ against }) => against))].sort();
  const counts = kinds.map(
    (kind) => `${kind} ${read.filter(({ against }) => against.includes(kind)).length}`,
  );
  return [
    `Of the pages read, nothing forbids \`eianet\` to answer on ${proportion(fit.length, read.length)}. Against it on the others, some for several reasons: ${counts.join(', ')}.`,
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
