import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEcg } from '../core/ecg/ecg.js';
import { LEAD_NAMES, type LeadName } from '../core/ecg/lead.js';
import {
  recordingOf,
  STANDARD_PAGE,
  standardPicture,
  standardShape,
} from '../core/image/picture/standard-page.js';
import { createProgress } from './progress.js';

const USAGE = `leadwire pictures --arrays DIR --out FILE [--pixels-per-mm N]

DIR is what \`leadwire simulate --format array\` writes. FILE becomes one byte a place of the standard
page, ECG after ECG, and FILE.json says how many and how large.
`;

const FULL = 255;
const USUAL_PER_MM = 1.28;

interface Arrays {
  readonly count: number;
  readonly samples: number;
  readonly sampleRateHz: number;
  readonly leads: readonly LeadName[];
}

/** What a network for pictures is shown of many ECGs, by the very code that scores: for training. */
export async function pictureArrays(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      arrays: { type: 'string' },
      out: { type: 'string' },
      'pixels-per-mm': { type: 'string', default: String(USUAL_PER_MM) },
    },
  });
  const { arrays, out } = values;
  const perMm = Number(values['pixels-per-mm']);
  if (arrays === undefined || out === undefined || !(perMm > 0)) {
    process.stderr.write(USAGE);
    return 1;
  }
  const meta = JSON.parse(await readFile(join(arrays, 'meta.json'), 'utf8')) as Arrays;
  const { width, height } = standardShape(perMm);
  const source = await open(join(arrays, 'ecg.i16'));
  const target = await open(out, 'w');
  const progress = createProgress(meta.count, 'pictures', process.stderr);
  try {
    for (let i = 0; i < meta.count; i += 1) {
      const recording = recordingOf(await ecgAt(source, meta, i));
      const ink = standardPicture(recording, perMm);
      await target.write(Uint8Array.from(ink, (share) => Math.round(FULL * share)));
      progress.step();
    }
  } finally {
    await source.close();
    await target.close();
  }
  progress.end();
  const { name, version } = STANDARD_PAGE;
  const about = { count: meta.count, width, height, pixelsPerMm: perMm, name, version };
  await writeFile(`${out}.json`, `${JSON.stringify(about, null, 2)}\n`);
  return 0;
}

/** One ECG of the file; a lead that the file lacks is made of the others. */
async function ecgAt(
  source: Awaited<ReturnType<typeof open>>,
  { leads, samples, sampleRateHz }: Arrays,
  number: number,
) {
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
