import { open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEcg, type Ecg } from '../core/ecg/ecg.js';
import { LEAD_NAMES, type LeadName } from '../core/ecg/lead.js';
import { ok, refuse, type Result } from '../core/failure.js';
import { pictureOf, type PixelArea } from '../core/image/picture/picture.js';
import {
  absentLead,
  recordingOf,
  STANDARD_PAGE,
  standardPicture,
  standardShape,
} from '../core/image/picture/standard-page.js';
import { readPage } from '../core/image/read/page.js';
import type { Pixels } from '../core/image/raster.js';
import { bitmapOf } from '../pictures/bitmap.js';
import { MEASURES, measuresOf } from './picture-measures.js';
import { createProgress } from './progress.js';

const USAGE = `leadwire pictures --arrays DIR|--pages DIR --out FILE [--pixels-per-mm N] [--crop L,T,W,H]

--arrays is what \`leadwire simulate --format array\` writes, --pages a folder of JPEG pages of paper
ECGs. FILE becomes one byte a place of the standard page, ECG after ECG; FILE.f32 what the service
measures of each, in the order that FILE.json tells beside how many and how large; and FILE.csv, of
pages, which were read and why others were not. With --crop pages are not read back, nor measured:
the pipeline runs on their own pixels and keeps that part of them.
`;

const FULL = 255;
const USUAL_PER_MM = 1.28;

interface Arrays {
  readonly count: number;
  readonly samples: number;
  readonly sampleRateHz: number;
  readonly leads: readonly LeadName[];
}

interface Asked {
  readonly arrays: string | undefined;
  readonly pages: string | undefined;
  readonly out: string;
  readonly perMm: number;
  readonly crop: PixelArea | null;
}

interface Shown {
  readonly ink: Float32Array;
  /** None where the pipeline ran on a page's own pixels. */
  readonly ecg: Ecg | null;
}

/** What a network for pictures is shown of many ECGs, by the very code that scores: for training. */
export async function pictureArrays(args: readonly string[]): Promise<number> {
  const asked = parseAsked(args);
  if (asked === null) {
    process.stderr.write(USAGE);
    return 1;
  }
  const { out, perMm } = asked;
  const target = await open(out, 'w');
  const beside = await open(`${out}.f32`, 'w');
  let count = 0;
  try {
    for await (const { ink, ecg } of picturesOf(asked)) {
      await target.write(Uint8Array.from(ink, (share) => Math.round(FULL * share)));
      if (ecg) await beside.write(new Uint8Array(measuresOf(ecg).buffer));
      count += 1;
    }
  } finally {
    await target.close();
    await beside.close();
  }
  const { name, version } = STANDARD_PAGE;
  const measures = asked.crop ? [] : MEASURES;
  const about = { count, ...standardShape(perMm), pixelsPerMm: perMm, name, version, measures };
  await writeFile(`${out}.json`, `${JSON.stringify(about, null, 2)}\n`);
  return 0;
}

function parseAsked(args: readonly string[]): Asked | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      arrays: { type: 'string' },
      pages: { type: 'string' },
      out: { type: 'string' },
      'pixels-per-mm': { type: 'string', default: String(USUAL_PER_MM) },
      crop: { type: 'string' },
    },
  });
  const { arrays, pages, out } = values;
  const perMm = Number(values['pixels-per-mm']);
  const hasOne = (arrays === undefined) !== (pages === undefined);
  const [left = NaN, top = NaN, width = NaN, height = NaN] = (values.crop ?? '')
    .split(',')
    .map(Number);
  const crop = values.crop === undefined ? null : { left, top, width, height };
  const isWhole = crop === null || [left, top, width, height].every(Number.isFinite);
  return hasOne && isWhole && out !== undefined && perMm > 0
    ? { arrays, pages, out, perMm, crop }
    : null;
}

async function* picturesOf({ arrays, pages, out, perMm, crop }: Asked): AsyncGenerator<Shown> {
  if (arrays !== undefined) {
    for await (const ecg of ofArrays(arrays)) {
      yield { ink: standardPicture(recordingOf(ecg), perMm), ecg };
    }
  }
  if (pages !== undefined) {
    const draw = (pixels: Pixels): Result<Shown> =>
      crop
        ? ok({ ink: pictureOf(pixels, crop, standardShape(perMm)), ecg: null })
        : readBack(pixels, perMm);
    yield* ofPages(pages, `${out}.csv`, draw);
  }
}

async function* ofArrays(folder: string): AsyncGenerator<Ecg> {
  const meta = JSON.parse(await readFile(join(folder, 'meta.json'), 'utf8')) as Arrays;
  const source = await open(join(folder, 'ecg.i16'));
  const progress = createProgress(meta.count, 'ECGs', process.stderr);
  try {
    for (let i = 0; i < meta.count; i += 1) {
      yield await ecgAt(source, meta, i);
      progress.step();
    }
  } finally {
    await source.close();
  }
  progress.end();
}

/** Those of which a picture comes, in the order of their names. */
async function* ofPages(
  folder: string,
  list: string,
  draw: (pixels: Pixels) => Result<Shown>,
): AsyncGenerator<Shown> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.jpg')).sort();
  const progress = createProgress(files.length, 'pages', process.stderr);
  const lines = ['file,refusal'];
  for (const file of files) {
    const pixels = await bitmapOf(await readFile(join(folder, file)));
    const read = pixels.ok ? draw(pixels.value) : pixels;
    lines.push(`${file},${read.ok ? '' : read.failure.code}`);
    if (read.ok) yield read.value;
    progress.step();
  }
  progress.end();
  await writeFile(list, `${lines.join('\n')}\n`);
}

function readBack(pixels: Pixels, perMm: number): Result<Shown> {
  const read = readPage(pixels);
  if (!read.ok) return read;
  const { ecg } = read.value;
  const recording = recordingOf(ecg);
  const absent = absentLead(recording);
  return absent === null
    ? ok({ ink: standardPicture(recording, perMm), ecg })
    : refuse('input-unavailable', `lead ${absent} is not on the page`);
}

/** One ECG of the file; a lead that the file lacks is made of the others. */
async function ecgAt(
  source: Awaited<ReturnType<typeof open>>,
  { leads, samples, sampleRateHz }: Arrays,
  number: number,
): Promise<Ecg> {
  const bytes = new Uint8Array(2 * leads.length * samples);
  await source.read(bytes, 0, bytes.length, number * bytes.length);
  const values = new Int16Array(bytes.buffer);
  const given = leads.filter((name) => LEAD_NAMES.includes(name));
  const made = createEcg({
    sampleRateHz,
    leads: given.map((name) => {
      const at = leads.indexOf(name) * samples;
      return { name, microvolts: values.subarray(at, at + samples) };
    }),
  });
  if (!made.ok) throw new RangeError(`ECG ${number}: ${made.failure.detail}`);
  return made.value;
}
