import type { BackendEvents } from './backend.js';
import {
  FETCH_RETRY_MS,
  IDLE_LOOK_SECONDS,
  LOCK_MS,
  STALLED_CHECK_MS,
  STALLED_COUNT_MAX,
} from './bounds.js';
import type { JobKind } from './queue.js';

export interface WorkerTiming {
  readonly lockMs: number;
  readonly stalledCheckMs: number;
}

export const WORKER_TIMING: WorkerTiming = Object.freeze({
  lockMs: LOCK_MS,
  stalledCheckMs: STALLED_CHECK_MS,
});

export function workerOptions(concurrency: number, timing: WorkerTiming) {
  return {
    concurrency,
    lockDuration: timing.lockMs,
    stalledInterval: timing.stalledCheckMs,
    maxStalledCount: STALLED_COUNT_MAX,
    runRetryDelay: FETCH_RETRY_MS,
    drainDelay: IDLE_LOOK_SECONDS,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  };
}

interface WatchedWorker {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'lockRenewalFailed', listener: (ids: string[]) => void): unknown;
  on(event: 'failed', listener: (job: { id?: string } | undefined) => void): unknown;
}

/** A worker without an `error` listener takes the process down with it. */
export function watchWorker(worker: WatchedWorker, kind: JobKind, events: BackendEvents): void {
  let lostLocks = 0;
  worker.on('lockRenewalFailed', (ids) => {
    lostLocks += ids.length;
    for (const id of ids) events.jobLost(kind, id);
  });
  worker.on('error', (error) => {
    // BullMQ tells a lost lock a second time as an error; and refuses what it means to with a number.
    if (lostLocks > 0) lostLocks--;
    else if (!isRefusal(error)) events.away(error);
  });
  worker.on('failed', (job) => {
    events.jobLost(kind, job?.id);
  });
}

/** Whether BullMQ itself said no (the job is gone, or not in that state), not the store. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && typeof (error as { code?: unknown }).code === 'number';
}
