import type { Kysely, Transaction } from 'kysely';
import type { Assessment } from '../../core/decision/assessment.js';
import { readAssessment } from './read-assessment.js';
import type { ModelOutcome } from '../../core/decision/scorer.js';
import type { Failure } from '../../core/failure.js';
import type { PagePlan } from '../alerts.js';
import { deliveryIdOf } from '../identity.js';
import type { AssessmentRecord, Assessments, NewDelivery } from '../ledger.js';
import type { WrittenAbout } from './acceptance.js';
import type { AlertNote } from './alerts.js';
import { newDeliveryRow } from './delivery-row.js';
import { raiseAlert, type Raised } from './raise-alert.js';
import { readEcg } from './read-ecg.js';
import { readFailure } from './receipts.js';
import { judgedRun } from './runs.js';
import { subgroupOf } from './subgroup.js';
import { FIRST_SENDER } from './first-sender.js';
import type { AssessmentRow, ModelRunRow, Tables } from './tables.js';

/**
 * The work between the two legs. `complete` is the only way out of `pending` that bears deliveries,
 * and it works once: of two workers that scored the same row, the second changes nothing.
 */
export function createAssessments(
  db: Kysely<Tables>,
  now: () => number,
  note: AlertNote,
): Assessments {
  return {
    async get(id) {
      const row = await db
        .selectFrom('assessments')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst();
      return row ? toRecord(row) : null;
    },
    async ofEcg(ecgId) {
      const row = await db
        .selectFrom('assessments')
        .selectAll()
        .where('ecg_id', '=', ecgId)
        .orderBy('created_ms', 'desc')
        .executeTakeFirst();
      return row ? toRecord(row) : null;
    },
    ecg: (ecgId) => readEcg(db, ecgId),
    complete: (id, assessment, outcomes, deliveries, plan = null) =>
      complete(db, note, { id, assessment, outcomes, deliveries, plan, nowMs: now() }),
    failed: (id, failure, dueAtMs, park) => fail(db, id, failure, dueAtMs, park),
    async requeue(id, nowMs) {
      const result = await db
        .updateTable('assessments')
        .set({ state: 'pending', attempts: 0, due_ms: nowMs })
        .where('id', '=', id)
        .where('state', '=', 'parked')
        .executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },
    due: (nowMs, limit) =>
      db
        .selectFrom('assessments')
        .select(['id', 'attempts'])
        .where('state', '=', 'pending')
        .where('due_ms', '<=', nowMs)
        .orderBy('due_ms')
        .limit(limit)
        .execute(),
    async parked(limit) {
      const rows = await db
        .selectFrom('assessments')
        .selectAll()
        .where('state', '=', 'parked')
        .orderBy('created_ms', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toRecord);
    },
  };
}

type Tx = Transaction<Tables>;

const NOTHING_RAISED: Raised = { alerts: [], deliveryIds: [] };

interface Completion {
  readonly id: string;
  readonly assessment: Assessment;
  readonly outcomes: readonly ModelOutcome[];
  readonly deliveries: readonly NewDelivery[];
  readonly plan: PagePlan | null;
  readonly nowMs: number;
}

async function complete(
  db: Kysely<Tables>,
  note: AlertNote,
  completion: Completion,
): Promise<readonly string[]> {
  const { alerts, deliveryIds } = await db
    .transaction()
    .execute((tx) => completeInside(tx, completion));
  for (const alert of alerts) await note(alert);
  return deliveryIds;
}

async function completeInside(tx: Tx, completion: Completion): Promise<Raised> {
  const { id, assessment, outcomes, deliveries, plan, nowMs } = completion;
  const done = await finish(tx, id, assessment, nowMs);
  if (done === null) return { ...NOTHING_RAISED, deliveryIds: await openDeliveries(tx, id) };
  const { ecgId, ended } = done;
  await keepRuns(tx, { id, ecgId, assessment }, outcomes, nowMs);
  const wanted = ended ? takenBack(deliveries) : deliveries;
  const born = await bearDeliveries(tx, id, wanted, nowMs);
  const { alert } = assessment;
  if (ended || !alert.raise || plan === null) return { ...NOTHING_RAISED, deliveryIds: born };
  const { findingIds } = alert;
  const raised = await raiseAlert(tx, { assessmentId: id, ecgId, findingIds, plan, nowMs });
  return { ...raised, deliveryIds: [...born, ...raised.deliveryIds] };
}

