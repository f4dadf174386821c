import { sql, type Kysely } from 'kysely';
import { fail as failWith, type Failure } from '../../core/failure.js';
import type { Deliveries, Delivery } from '../ledger.js';
import { confirmPage, hurryNextRoute, type AlertNote } from './alerts.js';
import { newDeliveryRow } from './delivery-row.js';
import { endUnwanted, OVERTAKEN } from './late-page.js';
import { readFailure } from './receipts.js';
import type { DeliveryRow, Tables } from './tables.js';
import { boundedText, TEXT_CHARACTERS_MAX } from './text.js';

/** Told of a delivery that stands, so that a rebuilt ledger need not deliver it again. */
export type DeliveredNote = (delivery: Delivery) => Promise<void>;

/**
 * The delivery leg. Every write but `claim` names the fence of its claim and changes nothing under an
 * older one: a worker that was asleep for longer than its lease cannot undo what came after it.
 * Nothing here touches a receipt.
 */
export function createDeliveries(
  db: Kysely<Tables>,
  now: () => number,
  note: DeliveredNote,
  noteAlert: AlertNote,
): Deliveries {
  return {
    ...createReads(db),
    claim: (id, owner, leaseMs) => claim(db, id, owner, leaseMs, now()),
    ...createClaimed(db, now, note, noteAlert),
    async requeue(id, nowMs) {
      const result = await db
        .updateTable('deliveries')
        .set({ state: 'pending', attempts: 0, due_ms: nowMs })
        .where('id', '=', id)
        .where('state', '=', 'parked')
        .executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },
  };
}

type Claimed = Pick<Deliveries, 'renew' | 'sending' | 'endUnwanted' | 'confirm' | 'end' | 'failed'>;

/** What only the newest claim may do. */
function createClaimed(
  db: Kysely<Tables>,
  now: () => number,
  note: DeliveredNote,
  noteAlert: AlertNote,
): Claimed {
  return {
    async renew(id, fence, leaseMs) {
      await underFence(db, id, fence, { lease_until_ms: now() + leaseMs });
    },
    async sending(id, fence) {
      await underFence(db, id, fence, { in_flight: true });
    },
    endUnwanted: (id, fence) => endUnwanted(db, id, fence),
    async confirm(id, fence, remoteReference) {
      const delivery = await underFence(db, id, fence, {
        state: 'delivered',
        in_flight: false,
        outcome_unknown: false,
        failure: null,
        remote_reference:
          remoteReference === null ? null : boundedText(remoteReference, TEXT_CHARACTERS_MAX),
        delivered_ms: now(),
        lease_until_ms: null,
      });
      await note(delivery);
      if (delivery.kind !== 'alert' || !delivery.alertId) return;
      const alert = await confirmPage(db, delivery.alertId, delivery.destination, now());
      if (alert) await noteAlert(alert);
    },
    async end(id, fence, why) {
      await underFence(db, id, fence, {
        state: 'cancelled',
        in_flight: false,
        failure: JSON.stringify(why),
        lease_until_ms: null,
      });
    },
    async failed(id, fence, failure, dueAtMs, park) {
      const { kind, alertId } = await underFence(db, id, fence, {
        state: park ? 'parked' : 'pending',
        in_flight: false,
        failure: JSON.stringify(failure),
        due_ms: dueAtMs,
        lease_until_ms: null,
        ...afterFailure(failure),
      });
      if (park && kind === 'alert' && alertId) await hurryNextRoute(db, alertId, now());
    },
  };
}

async function underFence(
  db: Kysely<Tables>,
  id: string,
  fence: number,
  set: Partial<DeliveryRow>,
): Promise<Delivery> {
  const row = await db
    .updateTable('deliveries')
    .set(set)
    .where('id', '=', id)
    .where('fence', '=', fence)
    .where('state', '=', 'claimed')
    .returningAll()
    .executeTakeFirst();
  if (!row) throw failWith('lease-lost', OVERTAKEN);
  return toDelivery(row);
}

/** Nothing is begun at a destination that a person paused; the sweep finds it all when it goes on. */
const NOT_PAUSED = sql<boolean>`not exists (
  select 1 from destination_pauses p where p.destination = deliveries.destination)`;

type Reads = Pick<Deliveries, 'get' | 'ofAssessment' | 'overtakes' | 'due' | 'parked'>;

