import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LEAD_NAMES } from '../core/ecg/lead.js';
import { runBatch, type BatchPlan } from '../sandbox/simulator/batch.js';
import { CONDITIONS, isCondition } from '../sandbox/simulator/case.js';
import { LABEL_HEAD } from '../sandbox/simulator/labels.js';
import { createProgress } from './progress.js';

const COUNT_MAX = 1_000_000;
const THREADS_MAX = 64;
const SEED_MAX = 0xffffffff;
const SAMPLE_RATE_HZ = 500;
const SAMPLES = 5000;
const BYTES_A_CASE = 2 * LEAD_NAMES.length * SAMPLES;

const USAGE = `leadwire simulate --count N --out DIR [--format array|wfdb] [--seed N]
                  [--draw training|test] [--condition NAME] [--threads N]

conditions: ${CONDITIONS.join(', ')}
`;

interface Asked extends BatchPlan {
  readonly threads: number;
}

/** Simulated ECGs in bulk, with what is true of each: for training and for trying things. */
export async function simulate(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const asked = parseAsked(args);
  if (typeof asked === 'string') {
    process.stderr.write(`${asked}\n\n${USAGE}`);
    return 1;
  }
  await mkdir(asked.folder, { recursive: true });
  const labels = await makeAll(asked);
  await writeFile(join(asked.folder, 'labels.csv'), `${[LABEL_HEAD, ...labels].join('\n')}\n`);
  await writeFile(
    join(asked.folder, 'meta.json'),
    `${JSON.stringify(await metaOf(asked), null, 2)}\n`,
  );
  return 0;
}

function parseAsked(args: readonly string[]): Asked | string {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        count: { type: 'string' },
        out: { type: 'string' },
        format: { type: 'string', default: 'array' },
        seed: { type: 'string', default: '1' },
        draw: { type: 'string' },
        condition: { type: 'string' },
        threads: { type: 'string', default: String(Math.min(THREADS_MAX, availableParallelism())) },
      },
    }));
  } catch (error) {
    return error instanceof Error ? error.message : 'these arguments cannot be read';
  }
  const { out, format, draw, condition } = values;
  const count = whole(values.count, 1, COUNT_MAX);
  const seed = whole(values.seed, 0, SEED_MAX);
  const threads = whole(values.threads, 1, THREADS_MAX);
  if (count === null) return `--count is a whole number from 1 to ${COUNT_MAX}`;
  if (out === undefined || out === '') return '--out names a folder';
  if (format !== 'array' && format !== 'wfdb') return '--format is array or wfdb';
  if (seed === null) return `--seed is a whole number from 0 to ${SEED_MAX}`;
  if (threads === null) return `--threads is a whole number from 1 to ${THREADS_MAX}`;
  if (draw !== undefined && draw !== 'training' && draw !== 'test')
    return '--draw is training or test';
  if (condition !== undefined && !isCondition(condition)) return 'there is no such condition';
  return {
    count,
    seed,
    threads,
    format,
    folder: out,
    draw: draw ?? null,
    condition: condition ?? null,
  };
}

function whole(text: string | undefined, low: number, high: number): number | null {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return null;
  const value = Number(text);
  return value >= low && value <= high ? value : null;
}

/** Writes each portion to its own place in the file, so their order does not matter. */
async function makeAll(asked: Asked): Promise<string[]> {
  const labels = new Array<string>(asked.count);
  const file = asked.format === 'array' ? await open(join(asked.folder, 'ecg.i16'), 'w') : null;
  const progress = createProgress(asked.count, 'ECGs', process.stderr);
  try {
    await runBatch(asked, asked.threads, async (portion) => {
      portion.labels.forEach((line, k) => {
        labels[portion.from + k] = line;
      });
      await file?.write(portion.samples, 0, portion.samples.length, portion.from * BYTES_A_CASE);
      progress.step(portion.labels.length);
    });
  } finally {
    await file?.close();
  }
  progress.end();
  return labels;
}

async function metaOf({ count, seed, format, draw, condition }: Asked): Promise<object> {
  const own = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(own) as { version: string };
  return {
    count,
    samples: SAMPLES,
    sampleRateHz: SAMPLE_RATE_HZ,
    seed,
    version,
    format,
    draw,
    condition,
    leads: LEAD_NAMES,
    credits: 'fitted to even folds of PTB-XL (Wagner et al., Sci Data 2020, CC BY 4.0)',
  };
}
