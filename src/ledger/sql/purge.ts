import { sql, type Kysely } from 'kysely';
import type { Tables } from './tables.js';

/** How far the purge has come, for a database that is one day rebuilt from a journal. */
export interface PurgeNote {
  readonly olderThanMs: number;
  /** All that is older and still there: open work, mostly. */
  readonly keptReceiptIds: readonly string[];
}

/** One round stays short; the next one takes the rest. */
export const PURGE_AT_ONCE_MAX = 1_000;

/**
 * What is older goes, except an ECG that is still to be scored or delivered, with all that brought
 * it. A receipt without an ECG goes by its own age, except one that is still to be fetched.
 */
export async function purge(
  db: Kysely<Tables>,
  olderThanMs: number,
): Promise<{ receipts: number; ecgs: number }> {
  return db.transaction().execute(async (tx) => {
    const ecgs = await sql<{ id: string }>`
      select e.id from ecgs e
      where e.arrived_ms < ${olderThanMs}
        and not exists (
          select 1 from assessments a
          left join deliveries d on d.assessment_id = a.id and d.state not in ('delivered', 'cancelled')
          where a.ecg_id = e.id and (a.state <> 'done' or d.id is not null)
        )
        and not exists (
          select 1 from ecg_sources s where s.ecg_id = e.id and s.at_ms >= ${olderThanMs}
        )
      order by e.arrived_ms limit ${PURGE_AT_ONCE_MAX}`.execute(tx);
    const ecgIds = ecgs.rows.map(({ id }) => id);
    await forgetEcgs(tx, ecgIds);
    const receipts = await sql<{ id: string }>`
      select r.id from receipts r
      where r.received_ms < ${olderThanMs} and r.outcome <> 'to-fetch'
        and not exists (select 1 from ecgs e where e.id = r.ecg_id)
      order by r.received_ms limit ${PURGE_AT_ONCE_MAX}`.execute(tx);
    const receiptIds = receipts.rows.map(({ id }) => id);
    await forgetReceipts(tx, receiptIds);
    await sql`delete from beside_items where at_ms < ${olderThanMs}`.execute(tx);
    return { receipts: receiptIds.length, ecgs: ecgIds.length };
  });
}

/** More than this kept, and the purge is in the middle of its rounds: the last one writes the note. */
const KEPT_MAX = 10_000;

export async function purgeNote(
  db: Kysely<Tables>,
  olderThanMs: number,
): Promise<PurgeNote | null> {
  const kept = await db
    .selectFrom('receipts')
    .select('id')
    .where('received_ms', '<', olderThanMs)
    .limit(KEPT_MAX + 1)
    .execute();
  if (kept.length > KEPT_MAX) return null;
  return { olderThanMs, keptReceiptIds: kept.map(({ id }) => id) };
}

/** Takes away what came back from the journal although it had been purged. */
export async function purgeAllBut(db: Kysely<Tables>, note: PurgeNote): Promise<void> {
  const { olderThanMs, keptReceiptIds } = note;
  await db.transaction().execute(async (tx) => {
    await sql`delete from receipts
      where received_ms < ${olderThanMs} and id <> all(${keptReceiptIds}::text[])`.execute(tx);
    await sql`delete from ecg_sources s where s.at_ms < ${olderThanMs}
      and not exists (select 1 from receipts r where r.id = s.receipt_id)`.execute(tx);
    const { rows } = await sql<{ id: string }>`select e.id from ecgs e
      where e.arrived_ms < ${olderThanMs}
        and not exists (select 1 from ecg_sources s where s.ecg_id = e.id)`.execute(tx);
    await forgetEcgs(
      tx,
      rows.map(({ id }) => id),
    );
    await sql`delete from outcomes o where o.at_ms < ${olderThanMs}
      and not exists (select 1 from ecgs e where e.id = o.ecg_id)`.execute(tx);
    await sql`delete from alerts a where a.raised_ms < ${olderThanMs}
      and not exists (select 1 from ecgs e where e.id = a.ecg_id)`.execute(tx);
  });
}

async function forgetEcgs(tx: Kysely<Tables>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const assessments = tx.selectFrom('assessments').select('id').where('ecg_id', 'in', ids);
  await tx.deleteFrom('deliveries').where('assessment_id', 'in', assessments).execute();
  await tx.deleteFrom('alert_assessments').where('assessment_id', 'in', assessments).execute();
  await tx.deleteFrom('alerts').where('ecg_id', 'in', ids).execute();
  await tx.deleteFrom('assessments').where('ecg_id', 'in', ids).execute();
  await tx.deleteFrom('outcomes').where('ecg_id', 'in', ids).execute();
  await tx.deleteFrom('ecg_ends').where('ecg_id', 'in', ids).execute();
  await tx.deleteFrom('ecg_sources').where('ecg_id', 'in', ids).execute();
  await tx.deleteFrom('ecgs').where('id', 'in', ids).execute();
}

async function forgetReceipts(tx: Kysely<Tables>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.deleteFrom('receipt_bytes').where('receipt_id', 'in', ids).execute();
  await tx.deleteFrom('receipts').where('id', 'in', ids).execute();
}
