import { Worker } from 'node:worker_threads';
import type { Log } from '../core/log.js';
import type { Order } from './destination.js';
import type { DrawAnswer, DrawRequest } from './picture-thread.js';

/** Draws ECGs with their evidence as PNG, in a thread of its own: a page takes a quarter of a second. */
export interface PictureMaker {
  /** Null where it could not be drawn: a result does not wait for its picture. */
  draw(order: Order): Promise<Uint8Array | null>;
  close(): Promise<void>;
}

export const DRAW_MS_MAX = 20_000;

/** Beside this file and written alike: compiled in the product, TypeScript where that is run. */
const PROGRAM = new URL(
  import.meta.url.endsWith('.ts') ? './picture-thread.ts' : './picture-thread.js',
  import.meta.url,
);

export function createPictureMaker(log: Log): PictureMaker {
  return new ThreadedMaker(log);
}

type Taken = (png: Uint8Array | null) => void;

/** The thread begins with the first page and is made anew where it ends or hangs. */
class ThreadedMaker implements PictureMaker {
  #worker: Worker | null = null;
  #number = 0;
  readonly #waiting = new Map<number, Taken>();

  constructor(private readonly log: Log) {}

  draw({ ecg: record, assessment }: Order): Promise<Uint8Array | null> {
    const number = (this.#number += 1);
    const { ecg, acquisition, page = null } = record;
    const acquiredMs = acquisition.instantMs;
    const request: DrawRequest = { number, ecg, acquiredMs, page, assessment };
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#end(this.#worker, 'no page in time');
      }, DRAW_MS_MAX);
      this.#waiting.set(number, (png) => {
        clearTimeout(timer);
        this.#waiting.delete(number);
        resolve(png);
      });
      (this.#worker ??= this.#begin()).postMessage(request);
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  #begin(): Worker {
    const worker = new Worker(PROGRAM, { env: {} });
    worker.unref();
    worker.on('message', ({ number, png }: DrawAnswer) => this.#waiting.get(number)?.(png));
    worker.once('error', () => {
      this.#end(worker, 'the drawing thread failed');
    });
    return worker;
  }

  /** All that waited for this thread goes without a picture. */
  #end(worker: Worker | null, why: string): void {
    if (worker === null || worker !== this.#worker) return;
    this.#worker = null;
    void worker.terminate();
    this.log('pictureFailed', { detail: why, count: this.#waiting.size });
    for (const taken of [...this.#waiting.values()]) taken(null);
  }
}
