import { sql, type Kysely } from 'kysely';
import type { Tables } from './tables.js';

/**
 * What is older goes, except an ECG that is still to be scored or delivered, with all that brought
 * it. A receipt without an ECG goes by its own age, except one that is still to be fetched.
 */
export async function purge(
  db: Kysely<Tables>,
  olderThanMs: number,
): Promise<{ receipts: number; ecgs: number }> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ id: string }>`
      select e.id from ecgs e
      where e.arrived_ms < ${olderThanMs}
        and not exists (
          select 1 from assessments a
          left join deliveries d on d.assessment_id = a.id and d.state <> 'delivered'
          where a.ecg_id = e.id and (a.state <> 'done' or d.id is not null)
        )
        and not exists (
          select 1 from ecg_sources s where s.ecg_id = e.id and s.at_ms >= ${olderThanMs}
        )
      order by e.arrived_ms limit ${PURGE_AT_ONCE_MAX}`.execute(tx);
    const ecgs = rows.map(({ id }) => id);
    if (ecgs.length > 0) await forgetEcgs(tx, ecgs);
    const gone = await tx
      .deleteFrom('receipts')
      .where('received_ms', '<', olderThanMs)
      .where('outcome', '!=', 'to-fetch')
      .where((eb) =>
        eb.or([
          eb('ecg_id', 'is', null),
          eb('ecg_id', 'not in', eb.selectFrom('ecgs').select('ecgs.id')),
        ]),
      )
      .returning('id')
      .execute();
    const receipts = gone.map(({ id }) => id);
    if (receipts.length > 0) {
      await tx.deleteFrom('receipt_bytes').where('receipt_id', 'in', receipts).execute();
    }
    return { receipts: receipts.length, ecgs: ecgs.length };
  });
}

/** One round stays short; the next one takes the rest. */
export const PURGE_AT_ONCE_MAX = 1_000;

async function forgetEcgs(tx: Kysely<Tables>, ids: readonly string[]): Promise<void> {
  const assessments = tx.selectFrom('assessments').select('id').where('ecg_id', 'in', ids);
  await tx.deleteFrom('deliveries').where('assessment_id', 'in', assessments).execute();
  await tx.deleteFrom('assessments').where('ecg_id', 'in', ids).execute();
  await tx.deleteFrom('ecg_sources').where('ecg_id', 'in', ids).execute();
  await tx.deleteFrom('ecgs').where('id', 'in', ids).execute();
}
