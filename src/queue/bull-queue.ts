import { DelayedError } from 'bullmq';
import { failureOf, fail } from '../core/failure.js';
import type { Log } from '../core/log.js';
import type { Backend, BullJobLike, BullQueueLike, BullWorkerLike } from './backend.js';
import { CLOSE_MS_MAX } from './bounds.js';
import { Gate, settlesWithin } from './gate.js';
import type { Outage } from './outage.js';
import { JOB_KINDS, type JobEnd, type JobHandler, type JobKind, type WorkQueue } from './queue.js';
import { isRefusal } from './worker-options.js';

/** BullMQ takes no plain integers and few colons; a patient's number or name passes no more. */
const JOB_ID = /^(?!\d+$)[A-Za-z0-9_-]{1,100}$/;

/**
 * The work queue over BullMQ. What a job goes through:
 *
 *     enqueue -> waiting -> active -> gone                     its row is done, or left to the sweep
 *                  ^           |----> delayed until againAtMs
 *                  |                     |
 *                  +---------------------+
 *     active, its worker died -> waiting, after the lock ran out
 *
 * No job stays behind in a finished state: what failed for good is parked in the ledger. BullMQ's
 * own retries and its failed state are not used, as both would keep the text of errors.
 */
export class BullQueue implements WorkQueue {
  readonly #gate: Gate;
  readonly #workers: BullWorkerLike[] = [];
  readonly #running = new Set<Promise<JobEnd>>();
  #closing: Promise<void> | null = null;

  constructor(
    private readonly backend: Backend,
    private readonly log: Log,
    outage: Outage,
  ) {
    this.#gate = new Gate(backend.answerMsMax, outage);
  }

  async enqueue(kind: JobKind, id: string): Promise<void> {
    const queue = this.#queue(kind, id);
    await this.#ask(() => queue.add(kind, {}, { jobId: id }));
  }

  async restore(kind: JobKind, id: string): Promise<boolean> {
    const queue = this.#queue(kind, id);
    return this.#ask(async () => {
      const job = await queue.getJob(id);
      if (job !== undefined && job.finishedOn === undefined) {
        if (job.delay > 0) await bringForward(job);
        return false;
      }
      await job?.remove();
      await queue.add(kind, {}, { jobId: id });
      return true;
    });
  }

  async work(kind: JobKind, concurrency: number, handler: JobHandler): Promise<void> {
    const worker = await this.backend.openWorker(kind, concurrency, (job, token) =>
      this.#take(kind, handler, job, token),
    );
    this.#workers.push(worker);
  }

  async depths(): Promise<Readonly<Record<JobKind, number>>> {
    const [fetch, score, deliver] = await this.#ask(() =>
      Promise.all(JOB_KINDS.map((kind) => depthOf(this.backend.queues[kind]))),
    );
    return { fetch: fetch ?? 0, score: score ?? 0, deliver: deliver ?? 0 };
  }

  async check(): Promise<void> {
    await this.#ask(() => this.backend.queues.score.getJobCounts('waiting'));
  }

  close(): Promise<void> {
    this.#closing ??= this.#drain();
    return this.#closing;
  }

  #ask<T>(request: () => Promise<T>): Promise<T> {
    if (this.#closing !== null) return Promise.reject(fail('queue-away', 'the queue is closed'));
    return this.#gate.pass(request);
  }

  #queue(kind: JobKind, id: string): BullQueueLike {
    if (!JOB_ID.test(id)) throw fail('unexpected', 'not the id of a ledger row');
    return this.backend.queues[kind];
  }

  async #take(
    kind: JobKind,
    handler: JobHandler,
    job: BullJobLike,
    token: string | undefined,
  ): Promise<void> {
    const end = await this.#run(kind, handler, job.id ?? '');
    if (end.done) return;
    await job.moveToDelayed(end.againAtMs, token);
    // BullMQ's word for: I have moved this job myself, leave it there.
    throw new DelayedError();
  }

  async #run(kind: JobKind, handler: JobHandler, id: string): Promise<JobEnd> {
    const run = this.#guarded(kind, handler, id);
    this.#running.add(run);
    try {
      return await run;
    } finally {
      this.#running.delete(run);
    }
  }

  /** Never rejects, as BullMQ would keep the error's text in the store. */
  async #guarded(kind: JobKind, handler: JobHandler, id: string): Promise<JobEnd> {
    try {
      return await handler(id);
    } catch (error) {
      this.log('jobFailed', { kind, id, code: failureOf(error).code });
      return { done: true };
    }
  }

  /** However long a handler takes it is waited for; a store that is away is not. */
  async #drain(): Promise<void> {
    const closed = Promise.allSettled(this.#workers.map((worker) => worker.close()));
    do {
      await Promise.all(this.#running);
    } while (!(await settlesWithin(closed, CLOSE_MS_MAX)) && this.#running.size > 0);
    await this.backend.close();
    // Workers that could not write their end down give up now that the connections are gone.
    await settlesWithin(closed, CLOSE_MS_MAX);
  }
}

async function depthOf(queue: BullQueueLike): Promise<number> {
  const counts = await queue.getJobCounts('waiting', 'delayed', 'active');
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** A job that left the delayed state meanwhile needs nothing. */
async function bringForward(job: BullJobLike): Promise<void> {
  try {
    await job.promote();
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}
