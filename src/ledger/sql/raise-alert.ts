import { sql, type Kysely } from 'kysely';
import { afterAct, afterJoin, isOpen, SERVICE } from '../alert-steps.js';
import type { AlertCap, AlertRecord, PagePlan } from '../alerts.js';
import { alertIdOf, lockNumberOf } from '../identity.js';
import { bearPages, bearUpdates, saveAlert, selectAlerts, toAlert } from './alert-rows.js';
import { FIRST_SENDER } from './first-sender.js';
import type { Tables } from './tables.js';

type Db = Kysely<Tables>;

export interface ToRaise {
  readonly assessmentId: string;
  readonly ecgId: string;
  readonly findingIds: readonly string[];
  readonly plan: PagePlan;
  readonly nowMs: number;
}

/** All alerts that changed, and the deliveries that page for them. */
export interface Raised {
  readonly alerts: readonly AlertRecord[];
  readonly deliveryIds: readonly string[];
}

/**
 * Inside the transaction that completes the assessment. Locks make it one decision a patient and a
 * department at a time: of two ECGs completed at the same instant the second finds the first's alert.
 */
export async function raiseAlert(tx: Db, wanted: ToRaise): Promise<Raised> {
  const about = await aboutOf(tx, wanted);
  await lock(tx, about);
  const ofPatient = await alertsOf(tx, about.patientKey);
  const known = ofPatient.find((one) => one.assessmentIds.includes(wanted.assessmentId));
  if (known) return bornBefore(tx, known, wanted);
  const { quietMs } = wanted.plan;
  const near = ofPatient.filter(
    (one) => wanted.nowMs - one.raisedAtMs < quietMs && silences(one) && shares(one, wanted),
  );
  const told = new Set(near.flatMap((one) => one.findingIds));
  const untold = wanted.findingIds.filter((finding) => !told.has(finding));
  const raised: Raised[] = [await joinAll(tx, near, wanted)];
  if (untold.length > 0) {
    const older = ofPatient.filter((one) => isOpen(one) && !near.includes(one));
    const replaced = older.filter((one) => one.findingIds.some((id) => untold.includes(id)));
    const born = await bear(tx, { ...wanted, findingIds: untold }, about);
    raised.push(...born, await supersedeAll(tx, replaced, born[0]?.alerts[0]?.id ?? '', wanted));
  }
  return merged(raised);
}

interface About {
  readonly patientKey: string | null;
  readonly department: string;
}

async function aboutOf(tx: Db, { ecgId, plan }: ToRaise): Promise<About> {
  const row = await tx
    .selectFrom('ecgs')
    .select('patient_key')
    .select(FIRST_SENDER.as('sender'))
    .where('id', '=', ecgId)
    .executeTakeFirst();
  return {
    patientKey: row?.patient_key ?? null,
    department: plan.department ?? row?.sender ?? '',
  };
}

/** Number spaces of their own beside those of arrivals, always taken in this order. */
const PATIENT_ALERT_LOCKS = 3;
const DEPARTMENT_LOCKS = 4;

async function lock(tx: Db, { patientKey, department }: About): Promise<void> {
  await sql`select pg_advisory_xact_lock(${PATIENT_ALERT_LOCKS}::int,
    ${lockNumberOf(patientKey ?? '')}::int)`.execute(tx);
  await sql`select pg_advisory_xact_lock(${DEPARTMENT_LOCKS}::int,
    ${lockNumberOf(department)}::int)`.execute(tx);
}

/** Enough for any patient; what is older than these is far outside every window. */
const LOOKED_AT_MAX = 100;

async function alertsOf(tx: Db, patientKey: string | null): Promise<readonly AlertRecord[]> {
  if (patientKey === null) return [];
  const rows = await selectAlerts(tx)
    .where('patient_key', '=', patientKey)
    .orderBy('raised_ms', 'desc')
    .limit(LOOKED_AT_MAX)
    .execute();
  return rows.map(toAlert);
}

/** One that was an error silences nobody; one that a person resolved does. */
function silences({ state }: AlertRecord): boolean {
  return state !== 'withdrawn' && state !== 'superseded';
}

function shares(alert: AlertRecord, { findingIds }: ToRaise): boolean {
  return alert.findingIds.some((id) => findingIds.includes(id));
}

/** The journal brought the alert back before its assessment was made again. */
async function bornBefore(tx: Db, alert: AlertRecord, { nowMs }: ToRaise): Promise<Raised> {
  const taken = alert.plan.routes.slice(0, alert.routesTaken);
  const deliveryIds =
    alert.state === 'raised' ? await bearPages(tx, alert, taken, 'alert', nowMs) : [];
  return { alerts: [], deliveryIds };
}

