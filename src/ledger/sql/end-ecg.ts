import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { EndReason } from '../revisions.js';
import type { Write } from './place-ecg.js';
import type { Tables } from './tables.js';

type Db = Kysely<Tables>;

/** Part of a statement that other parts refer to by its name. */
export interface NamedWrite {
  readonly name: string;
  readonly query: Write;
}

/** An ECG that no longer stands. */
export interface Ending {
  readonly ecgId: string;
  readonly why: EndReason;
  readonly byEcgId: string | null;
}

const CANCELLED = 'cancelled_deliveries';

/**
 * What it takes for ECGs to end: the fact, the mark on their assessments (which then bear nothing but
 * what takes back), the end of every delivery that is not yet made, and for each place that may hold
 * something one delivery that takes it back. A delivery whose bytes may be on their way is given the
 * rest of its lease to arrive: only then is looked for what it left.
 */
export function rowsOfEndings(
  db: Db,
  endings: readonly Ending[],
  receiptId: string,
  atMs: number,
): readonly (Write | NamedWrite)[] {
  if (endings.length === 0) return [];
  const ids = endings.map(({ ecgId }) => ecgId);
  const ended = db
    .insertInto('ecg_ends')
    .values(
      endings.map(({ ecgId, why, byEcgId }) => ({
        ecg_id: ecgId,
        why,
        by_ecg_id: byEcgId,
        receipt_id: receiptId,
        at_ms: atMs,
      })),
    )
    .onConflict((on) => on.doNothing());
  const marked = db
    .updateTable('assessments')
    .set({ ended_ms: atMs })
    .where('ecg_id', 'in', ids)
    .where('ended_ms', 'is', null);
  const cancelled = db
    .updateTable('deliveries')
    .set({ state: 'cancelled' })
    .where(
      'assessment_id',
      'in',
      db.selectFrom('assessments').select('id').where('ecg_id', 'in', ids),
    )
    .where('kind', '!=', 'retraction')
    .where('state', 'not in', ['delivered', 'cancelled'])
    .returning(['assessment_id', 'destination', 'in_flight', 'lease_until_ms']);
  return [ended, marked, { name: CANCELLED, query: cancelled }, retractions(ids, atMs)];
}

function retractions(ids: readonly string[], atMs: number): RawBuilder<unknown> {
  return sql`insert into deliveries
      (id, assessment_id, destination, kind, state, attempts, due_ms, fence, in_flight,
       outcome_unknown, created_ms)
    select ${retractionId()}, assessment_id, destination, 'retraction', 'pending', 0,
      max(due_ms), 0, false, false, ${atMs}::double precision
    from (
      select assessment_id, destination, ${atMs}::double precision as due_ms from deliveries
      where state = 'delivered' and kind <> 'retraction'
        and assessment_id in (select id from assessments where ecg_id in (${sql.join(ids)}))
      union all
      select assessment_id, destination,
        case when in_flight then coalesce(lease_until_ms, ${atMs}) else ${atMs} end
      from ${sql.ref(CANCELLED)}
    ) told
    group by assessment_id, destination
    on conflict do nothing`;
}

/** The same id that `deliveryIdOf` gives. */
function retractionId(): RawBuilder<string> {
  const text = sql`'["delivery",' || to_json(assessment_id)::text || ',' ||
    to_json(destination)::text || ',"retraction"]'`;
  return sql`'delivery-' || left(encode(sha256(convert_to(${text}, 'UTF8')), 'hex'), 32)`;
}

/** Deliveries that take back what stood for these ECGs. */
export async function retractionsOf(db: Db, ecgIds: readonly string[]): Promise<readonly string[]> {
  if (ecgIds.length === 0) return [];
  const rows = await db
    .selectFrom('deliveries')
    .select('id')
    .where('kind', '=', 'retraction')
    .where('state', '!=', 'delivered')
    .where(
      'assessment_id',
      'in',
      db.selectFrom('assessments').select('id').where('ecg_id', 'in', ecgIds),
    )
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}
