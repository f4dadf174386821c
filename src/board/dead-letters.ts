import type { Failure } from '../core/failure.js';
import type { Ledger } from '../ledger/ledger.js';
import type { WorkQueue } from '../queue/queue.js';

/** What stopped and waits for a person: ids and reasons, no patient data. */
export interface DeadLetters {
  readonly receipts: readonly DeadLetter[];
  readonly assessments: readonly DeadLetter[];
  readonly deliveries: readonly DeadLetter[];
}

export interface DeadLetter {
  readonly id: string;
  readonly since: string;
  readonly code: Failure['code'] | null;
  readonly detail: string | null;
  readonly location: string | null;
}

export const DEAD_LETTERS_SHOWN_MAX = 500;

export const PARKABLE = ['assessments', 'deliveries'] as const;
export type Parkable = (typeof PARKABLE)[number];

export interface DeadLetterDesk {
  list(): Promise<DeadLetters>;
  /** False when there is no such row, or it is not parked. */
  requeue(what: Parkable, id: string, actor: string): Promise<boolean>;
}

export function createDeadLetterDesk(
  ledger: Ledger,
  queue: Pick<WorkQueue, 'restore'>,
  now: () => number,
): DeadLetterDesk {
  const limit = DEAD_LETTERS_SHOWN_MAX;
  return {
    async list() {
      const [faulty, refused, assessments, deliveries] = await Promise.all([
        ledger.receipts.list({ outcome: 'at-fault', limit }),
        ledger.receipts.list({ outcome: 'refused', limit }),
        ledger.assessments.parked(limit),
        ledger.deliveries.parked(limit),
      ]);
      const receipts = [...faulty, ...refused].sort((a, b) => b.receivedAtMs - a.receivedAtMs);
      return {
        receipts: receipts
          .slice(0, limit)
          .map((row) => letter(row.id, row.receivedAtMs, row.failure)),
        assessments: assessments.map((row) => letter(row.id, row.createdAtMs, row.failure)),
        deliveries: deliveries.map((row) => letter(row.id, row.createdAtMs, row.failure)),
      };
    },
    async requeue(what, id, actor) {
      const done = await ledger[what].requeue(id, now());
      if (!done) return false;
      await ledger.audit.record({ actor, action: `requeue-${what}`, subject: id });
      await queue.restore(what === 'assessments' ? 'score' : 'deliver', id);
      return true;
    },
  };
}

function letter(id: string, sinceMs: number, failure: Failure | null): DeadLetter {
  return {
    id,
    since: new Date(sinceMs).toISOString(),
    code: failure?.code ?? null,
    detail: failure?.detail ?? null,
    location: failure?.location ?? null,
  };
}
