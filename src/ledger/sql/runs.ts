import { sql, type Kysely } from 'kysely';
import { concordOf, type Concord } from '../../core/decision/concord.js';
import type { Assessment } from '../../core/decision/assessment.js';
import type { InputStatistics } from '../../core/decision/scorer.js';
import type { ModelRun, ModelRuns, OutcomeCount, RunQuery, RunScore } from '../runs.js';
import type { ModelRunRow, Tables } from './tables.js';

type Db = Kysely<Tables>;

export function createModelRuns(db: Db): ModelRuns {
  return {
    page: (query) => page(db, query),
    outcomes: (modelId, sinceMs) => outcomes(db, modelId, sinceMs),
  };
}

type Judged = Pick<ModelRunRow, 'scores' | 'abstained' | 'agreement'>;

/** What was made of a model's answer, kept with it: so that monitoring reads no patient's rows. */
export function judgedRun(modelId: string, assessment: Assessment): Judged {
  const findings = assessment.findings.filter((finding) => finding.modelId === modelId);
  const withheld = assessment.abstentions.find((one) => one.modelId === modelId);
  const scores = Object.fromEntries(
    findings.map(({ findingId, probability, positive }): [string, RunScore] => [
      findingId,
      { p: Math.round(probability * PARTS) / PARTS, positive },
    ]),
  );
  return {
    scores: findings.length === 0 ? null : JSON.stringify(scores),
    abstained: withheld?.reason ?? null,
    agreement: concordOf(findings, assessment.examination?.criteria ?? []),
  };
}

/** Finer than any bin of a histogram. */
const PARTS = 10_000;

async function page(db: Db, query: RunQuery): Promise<ModelRun[]> {
  const { modelId, modelVersion, fromMs, toMs, limit } = query;
  const { oldestFirst = false, offset = 0, withInputs = false } = query;
  const order = oldestFirst ? ('asc' as const) : ('desc' as const);
  let select = db
    .selectFrom('model_runs')
    .select(['at_ms', 'device', 'age_band', 'sex', 'scores', 'abstained', 'agreement'])
    .select(
      sql<string | null>`${withInputs ? sql.ref('input_statistics') : null}::text`.as('inputs'),
    )
    .where('model_id', '=', modelId)
    .where('at_ms', '>=', fromMs)
    .where('at_ms', '<', toMs)
    .orderBy('at_ms', order)
    .orderBy('assessment_id', order)
    .limit(limit)
    .offset(offset);
  if (modelVersion !== undefined) select = select.where('model_version', '=', modelVersion);
  const rows = await select.execute();
  return rows.map((row) => ({
    atMs: row.at_ms,
    device: row.device,
    ageBand: row.age_band,
    sex: row.sex,
    scores: row.scores === null ? null : (JSON.parse(row.scores) as Record<string, RunScore>),
    abstained: row.abstained,
    agreement: row.agreement as Concord | null,
    inputs: row.inputs === null ? null : (JSON.parse(row.inputs) as InputStatistics),
  }));
}

async function outcomes(db: Db, modelId: string, sinceMs: number): Promise<OutcomeCount[]> {
  const { rows } = await sql<OutcomeCount>`
    select told.finding_id as "findingId", told.says, told.source, count(*)::int as count,
      (count(*) filter (where told.positive = 'true'))::int as "foundPositive",
      (count(*) filter (where told.positive = 'false'))::int as "foundNegative",
      (count(*) filter (where told.positive is null))::int as withheld
    from (
      select o.finding_id, o.says, o.source,
        r.scores::json -> o.finding_id ->> 'positive' as positive, r.scores, r.abstained
      from outcomes o join model_runs r on r.model_id = ${modelId} and r.assessment_id =
        coalesce(o.assessment_id, (select a.id from assessments a where a.ecg_id = o.ecg_id
          order by a.created_ms desc limit 1))
      where o.at_ms >= ${sinceMs}
    ) told
    where told.positive is not null or told.abstained is not null
    group by told.finding_id, told.says, told.source
    order by told.finding_id, told.says, told.source limit 200`.execute(db);
  return rows;
}
