import type { JobKind } from './queue.js';

/**
 * The part of BullMQ that the work queue stands on, told apart from the store behind it: Redis, a
 * PostgreSQL server, or the embedded PostgreSQL.
 */
export interface Backend {
  /** How long one request may take before its caller goes on without the answer. */
  readonly answerMsMax: number;
  readonly queues: Readonly<Record<JobKind, BullQueueLike>>;
  /** Resolves when the worker takes jobs, or will as soon as the store can be reached. */
  openWorker(kind: JobKind, concurrency: number, take: TakeJob): Promise<BullWorkerLike>;
  /** Gives up all connections. Called after the workers were closed, or could not be. */
  close(): Promise<void>;
}

/** BullMQ hands the job and the token under which this worker holds it. */
export type TakeJob = (job: BullJobLike, token: string | undefined) => Promise<void>;

export interface BullQueueLike {
  add(name: string, data: object, options: { jobId: string }): Promise<unknown>;
  getJob(id: string): Promise<BullJobLike | undefined>;
  getJobCounts(...states: ('waiting' | 'delayed' | 'active')[]): Promise<Record<string, number>>;
}

export interface BullJobLike {
  readonly id?: string | undefined;
  /** Above 0 while the job is delayed. */
  readonly delay: number;
  readonly finishedOn?: number | undefined;
  promote(): Promise<void>;
  remove(): Promise<void>;
  moveToDelayed(atMs: number, token?: string): Promise<void>;
}

export interface BullWorkerLike {
  close(force?: boolean): Promise<void>;
}

/** What each back end reports while it runs. */
export interface BackendEvents {
  /** The store does not answer, or dropped a connection. */
  away(error: unknown): void;
  /** BullMQ gave up on one job: its lock was lost, or it stalled too often. */
  jobLost(kind: JobKind, id: string | undefined): void;
}