async function joinAll(
  tx: Db,
  near: readonly AlertRecord[],
  { assessmentId, plan, nowMs }: ToRaise,
): Promise<Raised> {
  const alerts: AlertRecord[] = [];
  for (const one of near) {
    const joined = afterJoin(one, assessmentId, plan.urgency, nowMs);
    if (!joined) continue;
    await saveAlert(tx, joined);
    alerts.push(joined);
  }
  return { alerts, deliveryIds: [] };
}

async function supersedeAll(
  tx: Db,
  old: readonly AlertRecord[],
  heirId: string,
  { nowMs }: ToRaise,
): Promise<Raised> {
  const alerts: AlertRecord[] = [];
  const deliveryIds: string[] = [];
  for (const one of old) {
    const by = { actor: SERVICE, via: 'service', note: heirId, atMs: nowMs } as const;
    const ended = afterAct(one, { action: 'supersede', ...by });
    if (!ended) continue;
    await saveAlert(tx, ended);
    deliveryIds.push(...(await bearUpdates(tx, ended, nowMs)));
    alerts.push(ended);
  }
  return { alerts, deliveryIds };
}

/** The alert itself first; in a storm it is quiet, and the storm pages. */
async function bear(tx: Db, wanted: ToRaise, about: About): Promise<readonly Raised[]> {
  const { cap } = wanted.plan;
  if (cap === null || (await pagesOf(tx, about.department, cap, wanted.nowMs)) < cap.pagesMax) {
    return [await page(tx, newAlert(wanted, about), wanted.nowMs)];
  }
  const { storm, raised } = await stormOf(tx, wanted, about, cap);
  const quiet = { routesTaken: 0, nextRouteAtMs: null, escalateAtMs: null } as const;
  const member = { ...newAlert(wanted, about), ...quiet, stormOf: storm.id };
  await saveAlert(tx, member);
  return [{ alerts: [member], deliveryIds: [] }, ...raised];
}

async function page(tx: Db, alert: AlertRecord, nowMs: number): Promise<Raised> {
  await saveAlert(tx, alert);
  const first = alert.plan.routes.slice(0, alert.routesTaken);
  return { alerts: [alert], deliveryIds: await bearPages(tx, alert, first, 'alert', nowMs) };
}

async function pagesOf(
  tx: Db,
  department: string,
  { withinMs }: AlertCap,
  nowMs: number,
): Promise<number> {
  const row = await tx
    .selectFrom('alerts')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('department', '=', department)
    .where('raised_ms', '>', nowMs - withinMs)
    .where('storm_of', 'is', null)
    .where('is_storm', '=', false)
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

/** The storm that is on, or a new one, which takes the place of one that was. */
async function stormOf(
  tx: Db,
  wanted: ToRaise,
  { department }: About,
  { withinMs }: AlertCap,
): Promise<{ readonly storm: AlertRecord; readonly raised: readonly Raised[] }> {
  const rows = await selectAlerts(tx)
    .where('department', '=', department)
    .where('is_storm', '=', true)
    .where('ended_ms', 'is', null)
    .orderBy('raised_ms', 'desc')
    .limit(LOOKED_AT_MAX)
    .execute();
  const open = rows.map(toAlert);
  const on = open.find(({ raisedAtMs }) => wanted.nowMs - raisedAtMs < withinMs);
  if (on) return { storm: on, raised: [await joinAll(tx, [on], wanted)] };
  const alert = newAlert(wanted, { patientKey: null, department });
  const storm = { ...alert, id: alertIdOf(wanted.assessmentId, ['storm']), isStorm: true };
  const raised = await page(tx, storm, wanted.nowMs);
  return { storm, raised: [raised, await supersedeAll(tx, open, storm.id, wanted)] };
}

function newAlert(
  { assessmentId, ecgId, findingIds, plan, nowMs }: ToRaise,
  { patientKey, department }: About,
): AlertRecord {
  const { escalateAfterMs } = plan;
  return {
    id: alertIdOf(assessmentId, findingIds),
    assessmentId,
    ecgId,
    patientKey,
    department,
    findingIds,
    urgency: plan.urgency,
    state: 'raised',
    raisedAtMs: nowMs,
    deliveredAtMs: null,
    acknowledgedAtMs: null,
    acknowledgedBy: null,
    escalateAtMs: escalateAfterMs === null ? null : nowMs + escalateAfterMs,
    escalatedAtMs: null,
    endedAtMs: null,
    isStorm: false,
    stormOf: null,
    assessmentIds: [assessmentId],
    plan,
    routesTaken: Math.min(1, plan.routes.length),
    nextRouteAtMs: plan.routes.length > 1 ? nowMs + plan.nextRouteAfterMs : null,
    events: [{ atMs: nowMs, action: 'raise', actor: SERVICE, via: 'service', note: null }],
    revision: 1,
  };
}

function merged(raised: readonly Raised[]): Raised {
  return {
    alerts: raised.flatMap(({ alerts }) => alerts),
    deliveryIds: raised.flatMap(({ deliveryIds }) => deliveryIds),
  };
}
