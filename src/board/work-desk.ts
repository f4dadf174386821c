import type { Ledger } from '../ledger/ledger.js';
import type { WorkQueue } from '../queue/queue.js';
import { PARKABLE, type DeadLetter, type DeadLetterDesk, type Parkable } from './dead-letters.js';
import type { Replayed } from './messages.js';
import { iso } from './row.js';

export interface LetterRow extends DeadLetter {
  readonly kind: 'receipts' | Parkable;
}

export interface DestinationRow {
  readonly name: string;
  readonly kinds: readonly string[];
  readonly paused: boolean;
  readonly pausedBy: string | null;
  readonly pending: number;
  readonly parked: number;
  readonly oldestMs: number | null;
  readonly lastDeliveredAt: string | null;
  /** False where it is not told what becomes of an alert, as it takes no changes. */
  readonly takesUpdates: boolean;
  readonly lastFailure: { readonly code: string; readonly text: string } | null;
}

export interface QueueRow {
  readonly name: string;
  /** Waiting, delayed and running; null where the queue does not answer. */
  readonly jobs: number | null;
  /** Age of the oldest open row of the ledger. */
  readonly oldestMs: number;
}

export interface WorkDesk {
  letters(): Promise<readonly LetterRow[]>;
  retry(kind: string, id: string, actor: string): Promise<boolean>;
  destinations(): Promise<readonly DestinationRow[]>;
  /** False where nothing of this name is known. */
  turn(name: string, paused: boolean, actor: string): Promise<boolean>;
  queues(): Promise<readonly QueueRow[]>;
}

export interface WorkDeskOptions {
  readonly ledger: Pick<Ledger, 'destinations' | 'health' | 'audit'>;
  readonly queue: Pick<WorkQueue, 'depths'>;
  readonly letters: DeadLetterDesk;
  readonly replay: (receiptIds: readonly string[], actor: string) => Promise<readonly Replayed[]>;
  readonly now: () => number;
}

export function createWorkDesk(options: WorkDeskOptions): WorkDesk {
  const { ledger, queue, letters, replay, now } = options;
  return {
    async letters() {
      const { receipts, assessments, deliveries } = await letters.list();
      return [
        ...deliveries.map((one) => ({ kind: 'deliveries' as const, ...one })),
        ...assessments.map((one) => ({ kind: 'assessments' as const, ...one })),
        ...receipts.map((one) => ({ kind: 'receipts' as const, ...one })),
      ];
    },
    async retry(kind, id, actor) {
      const parkable = PARKABLE.find((one) => one === kind);
      if (parkable) return letters.requeue(parkable, id, actor);
      if (kind !== 'receipts') return false;
      const [done] = await replay([id], actor);
      return done !== undefined && done.outcome !== 'not-there';
    },
    async destinations() {
      const states = await ledger.destinations.states(now());
      return states.map(({ lastDeliveredMs, oldestMs, ...state }) => ({
        ...state,
        oldestMs: state.pending > 0 ? oldestMs : null,
        lastDeliveredAt: iso(lastDeliveredMs),
      }));
    },
    async turn(name, paused, actor) {
      const states = await ledger.destinations.states(now());
      if (!states.some((state) => state.name === name)) return false;
      const action = paused ? 'pause destination' : 'resume destination';
      await ledger.audit.record({ actor, action, subject: name });
      if (paused) await ledger.destinations.pause(name, actor, now());
      else await ledger.destinations.resume(name);
      return true;
    },
    async queues() {
      const { oldestMs } = await ledger.health.counts();
      const depths = await queue.depths().catch(() => null);
      return (['fetch', 'score', 'deliver'] as const).map((name) => ({
        name,
        jobs: depths?.[name] ?? null,
        oldestMs: oldestMs[name],
      }));
    },
  };
}
