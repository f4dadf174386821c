import { failureOf } from '../core/failure.js';
import type { Log } from '../core/log.js';
import type { Audit } from '../ledger/audit.js';

/** What was turned away at a door, on record. */
export interface Refusals {
  /** With the network address of who knocked, where the door knows it. */
  note(actor: string, action: string, subject: string, address?: string): Promise<void>;
}

/** Whoever knocks a thousand times fills no disk: the rest of a minute is told in one line. */
export const REFUSALS_A_MINUTE_MAX = 60;
const MINUTE_MS = 60_000;

export interface RefusalsOptions {
  readonly audit: Pick<Audit, 'record'>;
  readonly log: Log;
  readonly now: () => number;
}

export function createRefusals({ audit, log, now }: RefusalsOptions): Refusals {
  let minute = 0;
  let count = 0;
  return {
    async note(actor, action, subject, address) {
      const current = Math.floor(now() / MINUTE_MS);
      if (current !== minute) [minute, count] = [current, 0];
      count += 1;
      if (count > REFUSALS_A_MINUTE_MAX + 1) return;
      const isLast = count > REFUSALS_A_MINUTE_MAX;
      const entry = isLast
        ? { actor, action: 'more refused in this minute than are kept', subject: 'refusals' }
        : { actor, action, subject };
      try {
        await audit.record({ ...entry, outcome: 'refused', address: address ?? null });
      } catch (error) {
        // The refusal itself stands, with or without its record.
        log('ledgerAway', { code: failureOf(error).code });
      }
    },
  };
}
