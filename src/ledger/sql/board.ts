import { sql, type Kysely } from 'kysely';
import type { BoardEcg, BoardReads, CurrentEcg, CurrentQuery } from '../board.js';
import type { EndReason } from '../revisions.js';
import type { WrittenAbout } from './acceptance.js';
import { toRecord } from './assessments.js';
import { alertsOf } from './board-alerts.js';
import { patientNow } from './read-ecg.js';
import type { AssessmentRow, Tables } from './tables.js';

type Db = Kysely<Tables>;

export function createBoardReads(db: Db): BoardReads {
  return {
    current: (query) => current(db, query),
    members: (groups) => members(db, groups),
    load: (ecgIds) => load(db, ecgIds),
    earlier: (ecgId, limit) => earlier(db, ecgId, limit),
  };
}

const GROUP = sql`coalesce(e.patient_key, e.id)`;
/** Rows of a version that did not judge the clock are taken by their arrival. */
const CURRENT = sql`coalesce(e.current_ms, e.arrived_ms)`;

async function current(db: Db, { sinceMs, limit, groups }: CurrentQuery): Promise<CurrentEcg[]> {
  if (groups?.length === 0) return [];
  const named = groups
    ? sql`and (e.patient_key = any(${groups}::text[])
        or (e.patient_key is null and e.id = any(${groups}::text[])))`
    : sql``;
  const { rows } = await sql<CurrentEcg>`
    select "ecgId", "group", "currentMs" from (
      select distinct on (${GROUP}) e.id as "ecgId", ${GROUP} as "group",
        ${CURRENT} as "currentMs"
      from ecgs e left join ecg_ends ends on ends.ecg_id = e.id
      where ${CURRENT} >= ${sinceMs} ${named}
      order by ${GROUP}, (ends.ecg_id is null) desc, ${CURRENT} desc, e.arrived_ms desc, e.id
    ) latest
    order by "currentMs" desc, "ecgId" limit ${limit}`.execute(db);
  return rows;
}

const MEMBERS_MAX = 5_000;

async function members(
  db: Db,
  groups: readonly string[],
): Promise<Omit<CurrentEcg, 'currentMs'>[]> {
  if (groups.length === 0) return [];
  const { rows } = await sql<Omit<CurrentEcg, 'currentMs'>>`
    select e.id as "ecgId", ${GROUP} as "group" from ecgs e
    where e.patient_key = any(${groups}::text[])
      or (e.patient_key is null and e.id = any(${groups}::text[]))
    order by ${CURRENT} desc limit ${MEMBERS_MAX}`.execute(db);
  return rows;
}

async function earlier(db: Db, ecgId: string, limit: number): Promise<CurrentEcg[]> {
  const { rows } = await sql<CurrentEcg>`
    select e.id as "ecgId", ${GROUP} as "group", ${CURRENT} as "currentMs"
    from ecgs e, (select id, patient_key, coalesce(current_ms, arrived_ms) as current_ms
      from ecgs where id = ${ecgId}) this
    where e.patient_key = this.patient_key and e.id <> this.id
      and ${CURRENT} <= this.current_ms
      and not exists (select 1 from ecg_ends ends where ends.ecg_id = e.id)
    order by ${CURRENT} desc, e.id limit ${limit}`.execute(db);
  return rows;
}

interface EcgPart extends CurrentEcg {
  readonly entry: string;
  readonly arrived_ms: number;
  readonly patient_key: string | null;
  readonly sender: string | null;
  readonly why: EndReason | null;
}

async function load(db: Db, ecgIds: readonly string[]): Promise<BoardEcg[]> {
  if (ecgIds.length === 0) return [];
  const ecgs = await sql<EcgPart>`
    select e.id as "ecgId", ${GROUP} as "group", ${CURRENT} as "currentMs", e.entry, e.arrived_ms,
      e.patient_key, ends.why,
      (select r.sender from ecg_sources s join receipts r on r.id = s.receipt_id
        where s.ecg_id = e.id order by s.at_ms limit 1) as sender
    from ecgs e left join ecg_ends ends on ends.ecg_id = e.id
    where e.id = any(${ecgIds}::text[])`.execute(db);
  const assessments = await sql<AssessmentRow>`
    select distinct on (ecg_id) id, ecg_id, model_set, policy_version, is_first, state, attempts,
      due_ms, failure, document, created_ms, completed_ms
    from assessments where ecg_id = any(${ecgIds}::text[])
    order by ecg_id, created_ms desc`.execute(db);
  const newest = new Map(assessments.rows.map((row) => [row.ecg_id, row]));
  const alerts = await alertsOf(db, ecgIds);
  return Promise.all(
    ecgs.rows.map(async (row) => ({
      ...(await toBoardEcg(db, row, newest.get(row.ecgId))),
      alert: alerts.get(row.ecgId) ?? null,
    })),
  );
}

async function toBoardEcg(
  db: Db,
  row: EcgPart,
  assessment: AssessmentRow | undefined,
): Promise<Omit<BoardEcg, 'alert'>> {
  const about = JSON.parse(row.entry) as WrittenAbout;
  return {
    ecgId: row.ecgId,
    group: row.group,
    currentMs: row.currentMs,
    about: {
      vendorMeasurements: null,
      ...about,
      patient: await patientNow(db, about, row.patient_key),
    },
    arrivedAtMs: row.arrived_ms,
    sender: row.sender,
    ended: row.why,
    assessment: assessment ? toRecord(assessment) : null,
  };
}
