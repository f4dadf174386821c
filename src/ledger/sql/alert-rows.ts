import { sql, type Kysely } from 'kysely';
import { deliveryIdOf } from '../identity.js';
import type { AlertEvent, AlertRecord, PagePlan } from '../alerts.js';
import type { DeliveryKind } from '../ledger.js';
import { newAuditRow } from './audit.js';
import { newDeliveryRow } from './delivery-row.js';
import type { AlertRow, Tables } from './tables.js';

type Db = Kysely<Tables>;

const ASSESSMENT_IDS = sql<string[] | null>`(select json_agg(assessment_id order by at_ms,
  assessment_id) from alert_assessments where alert_id = alerts.id)`.as('assessment_ids');

type ReadRow = AlertRow & { readonly assessment_ids: string[] | null };

/** Every read of alerts begins here. */
export function selectAlerts(db: Db) {
  return db.selectFrom('alerts').selectAll('alerts').select(ASSESSMENT_IDS);
}

/** The alert, held until the transaction ends: of two who change it the second sees the first. */
export async function holdAlert(tx: Db, id: string): Promise<AlertRecord | null> {
  const held = await tx
    .selectFrom('alerts')
    .select('id')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!held) return null;
  const row = await selectAlerts(tx).where('id', '=', id).executeTakeFirst();
  return row ? toAlert(row) : null;
}

/** The alert as it stands now, with the audit of the step that made it so. */
export async function saveAlert(tx: Db, alert: AlertRecord): Promise<void> {
  await writeAlert(tx, alert);
  const last = alert.events.at(-1);
  if (!last) return;
  await tx
    .insertInto('audit')
    .values(
      newAuditRow(
        {
          actor: last.actor,
          action: `${last.action} alert`,
          subject: alert.id,
          outcome: 'done',
          via: last.via,
        },
        last.atMs,
      ),
    )
    .execute();
}

/** Only ever forward: a row that is further on is left as it is. */
export async function writeAlert(db: Db, alert: AlertRecord): Promise<void> {
  const { id, ...row } = toRow(alert);
  await db
    .insertInto('alerts')
    .values({ id, ...row })
    .onConflict((on) =>
      on.column('id').doUpdateSet(row).where('alerts.revision', '<', alert.revision),
    )
    .execute();
  const last = alert.events.at(-1)?.atMs ?? alert.raisedAtMs;
  await db
    .insertInto('alert_assessments')
    .values(
      alert.assessmentIds.map((assessmentId) => ({
        alert_id: id,
        assessment_id: assessmentId,
        at_ms: assessmentId === alert.assessmentId ? alert.raisedAtMs : last,
      })),
    )
    .onConflict((on) => on.doNothing())
    .execute();
}

const OF_A_STANDING_ECG = sql<boolean>`not exists (
  select 1 from assessments a where a.id = deliveries.assessment_id and a.ended_ms is not null)`;

/**
 * The pages of an alert's destinations; answers the ids of those that were not there. One that had
 * ended unsent is born again: it is wanted now.
 */
export async function bearPages(
  tx: Db,
  alert: AlertRecord,
  destinations: readonly string[],
  kind: DeliveryKind,
  nowMs: number,
): Promise<readonly string[]> {
  if (destinations.length === 0) return [];
  const rows = destinations.map((destination) => {
    const delivery = { destination, kind };
    // Each change is told by a delivery of its own; a page stands once.
    const step = kind === 'alert-update' ? alert.revision : null;
    const id = deliveryIdOf(alert.assessmentId, delivery, step);
    return { ...newDeliveryRow(id, alert.assessmentId, delivery, nowMs), alert_id: alert.id };
  });
  const again = { state: 'pending', attempts: 0, due_ms: nowMs, created_ms: nowMs } as const;
  const born = await tx
    .insertInto('deliveries')
    .values(rows)
    .onConflict((on) =>
      on
        .column('id')
        .doUpdateSet({ ...again, failure: null })
        .where('deliveries.state', '=', 'cancelled')
        .where(OF_A_STANDING_ECG),
    )
    .returning('id')
    .execute();
  return born.map(({ id }) => id).sort();
}

/** Those destinations that were asked to page and can show what became of it. */
export async function bearUpdates(
  tx: Db,
  alert: AlertRecord,
  nowMs: number,
): Promise<readonly string[]> {
  if (alert.plan.updates.length === 0) return [];
  const asked = await tx
    .selectFrom('deliveries')
    .select('destination')
    .distinct()
    .where('alert_id', '=', alert.id)
    .where('destination', 'in', alert.plan.updates)
    .execute();
  const names = asked.map(({ destination }) => destination).sort();
  return bearPages(tx, alert, names, 'alert-update', nowMs);
}

function toRow(alert: AlertRecord): AlertRow {
  const { escalateAtMs, nextRouteAtMs } = alert;
  const timers = [escalateAtMs, nextRouteAtMs].filter((at) => at !== null);
  return {
    id: alert.id,
    assessment_id: alert.assessmentId,
    ecg_id: alert.ecgId,
    patient_key: alert.patientKey,
    department: alert.department,
    finding_ids: JSON.stringify(alert.findingIds),
    urgency: alert.urgency,
    state: alert.state,
    raised_ms: alert.raisedAtMs,
    delivered_ms: alert.deliveredAtMs,
    acknowledged_ms: alert.acknowledgedAtMs,
    acknowledged_by: alert.acknowledgedBy,
    escalate_ms: escalateAtMs,
    escalated_ms: alert.escalatedAtMs,
    ended_ms: alert.endedAtMs,
    is_storm: alert.isStorm,
    storm_of: alert.stormOf,
    plan: JSON.stringify(alert.plan),
    routes_taken: alert.routesTaken,
    next_route_ms: nextRouteAtMs,
    due_ms: timers.length === 0 ? null : Math.min(...timers),
    events: JSON.stringify(alert.events),
    revision: alert.revision,
  };
}

export function toAlert(row: ReadRow): AlertRecord {
  return {
    id: row.id,
    assessmentId: row.assessment_id,
    ecgId: row.ecg_id,
    patientKey: row.patient_key,
    department: row.department,
    findingIds: JSON.parse(row.finding_ids) as string[],
    urgency: row.urgency,
    state: row.state,
    raisedAtMs: row.raised_ms,
    deliveredAtMs: row.delivered_ms,
    acknowledgedAtMs: row.acknowledged_ms,
    acknowledgedBy: row.acknowledged_by,
    escalateAtMs: row.escalate_ms,
    escalatedAtMs: row.escalated_ms,
    endedAtMs: row.ended_ms,
    isStorm: row.is_storm,
    stormOf: row.storm_of,
    assessmentIds: row.assessment_ids ?? [row.assessment_id],
    plan: JSON.parse(row.plan) as PagePlan,
    routesTaken: row.routes_taken,
    nextRouteAtMs: row.next_route_ms,
    events: JSON.parse(row.events) as AlertEvent[],
    revision: row.revision,
  };
}
