/**
 * Work in flight. The ledger knows what is due; the queue only says "now" to a worker. A job is a
 * kind and the id of a ledger row, so a queue that is wiped loses nothing: the sweep refills it.
 */
export const JOB_KINDS = ['fetch', 'score', 'deliver'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/** How a handler left its row. The ledger already holds the outcome when it returns. */
export type JobEnd = { readonly done: true } | { readonly done: false; readonly againAtMs: number };

export type JobHandler = (id: string) => Promise<JobEnd>;

export interface WorkQueue {
  /** Adding a job that is waiting or running already changes nothing. */
  enqueue(kind: JobKind, id: string): Promise<void>;
  /**
   * As enqueue, for a row that the ledger says is due: a finished job of the same id is forgotten
   * first, a delayed one is brought forward. True when the job was gone and is back.
   */
  restore(kind: JobKind, id: string): Promise<boolean>;
  /** Starts taking jobs of a kind. A handler that throws leaves its row to the sweep. */
  work(kind: JobKind, concurrency: number, handler: JobHandler): Promise<void>;
  /** Jobs waiting, delayed and running, by kind. */
  depths(): Promise<Readonly<Record<JobKind, number>>>;
  /** Throws FailureError `queue-away` when the back end does not answer. */
  check(): Promise<void>;
  /** Takes no new jobs and waits for the running ones; closes the back end's connections. */
  close(): Promise<void>;
}