/** The assessment's ECG, and whether that has ended meanwhile; null where it was not waiting. */
async function finish(
  tx: Tx,
  id: string,
  assessment: Assessment,
  nowMs: number,
): Promise<{ readonly ecgId: string; readonly ended: boolean } | null> {
  const row = await tx
    .updateTable('assessments')
    .set({
      state: 'done',
      document: JSON.stringify(assessment),
      failure: null,
      completed_ms: nowMs,
    })
    .where('id', '=', id)
    .where('state', '=', 'pending')
    .returning(['ecg_id', 'ended_ms'])
    .executeTakeFirst();
  return row ? { ecgId: row.ecg_id, ended: row.ended_ms !== null } : null;
}

/**
 * In a ledger that was rebuilt nobody remembers what was delivered before the ECG ended: each place
 * that would get the result now is asked to hold none.
 */
function takenBack(deliveries: readonly NewDelivery[]): readonly NewDelivery[] {
  const places = new Set(deliveries.map(({ destination }) => destination));
  return [...places].map((destination) => ({ destination, kind: 'retraction' }));
}

interface Completed {
  readonly id: string;
  readonly ecgId: string;
  readonly assessment: Assessment;
}

async function keepRuns(
  tx: Tx,
  { id, ecgId, assessment }: Completed,
  outcomes: readonly ModelOutcome[],
  nowMs: number,
): Promise<void> {
  if (outcomes.length === 0) return;
  const ecg = await tx
    .selectFrom('ecgs')
    .select('entry')
    .select(FIRST_SENDER.as('sender'))
    .where('id', '=', ecgId)
    .executeTakeFirst();
  const about = ecg ? (JSON.parse(ecg.entry) as WrittenAbout) : null;
  const context = { ...subgroupOf(about), sender: ecg?.sender ?? null, at_ms: nowMs };
  await tx
    .insertInto('model_runs')
    .values(
      outcomes.map((outcome) => ({
        ...context,
        ...toRun(id, outcome),
        ...judgedRun(outcome.modelId, assessment),
      })),
    )
    .onConflict((on) => on.doNothing())
    .execute();
}

function toRun(
  assessmentId: string,
  outcome: ModelOutcome,
): Omit<
  ModelRunRow,
  'at_ms' | 'sender' | 'device' | 'age_band' | 'sex' | 'scores' | 'abstained' | 'agreement'
> {
  const answer = outcome.kind === 'answer' ? outcome : null;
  return {
    assessment_id: assessmentId,
    model_id: outcome.modelId,
    model_version: outcome.modelVersion,
    logits: answer && JSON.stringify(answer.logits),
    input_statistics: answer && JSON.stringify(answer.inputStatistics),
    failure_code: outcome.kind === 'silence' ? outcome.failure.code : null,
    run_ms: answer?.runMs ?? null,
  };
}

/** The ids of those born: one that a rebuild brought back as delivered is born already. */
async function bearDeliveries(
  tx: Tx,
  assessmentId: string,
  deliveries: readonly NewDelivery[],
  nowMs: number,
): Promise<readonly string[]> {
  if (deliveries.length === 0) return [];
  const rows = deliveries.map((delivery) =>
    newDeliveryRow(deliveryIdOf(assessmentId, delivery), assessmentId, delivery, nowMs),
  );
  const born = await tx
    .insertInto('deliveries')
    .values(rows)
    .onConflict((on) => on.doNothing())
    .returning('id')
    .execute();
  return born.map(({ id }) => id).sort();
}

async function openDeliveries(tx: Tx, assessmentId: string): Promise<readonly string[]> {
  const open = await tx
    .selectFrom('deliveries')
    .select('id')
    .where('assessment_id', '=', assessmentId)
    .where('state', 'not in', ['delivered', 'cancelled'])
    .orderBy('id')
    .execute();
  return open.map(({ id }) => id);
}

async function fail(
  db: Kysely<Tables>,
  id: string,
  why: Failure,
  dueAtMs: number,
  park: boolean,
): Promise<void> {
  await db
    .updateTable('assessments')
    .set((eb) => ({
      state: park ? ('parked' as const) : ('pending' as const),
      failure: JSON.stringify(why),
      attempts: eb('attempts', '+', 1),
      due_ms: dueAtMs,
    }))
    .where('id', '=', id)
    .where('state', '=', 'pending')
    .execute();
}

export function toRecord(row: AssessmentRow): AssessmentRecord {
  return {
    id: row.id,
    ecgId: row.ecg_id,
    modelSet: row.model_set,
    policyVersion: row.policy_version,
    isFirst: row.is_first,
    state: row.state,
    attempts: row.attempts,
    dueAtMs: row.due_ms,
    failure: readFailure(row.failure),
    assessment: row.document === null ? null : readAssessment(row.document),
    createdAtMs: row.created_ms,
    completedAtMs: row.completed_ms,
  };
}
