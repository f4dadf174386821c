import { failureOf } from '../core/failure.js';
import type { Log } from '../core/log.js';
import type { JobKind, WorkQueue } from './queue.js';

/** The ledger's three lists of what is due, oldest first. */
export interface DueWork {
  readonly receipts: { dueFetches(nowMs: number, limit: number): Promise<readonly DueRow[]> };
  readonly assessments: { due(nowMs: number, limit: number): Promise<readonly DueRow[]> };
  readonly deliveries: { due(nowMs: number, limit: number): Promise<readonly DueRow[]> };
}

interface DueRow {
  readonly id: string;
}

export interface SweepOptions {
  readonly ledger: DueWork;
  readonly queue: Pick<WorkQueue, 'restore'>;
  readonly log: Log;
  readonly intervalMs: number;
  /** Rows asked for at first; more are asked for only while many turn out to be lost. */
  readonly limit: number;
  readonly now: () => number;
}

export interface Sweep {
  /** Resolves when the round that is under way has ended. */
  stop(): Promise<void>;
}

export const SWEEP_LIMIT = 50;
/** A row that became due just now is on its way into the queue; looking for it would be waste. */
export const SWEEP_GRACE_MS = 2_000;
/** After a wipe one round restores up to this many times the limit of each kind. */
export const SWEEP_WIDEN_MAX = 64;
/** Restores in flight at a time: the sweep must not crowd out the doors. */
const AT_ONCE = 4;

/**
 * Refills the queue from the ledger: at the start, and then for ever. In a busy queue a round looks
 * at the few oldest rows, finds their jobs waiting and is done. That is enough: a lost row moves up
 * as older ones end, and is found no later than its turn would have come.
 */
export function startSweep(options: SweepOptions): Sweep {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const round = new Round(options, () => stopped);
  const turn = async (graceMs: number): Promise<void> => {
    await round.run(graceMs);
    if (stopped) return;
    timer = setTimeout(() => {
      turning = turn(SWEEP_GRACE_MS);
    }, options.intervalMs);
  };
  // What was due before we started is on nobody's way.
  let turning = turn(0);
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await turning;
    },
  };
}

class Round {
  #ledgerAway = false;

  constructor(
    private readonly options: SweepOptions,
    private readonly isStopped: () => boolean,
  ) {}

  /** Never rejects. Nearest to the patient first; a queue that is away ends the round. */
  async run(graceMs: number): Promise<void> {
    const { receipts, assessments, deliveries } = this.options.ledger;
    const dueMs = this.options.now() - graceMs;
    const lists = [
      ['deliver', (limit: number) => deliveries.due(dueMs, limit)],
      ['score', (limit: number) => assessments.due(dueMs, limit)],
      ['fetch', (limit: number) => receipts.dueFetches(dueMs, limit)],
    ] as const;
    for (const [kind, due] of lists) {
      if (!(await this.#refill(kind, due))) return;
    }
  }

  async #refill(
    kind: JobKind,
    due: (limit: number) => Promise<readonly DueRow[]>,
  ): Promise<boolean> {
    const looked = new Set<string>();
    let restored = 0;
    let goesOn = true;
    for (let widen = 1; goesOn && widen <= SWEEP_WIDEN_MAX; widen *= 2) {
      const limit = this.options.limit * widen;
      const rows = await this.#ask(() => due(limit));
      if (rows === null) return false;
      const fresh = rows.filter(({ id }) => !looked.has(id)).map(({ id }) => id);
      for (const id of fresh) looked.add(id);
      const back = await this.#restore(kind, fresh);
      restored += back.restored;
      if (!back.answered) {
        this.#report(kind, restored);
        return false;
      }
      goesOn = rows.length === limit && back.restored > 0;
    }
    this.#report(kind, restored);
    return true;
  }

  /** Null when the ledger is away; said once, not every round. */
  async #ask(due: () => Promise<readonly DueRow[]>): Promise<readonly DueRow[] | null> {
    try {
      const rows = await due();
      this.#ledgerAway = false;
      return rows;
    } catch (error) {
      if (!this.#ledgerAway) this.options.log('ledgerAway', { code: failureOf(error).code });
      this.#ledgerAway = true;
      return null;
    }
  }

  /** The queue says by itself when it is away. */
  async #restore(
    kind: JobKind,
    ids: readonly string[],
  ): Promise<{ restored: number; answered: boolean }> {
    let restored = 0;
    for (let at = 0; at < ids.length && !this.isStopped(); at += AT_ONCE) {
      const some = ids.slice(at, at + AT_ONCE).map((id) => this.options.queue.restore(kind, id));
      const ends = await Promise.allSettled(some);
      restored += ends.filter((end) => end.status === 'fulfilled' && end.value).length;
      if (ends.some((end) => end.status === 'rejected')) return { restored, answered: false };
    }
    return { restored, answered: !this.isStopped() };
  }

  #report(kind: JobKind, count: number): void {
    if (count > 0) this.options.log('jobsRebuilt', { kind, count });
  }
}
