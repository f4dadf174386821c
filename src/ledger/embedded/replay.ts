import type { Kysely } from 'kysely';
import { FailureError } from '../../core/failure.js';
import type { Log } from '../../core/log.js';
import { codeOf } from '../classed.js';
import type { AlertRecord } from '../alerts.js';
import type { Delivery } from '../ledger.js';
import type { Outcome } from '../outcomes.js';
import { writeAlert } from '../sql/alert-rows.js';
import { applyAcceptance } from '../sql/accept.js';
import type { AcceptanceEntry } from '../sql/acceptance.js';
import { restoreDelivered } from '../sql/deliveries.js';
import { restoreOutcome } from '../sql/outcomes.js';
import { purgeAllBut, type PurgeNote } from '../sql/purge.js';
import type { Tables } from '../sql/tables.js';
import type { Journal } from './journal.js';

/**
 * What the journal holds: arrivals, each fsynced before its sender is answered; outcomes and alerts as
 * they stand after each step, fsynced before a person is told that it is done; and two light notes
 * that keep a rebuilt database from delivering again and from bringing back what was purged.
 */
export type JournalHead =
  | AcceptanceEntry
  | { readonly kind: 'delivered'; readonly delivery: Delivery }
  | { readonly kind: 'outcome'; readonly outcome: Outcome }
  | { readonly kind: 'alert'; readonly alert: AlertRecord }
  | { readonly kind: 'purged'; readonly note: PurgeNote };

/**
 * Applies what the database does not hold yet; answers how many entries that were. Ids follow from
 * content or stand in the entry, so that applying one twice changes nothing.
 */
export async function replay(
  journal: Journal<JournalHead>,
  db: Kysely<Tables>,
  log: Log,
  applied: () => Promise<void>,
): Promise<number> {
  let count = 0;
  for await (const { head, position } of journal.entries(await readPosition(db))) {
    try {
      await apply(db, head, position);
      count += 1;
      await applied();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      log('journalEntryRefused', { id: position });
    }
  }
  return count;
}

export async function readPosition(db: Kysely<Tables>): Promise<string | null> {
  const row = await db.selectFrom('journal_position').select('position').executeTakeFirst();
  return row?.position ?? null;
}

async function apply(db: Kysely<Tables>, head: JournalHead, position: string): Promise<void> {
  switch (head.kind) {
    case 'accepted':
    case 'fetched':
      await applyAcceptance(db, head, { position });
      return;
    case 'delivered':
      await restoreDelivered(db, head.delivery);
      return;
    case 'outcome':
      await restoreOutcome(db, head.outcome);
      return;
    case 'alert':
      await writeAlert(db, head.alert);
      return;
    case 'purged':
      await purgeAllBut(db, head.note);
  }
}

/**
 * An entry that the database will never take must not keep all others out. It was refused at its
 * arrival too, so that its sender was told.
 */
function isRefusal(error: unknown): boolean {
  if (error instanceof FailureError) return error.failure.class === 'permanent';
  return /^2[23]/.test(codeOf(error));
}
