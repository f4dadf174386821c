import { retryDelayMs, shouldPark, type RetryPlan } from '../core/backoff.js';
import type { Assessment } from '../core/decision/assessment.js';
import type { ModelOutcome, Scored, Scorer } from '../core/decision/scorer.js';
import { fail, failureOf } from '../core/failure.js';
import type { Log } from '../core/log.js';
import type { PagePlan } from '../ledger/alerts.js';
import type { AssessmentRecord, EcgRecord, Ledger, NewDelivery } from '../ledger/ledger.js';
import type { JobEnd, JobHandler, WorkQueue } from '../queue/queue.js';

/** What a decision is made from; the policy in force is the decider's own knowledge. */
export interface ToDecide {
  readonly record: EcgRecord;
  readonly row: AssessmentRecord;
  readonly scored: Scored;
  readonly nowMs: number;
}

export interface ToPage {
  readonly record: EcgRecord;
  readonly findingIds: readonly string[];
  readonly nowMs: number;
}

export interface ScoreStationOptions {
  readonly ledger: {
    readonly assessments: Pick<Ledger['assessments'], 'get' | 'ecg' | 'complete' | 'failed'>;
  };
  readonly queue: Pick<WorkQueue, 'enqueue'>;
  readonly scorer: Pick<Scorer, 'score'>;
  readonly decide: (facts: ToDecide) => Assessment;
  /** How a decision to alert is paged; null where nobody can be. */
  readonly planOf: (facts: ToPage) => Promise<PagePlan | null>;
  /** Names of the places where results stand; each gets every result of a known patient. */
  readonly destinations: readonly string[];
  readonly retryPlan: RetryPlan;
  readonly log: Log;
  readonly now: () => number;
  readonly random: () => number;
}

const DONE: JobEnd = Object.freeze({ done: true });

/**
 * The station that scores. It re-reads the row, so a job that comes twice or late does no harm.
 *
 * A row born under other models or another policy (an upgrade came in between) is scored under
 * those of now: no ECG waits for weights that are gone. The row keeps its identity, the assessment
 * inside it names what truly answered.
 */
export function createScoreStation(options: ScoreStationOptions): JobHandler {
  return async (assessmentId) => {
    const row = await options.ledger.assessments.get(assessmentId);
    if (row?.state !== 'pending') return DONE;
    const startedMs = options.now();
    options.log('scoring', { assessmentId, ecgId: row.ecgId });
    let decided: Decided;
    try {
      decided = await scoreRow(options, row);
    } catch (error) {
      return putOff(options, row, error);
    }
    await complete(options, row, decided);
    options.log('scored', {
      assessmentId,
      ecgId: row.ecgId,
      elapsedMs: options.now() - startedMs,
    });
    return DONE;
  };
}

interface Decided {
  readonly assessment: Assessment;
  readonly outcomes: readonly ModelOutcome[];
  readonly deliveries: readonly NewDelivery[];
  readonly plan: PagePlan | null;
}

async function scoreRow(options: ScoreStationOptions, row: AssessmentRecord): Promise<Decided> {
  const record = await options.ledger.assessments.ecg(row.ecgId);
  if (!record) throw fail('row-missing', 'the ECG of this assessment is not in the ledger');
  const scored = await options.scorer.score(record.ecg);
  const { outcomes } = scored;
  for (const outcome of outcomes) {
    if (outcome.kind === 'answer') continue;
    const { code, detail } = outcome.failure;
    options.log('modelSilent', { assessmentId: row.id, name: outcome.modelId, code, detail });
  }
  const nowMs = options.now();
  const assessment = options.decide({ record, row, scored, nowMs });
  const { alert } = assessment;
  const plan = alert.raise
    ? await options.planOf({ record, findingIds: alert.findingIds, nowMs })
    : null;
  return { assessment, outcomes, deliveries: deliveriesOf(options, record), plan };
}

/** Without a patient there is no chart to write to: such a result stands on the board alone. */
function deliveriesOf(
  { destinations }: ScoreStationOptions,
  { patient }: EcgRecord,
): readonly NewDelivery[] {
  if (patient === null) return [];
  return destinations.map((destination) => ({ destination, kind: 'result' }));
}

async function complete(
  { ledger, queue, log }: ScoreStationOptions,
  row: AssessmentRecord,
  { assessment, outcomes, deliveries, plan }: Decided,
): Promise<void> {
  log('recording', { assessmentId: row.id });
  const born = await ledger.assessments.complete(row.id, assessment, outcomes, deliveries, plan);
  for (const deliveryId of born) {
    try {
      await queue.enqueue('deliver', deliveryId);
      log('enqueued', { kind: 'deliver', deliveryId });
    } catch (error) {
      // The row is committed and due: the sweep finds it when the queue is back.
      log('queueAway', { deliveryId, code: failureOf(error).code });
    }
  }
}

async function putOff(
  { ledger, retryPlan, log, now, random }: ScoreStationOptions,
  row: AssessmentRecord,
  error: unknown,
): Promise<JobEnd> {
  const why = failureOf(error);
  const attempts = row.attempts + 1;
  const park = shouldPark(retryPlan, attempts, why);
  const againAtMs = now() + retryDelayMs(retryPlan, row.attempts, why, random());
  await ledger.assessments.failed(row.id, why, againAtMs, park);
  log(park ? 'scoreParked' : 'scoreRetried', {
    assessmentId: row.id,
    code: why.code,
    detail: why.detail,
    attempts,
  });
  return park ? DONE : { done: false, againAtMs };
}
