import type { Log } from '../core/log.js';
import type { JobHandler, JobKind, WorkQueue } from './queue.js';
import type { DueWork } from './sweep.js';
import type { WorkerTiming } from './worker-options.js';

/** What every back end's spec brings: the store behind the queue. */
export interface QueueRig {
  open(log: Log): Promise<WorkQueue>;
  /** Everything in the store is gone, under a running queue. */
  wipe(): Promise<void>;
  /** All that the store holds, as text. */
  contents(): Promise<string>;
  /** Adds a job that the store remembers when it has ended, as another tool may do. */
  addKept(kind: JobKind, id: string): Promise<void>;
  stop(): Promise<void>;
}

/** A dead worker is noticed within a second or two, so that specs need not wait for long. */
export const QUICK: WorkerTiming = { lockMs: 1_000, stalledCheckMs: 300 };

/** Options of the job itself outrank those of the worker. */
export const KEPT = { removeOnComplete: false } as const;

/** BullMQ's tables that hold jobs or speak of them. */
export const QUEUE_TABLES =
  'bullmq.job, bullmq.job_dependency, bullmq.job_log, bullmq.event, bullmq.meta, bullmq.metrics';
export const EVERYTHING = `
  SELECT to_jsonb(job)::text AS row FROM bullmq.job
  UNION ALL SELECT to_jsonb(event)::text FROM bullmq.event
  UNION ALL SELECT to_jsonb(job_log)::text FROM bullmq.job_log
  UNION ALL SELECT to_jsonb(meta)::text FROM bullmq.meta`;

export const SWEEP = { intervalMs: 50, limit: 10, now: Date.now } as const;

/** Rows of a ledger as far as the sweep sees them. */
export class Rows implements DueWork {
  readonly ids: readonly string[];
  readonly #open: Set<string>;

  constructor(
    private readonly kind: JobKind,
    count: number,
  ) {
    this.ids = Array.from({ length: count }, (_, i) => `row-${i}`);
    this.#open = new Set(this.ids);
  }

  get open(): number {
    return this.#open.size;
  }

  end(id: string): void {
    this.#open.delete(id);
  }

  readonly receipts = { dueFetches: (_: number, limit: number) => this.#due('fetch', limit) };
  readonly assessments = { due: (_: number, limit: number) => this.#due('score', limit) };
  readonly deliveries = { due: (_: number, limit: number) => this.#due('deliver', limit) };

  #due(kind: JobKind, limit: number): Promise<{ id: string }[]> {
    const ids = kind === this.kind ? [...this.#open].slice(0, limit) : [];
    return Promise.resolve(ids.map((id) => ({ id })));
  }
}

/** A handler that can be waited for. */
export class Handled {
  readonly ids: string[] = [];
  #running = 0;
  #waiting: { count: number; tell: () => void }[] = [];

  constructor(
    private readonly handle: (id: string, times: number) => ReturnType<JobHandler> = () =>
      Promise.resolve({ done: true }),
  ) {}

  get idle(): boolean {
    return this.#running === 0;
  }

  readonly handler: JobHandler = async (id) => {
    this.ids.push(id);
    this.#running++;
    this.#waiting = this.#waiting.filter(({ count, tell }) => {
      if (this.ids.length >= count) tell();
      return this.ids.length < count;
    });
    try {
      return await this.handle(id, this.ids.filter((known) => known === id).length);
    } finally {
      this.#running--;
    }
  };

  /** Resolves when that many jobs have begun. */
  until(count: number): Promise<void> {
    if (this.ids.length >= count) return Promise.resolve();
    return new Promise((tell) => this.#waiting.push({ count, tell }));
  }
}

export class Gate {
  open: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(10);
}

/** Nothing waits, runs or is delayed: also what a handler left behind has been written down. */
export async function drained(queue: WorkQueue): Promise<void> {
  await until(async () => {
    const { fetch, score, deliver } = await queue.depths();
    return fetch + score + deliver === 0;
  });
}
