import type { Kysely } from 'kysely';
import { fail, failure, type Failure } from '../../core/failure.js';
import { wantsPage } from '../alert-steps.js';
import { holdAlert } from './alert-rows.js';
import type { Tables } from './tables.js';

export const OVERTAKEN = 'a newer claim holds this delivery';

/**
 * Cancels a page that its alert wants no longer, and says why; null where it may go, or its bytes may
 * have left. The alert is held meanwhile, so that an act on it comes wholly before or wholly
 * after.
 */
export async function endUnwanted(
  db: Kysely<Tables>,
  id: string,
  fence: number,
): Promise<Failure | null> {
  return db.transaction().execute(async (tx) => {
    const page = await tx
      .selectFrom('deliveries')
      .select(['kind', 'destination', 'alert_id', 'in_flight', 'outcome_unknown'])
      .where('id', '=', id)
      .executeTakeFirst();
    const mayHaveLeft = page?.in_flight === true || page?.outcome_unknown === true;
    if (!page?.alert_id || mayHaveLeft) return null;
    const alert = await holdAlert(tx, page.alert_id);
    if (!alert || wantsPage(alert, page)) return null;
    const why = failure('page-not-wanted', `the alert was ${alert.state} before this page left`);
    const ended = await tx
      .updateTable('deliveries')
      .set({ state: 'cancelled', failure: JSON.stringify(why), lease_until_ms: null })
      .where('id', '=', id)
      .where('fence', '=', fence)
      .where('state', '=', 'claimed')
      .executeTakeFirst();
    if (ended.numUpdatedRows === 0n) throw fail('lease-lost', OVERTAKEN);
    return why;
  });
}