function createReads(db: Kysely<Tables>): Reads {
  return {
    async get(id) {
      const row = await db
        .selectFrom('deliveries')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst();
      return row ? toDelivery(row) : null;
    },
    async ofAssessment(assessmentId) {
      const rows = await db
        .selectFrom('deliveries')
        .selectAll()
        .where('assessment_id', '=', assessmentId)
        .orderBy('id')
        .execute();
      return rows.map(toDelivery);
    },
    overtakes: (id) => overtakes(db, id),
    due: (nowMs, limit) =>
      db
        .selectFrom('deliveries')
        .select(['id', 'attempts'])
        .where((eb) =>
          eb.or([
            eb.and([eb('state', '=', 'pending'), eb('due_ms', '<=', nowMs)]),
            eb.and([eb('state', '=', 'claimed'), eb('lease_until_ms', '<=', nowMs)]),
          ]),
        )
        .where(NOT_PAUSED)
        .orderBy('due_ms')
        .limit(limit)
        .execute(),
    async parked(limit) {
      const rows = await db
        .selectFrom('deliveries')
        .selectAll()
        .where('state', '=', 'parked')
        .orderBy('created_ms', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toDelivery);
    },
  };
}

/** One that a person has to look at holds nobody up. */
async function overtakes(db: Kysely<Tables>, id: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from deliveries own
    join assessments own_a on own_a.id = own.assessment_id
    join ecgs own_e on own_e.id = own_a.ecg_id
    join ecgs e on e.patient_key = own_e.patient_key
    join assessments a on a.ecg_id = e.id
    join deliveries d on d.assessment_id = a.id
    where own.id = ${id} and d.destination = own.destination and d.kind = own.kind
      and d.state in ('pending', 'claimed')
      and (d.created_ms, d.id) < (own.created_ms, own.id)
    limit 1`.execute(db);
  return rows.length > 0;
}

/** A delivery known to stand, in a database that is being rebuilt: it is born delivered. */
export async function restoreDelivered(db: Kysely<Tables>, known: Delivery): Promise<void> {
  const row = {
    ...newDeliveryRow(known.id, known.assessmentId, known, known.createdAtMs),
    alert_id: known.alertId ?? null,
  };
  const delivered = {
    state: 'delivered' as const,
    remote_reference: known.remoteReference,
    delivered_ms: known.deliveredAtMs,
    failure: null,
  };
  await db
    .insertInto('deliveries')
    .values({ ...row, ...delivered })
    .onConflict((on) =>
      on.column('id').doUpdateSet(delivered).where('deliveries.state', '!=', 'delivered'),
    )
    .execute();
}

/** Only an ambiguous failure leaves a doubt; a clear one takes no earlier doubt away. */
function afterFailure(failure: Failure): Partial<DeliveryRow> {
  return failure.class === 'ambiguous' ? { outcome_unknown: true } : {};
}

/**
 * One statement, so that of two claims at the same instant one wins. A claim that ran out while its
 * bytes may have left passes that doubt on.
 */
async function claim(
  db: Kysely<Tables>,
  id: string,
  owner: string,
  leaseMs: number,
  nowMs: number,
): Promise<Delivery | null> {
  const row = await db
    .updateTable('deliveries')
    .set((eb) => ({
      state: 'claimed' as const,
      fence: eb('fence', '+', 1),
      attempts: eb('attempts', '+', 1),
      lease_owner: owner,
      lease_until_ms: nowMs + leaseMs,
      outcome_unknown: sql<boolean>`outcome_unknown or in_flight`,
      in_flight: false,
    }))
    .where('id', '=', id)
    .where((eb) =>
      eb.or([
        eb('state', '=', 'pending'),
        eb.and([eb('state', '=', 'claimed'), eb('lease_until_ms', '<=', nowMs)]),
      ]),
    )
    .where(NOT_PAUSED)
    .returningAll()
    .executeTakeFirst();
  return row ? toDelivery(row) : null;
}

function toDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    assessmentId: row.assessment_id,
    destination: row.destination,
    kind: row.kind,
    state: row.state,
    attempts: row.attempts,
    dueAtMs: row.due_ms,
    fence: row.fence,
    outcomeUnknown: row.outcome_unknown,
    failure: readFailure(row.failure),
    remoteReference: row.remote_reference,
    createdAtMs: row.created_ms,
    deliveredAtMs: row.delivered_ms,
    alertId: row.alert_id,
  };
}
