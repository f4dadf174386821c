import { sql, type Kysely } from 'kysely';
import { afterAct, afterDelivery, afterRoute, isOpen, SERVICE } from '../alert-steps.js';
import type { Acted, AlertAct, AlertRecord, Alerts } from '../alerts.js';
import {
  bearPages,
  bearUpdates,
  holdAlert,
  saveAlert,
  selectAlerts,
  toAlert,
} from './alert-rows.js';
import type { Tables } from './tables.js';

type Db = Kysely<Tables>;

/** Told of an alert as it stands after a change, so that a rebuilt ledger still knows it. */
export type AlertNote = (alert: AlertRecord) => Promise<void>;

export function createAlerts(db: Db, note: AlertNote): Alerts {
  const changed = async (change: (tx: Db) => Promise<Acted | null>): Promise<Acted | null> => {
    const acted = await db.transaction().execute(change);
    // Also what was so already: its note may be what failed the time before.
    if (acted) await note(acted.alert);
    return acted;
  };
  return {
    ...createReads(db),
    act: (id, act) => changed((tx) => actInside(tx, id, act)),
    lookAfter: (id, nowMs) => changed((tx) => lookAfter(tx, id, nowMs)),
  };
}

type Reads = Omit<Alerts, 'act' | 'lookAfter'>;

/** No patient has more. */
const OF_PATIENT_MAX = 1_000;

function createReads(db: Db): Reads {
  return {
    async get(id) {
      const row = await selectAlerts(db).where('id', '=', id).executeTakeFirst();
      return row ? toAlert(row) : null;
    },
    async open(limit) {
      const rows = await selectAlerts(db)
        .where('ended_ms', 'is', null)
        // `critical` stands before `urgent`.
        .orderBy('urgency')
        .orderBy('raised_ms')
        .limit(limit)
        .execute();
      return rows.map(toAlert);
    },
    async ofPatient(patientKey) {
      const rows = await selectAlerts(db)
        .where('patient_key', '=', patientKey)
        .orderBy('raised_ms', 'desc')
        .limit(OF_PATIENT_MAX)
        .execute();
      return rows.map(toAlert);
    },
    ofAssessment: (assessmentId) => alertsOfAssessment(db, assessmentId),
    async ofDelivery(deliveryId) {
      const row = await selectAlerts(db)
        .innerJoin('deliveries', 'deliveries.alert_id', 'alerts.id')
        .where('deliveries.id', '=', deliveryId)
        .executeTakeFirst();
      return row ? toAlert(row) : null;
    },
    due: (nowMs, limit) =>
      db
        .selectFrom('alerts')
        .select('id')
        .where('due_ms', '<=', nowMs)
        .orderBy('due_ms')
        .limit(limit)
        .execute(),
    async counts() {
      const { rows } = await sql<{ state: string; count: number }>`
        select state, count(*)::int as count from alerts
        where ended_ms is null group by state`.execute(db);
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    },
  };
}

export async function alertsOfAssessment(db: Db, assessmentId: string): Promise<AlertRecord[]> {
  const rows = await selectAlerts(db)
    .innerJoin('alert_assessments', 'alert_assessments.alert_id', 'alerts.id')
    .where('alert_assessments.assessment_id', '=', assessmentId)
    .orderBy('raised_ms')
    .orderBy('id')
    .execute();
  return rows.map(toAlert);
}

/** One act inside the caller's transaction, who then tells the note. */
export async function actInside(tx: Db, id: string, act: AlertAct): Promise<Acted | null> {
  const alert = await holdAlert(tx, id);
  if (!alert) return null;
  const after = afterAct(alert, act);
  if (!after) return { changed: false, alert, deliveryIds: [] };
  await saveAlert(tx, after);
  const calls = act.action === 'escalate' ? await bearEscalation(tx, after, act.atMs) : [];
  // A withdrawal is told by the retraction of what was wrong.
  const updates = act.action === 'withdraw' ? [] : await bearUpdates(tx, after, act.atMs);
  return { changed: true, alert: after, deliveryIds: [...calls, ...updates] };
}

async function lookAfter(tx: Db, id: string, nowMs: number): Promise<Acted | null> {
  const alert = await holdAlert(tx, id);
  if (!alert) return null;
  const ids: string[] = [];
  let after = alert;
  if (alert.nextRouteAtMs !== null && alert.nextRouteAtMs <= nowMs) {
    after = (await nextRoute(tx, after, nowMs)) ?? after;
    const taken = after.plan.routes.slice(0, after.routesTaken);
    if (after.state === 'raised') ids.push(...(await bearPages(tx, after, taken, 'alert', nowMs)));
  }
  if (after.escalateAtMs !== null && after.escalateAtMs <= nowMs) {
    const act = { action: 'escalate', actor: SERVICE, via: 'timer', atMs: nowMs } as const;
    const escalated = afterAct(after, act);
    if (escalated) {
      await saveAlert(tx, escalated);
      ids.push(...(await bearEscalation(tx, escalated, nowMs)));
      after = escalated;
    }
  }
  return { changed: after !== alert, alert: after, deliveryIds: ids };
}

/** A confirmation that a crash kept from the alert counts before another page goes out. */
async function nextRoute(tx: Db, alert: AlertRecord, nowMs: number): Promise<AlertRecord | null> {
  const confirmed = await tx
    .selectFrom('deliveries')
    .select(['destination', 'delivered_ms'])
    .where('alert_id', '=', alert.id)
    .where('kind', '=', 'alert')
    .where('state', '=', 'delivered')
    .executeTakeFirst();
  const after = confirmed
    ? afterDelivery(alert, confirmed.destination, confirmed.delivered_ms ?? nowMs)
    : afterRoute(alert, nowMs);
  if (after) await saveAlert(tx, after);
  return after;
}

function bearEscalation(tx: Db, alert: AlertRecord, nowMs: number): Promise<readonly string[]> {
  return bearPages(tx, alert, alert.plan.escalationRoutes, 'escalation', nowMs);
}

/** A destination confirmed a page: answers the alert as it stands then. */
export async function confirmPage(
  db: Db,
  alertId: string,
  destination: string,
  nowMs: number,
): Promise<AlertRecord | null> {
  return db.transaction().execute(async (tx) => {
    const alert = await holdAlert(tx, alertId);
    if (!alert || !isOpen(alert)) return null;
    const after = afterDelivery(alert, destination, nowMs);
    await saveAlert(tx, after);
    return after;
  });
}

/** A page that will not be delivered by itself: the next route does not wait for its time. */
export async function hurryNextRoute(db: Db, alertId: string, nowMs: number): Promise<void> {
  await db
    .updateTable('alerts')
    .set({ next_route_ms: nowMs, due_ms: nowMs })
    .where('id', '=', alertId)
    .where('state', '=', 'raised')
    .where('next_route_ms', '>', nowMs)
    .execute();
}
