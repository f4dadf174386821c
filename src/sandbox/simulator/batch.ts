import { Worker } from 'node:worker_threads';
import type { Condition, Draw } from './case.js';

/** What is asked for: `count` cases, the same whatever the number of threads. */
export interface BatchPlan {
  readonly seed: number;
  readonly count: number;
  readonly format: 'array' | 'wfdb';
  readonly folder: string;
  readonly draw: Draw | null;
  readonly condition: Condition | null;
}

/** Some cases that follow each other. */
export interface Portion {
  readonly from: number;
  readonly to: number;
}

export interface DonePortion extends Portion {
  /** One line a case, as labels.csv has them. */
  readonly labels: readonly string[];
  /** Little-endian, case after case; empty where the thread wrote files itself. */
  readonly samples: Uint8Array;
}

const PORTION = 50;

/** Hands portions to threads and takes what they made, in whatever order they are done. */
export async function runBatch(
  plan: BatchPlan,
  threads: number,
  take: (done: DonePortion) => Promise<void>,
): Promise<void> {
  let next = 0;
  const portion = (): Portion | null => {
    if (next >= plan.count) return null;
    const from = next;
    next = Math.min(plan.count, from + PORTION);
    return { from, to: next };
  };
  const wanted = Math.max(1, Math.min(threads, Math.ceil(plan.count / PORTION)));
  await Promise.all(Array.from({ length: wanted }, () => runThread(plan, portion, take)));
}

/** Beside this file and written alike: compiled in the product, TypeScript where that is run. */
const PROGRAM = new URL(
  import.meta.url.endsWith('.ts') ? './batch-thread.ts' : './batch-thread.js',
  import.meta.url,
);

async function runThread(
  plan: BatchPlan,
  portion: () => Portion | null,
  take: (done: DonePortion) => Promise<void>,
): Promise<void> {
  const worker = new Worker(PROGRAM, { workerData: plan, env: {} });
  try {
    for (let asked = portion(); asked; asked = portion()) {
      await take(await answerOf(worker, asked));
    }
  } finally {
    await worker.terminate();
  }
}

function answerOf(worker: Worker, asked: Portion): Promise<DonePortion> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number): void => {
      reject(new Error(`a simulating thread ended with code ${code}`));
    };
    worker.once('error', reject);
    worker.once('exit', onExit);
    worker.once('message', (done: DonePortion) => {
      worker.off('error', reject);
      worker.off('exit', onExit);
      resolve(done);
    });
    worker.postMessage(asked);
  });
}
