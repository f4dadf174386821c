import { parentPort } from 'node:worker_threads';
import type { Assessment } from '../core/decision/assessment.js';
import type { Ecg } from '../core/ecg/ecg.js';
import type { PageNote } from '../core/ecg/page-note.js';
import { toPng } from '../drawing/png.js';
import { toPage } from './page.js';

export interface DrawRequest {
  readonly number: number;
  readonly ecg: Ecg;
  readonly acquiredMs: number | null;
  readonly page: PageNote | null;
  readonly assessment: Assessment;
}

export interface DrawAnswer {
  readonly number: number;
  readonly png: Uint8Array;
}

/** The same page that the command line draws of a file. */
parentPort?.on('message', ({ number, ecg, acquiredMs, page, assessment }: DrawRequest) => {
  const local = acquiredMs === null ? null : new Date(acquiredMs).toISOString().slice(0, -1);
  const acquired = local === null ? null : { local, offsetMinutes: 0 };
  const drawn = { ecg, acquired, ...(page ? { page } : {}) };
  const answer: DrawAnswer = { number, png: toPng(toPage(drawn, assessment)) };
  parentPort?.postMessage(answer);
});
