import { retryDelayMs, shouldPark, type RetryPlan } from '../core/backoff.js';
import { fail, FailureError, failureOf, type Failure } from '../core/failure.js';
import type { Log } from '../core/log.js';
import type { Delivery, Ledger } from '../ledger/ledger.js';
import type { JobEnd, JobHandler } from '../queue/queue.js';
import type { Destination, Order, Standing } from './destination.js';
import { LeaseKeeper } from './lease.js';
import { isPage } from './page-wording.js';

export interface DeliveryStationOptions {
  readonly ledger: Pick<Ledger, 'assessments' | 'deliveries' | 'alerts' | 'revisions'>;
  readonly destinations: readonly Destination[];
  /** Who holds the leases: unique for each process that runs. */
  readonly owner: string;
  readonly leaseMs: number;
  readonly retry: RetryPlan;
  readonly log: Log;
  readonly now: () => number;
  readonly random: () => number;
}

const DONE: JobEnd = Object.freeze({ done: true });

/**
 * Takes one delivery from its claim to its end:
 *
 *     claim -> deliver (read back where in doubt, record that bytes leave, write) -> confirm
 *
 * A crash anywhere leaves the row claimed; when its lease runs out it is due again, and in doubt if
 * bytes had left. Confirm and fail count only under the newest claim, so a writer that was overtaken
 * changes nothing in the ledger; what it may have left at the destination it puts right.
 */
export function createDeliveryStation(options: DeliveryStationOptions): JobHandler {
  return async (deliveryId) => {
    const { deliveries } = options.ledger;
    const delivery = await deliveries.claim(deliveryId, options.owner, options.leaseMs);
    return delivery ? work(delivery, options) : DONE;
  };
}

async function work(delivery: Delivery, options: DeliveryStationOptions): Promise<JobEnd> {
  const { ledger, leaseMs, now, log } = options;
  const lease = new LeaseKeeper(ledger.deliveries, delivery, leaseMs, now);
  try {
    const destination = destinationOf(delivery, options);
    const order = await orderOf(delivery, options);
    await stopUnwanted(delivery, options);
    if (destination.inOrder === true && delivery.kind === 'result') {
      await waitForTurn(delivery, options);
    }
    if (delivery.kind === 'alert-update') await waitForPage(delivery, options);
    const standing = await destination.deliver(order, {
      outcomeUnknown: delivery.outcomeUnknown,
      beforeWrite: async () => {
        await stopUnwanted(delivery, options);
        await lease.beforeWrite();
        log('sending', about(delivery));
      },
    });
    log('posted', about(delivery));
    await lease.end();
    return await confirm(delivery, order, destination, standing, options);
  } catch (error) {
    await lease.end();
    const why = failureOf(error);
    if (why.code === 'page-not-wanted') {
      log('alertSkipped', { ...about(delivery), code: why.code, detail: why.detail });
      return DONE;
    }
    if (why.code === 'updates-not-taken') return await leaveUntold(delivery, why, options);
    return await giveUpForNow(delivery, why, options);
  }
}

const TURN_MS = 1_000;

/** Pages wait for nobody; a result waits until the one before it stands, or was given up. */
async function waitForTurn({ id }: Delivery, { ledger }: DeliveryStationOptions): Promise<void> {
  if (!(await ledger.deliveries.overtakes(id))) return;
  throw fail('destination-busy', 'an earlier result of this patient is still on its way', {
    retryAfterMs: TURN_MS,
  });
}

/** A change is told behind the page that it is about, and behind the changes before it. */
async function waitForPage(update: Delivery, { ledger }: DeliveryStationOptions): Promise<void> {
  const all = await ledger.deliveries.ofAssessment(update.assessmentId);
  const isAhead = all.some(
    (one) =>
      one.destination === update.destination &&
      one.alertId === update.alertId &&
      (one.state === 'pending' || one.state === 'claimed') &&
      (one.kind === 'alert-update' ? isBefore(one, update) : one.createdAtMs <= update.createdAtMs),
  );
  if (!isAhead) return;
  throw fail('destination-busy', 'what this changes is still on its way', {
    retryAfterMs: TURN_MS,
  });
}

function isBefore(one: Delivery, other: Delivery): boolean {
  return one.createdAtMs === other.createdAtMs
    ? one.id < other.id
    : one.createdAtMs < other.createdAtMs;
}

/** A page for an alert that ended, or that somebody took, would wake another for nothing. */
async function stopUnwanted(delivery: Delivery, { ledger }: DeliveryStationOptions): Promise<void> {
  const why = isPage(delivery)
    ? await ledger.deliveries.endUnwanted(delivery.id, delivery.fence)
    : null;
  if (why) throw new FailureError(why);
}

function destinationOf(delivery: Delivery, { destinations }: DeliveryStationOptions): Destination {
  const destination = destinations.find(({ name }) => name === delivery.destination);
  if (!destination?.kinds.includes(delivery.kind)) {
    throw fail('destination-not-configured', `no destination here takes this ${delivery.kind}`);
  }
  return destination;
}

async function orderOf(delivery: Delivery, { ledger }: DeliveryStationOptions): Promise<Order> {
  const record = await ledger.assessments.get(delivery.assessmentId);
  const ecg = record && (await ledger.assessments.ecg(record.ecgId));
  if (!record?.assessment || !ecg) throw fail('row-missing', 'the assessment is not there');
  return {
    deliveryId: delivery.id,
    kind: delivery.kind,
    assessmentId: record.id,
    assessment: record.assessment,
    assessedAtMs: record.completedAtMs ?? record.createdAtMs,
    ecg,
    alert: delivery.alertId ? await ledger.alerts.get(delivery.alertId) : null,
    ...(await revisionsOf(delivery.kind, ecg.id, ledger)),
    ...(delivery.kind === 'retraction' ? await toldBefore(delivery, ledger) : {}),
  };
}

/** What a retraction takes back: the kinds that may stand there, and the alert that was paged. */
async function toldBefore(
  { assessmentId, destination }: Delivery,
  { deliveries, alerts }: DeliveryStationOptions['ledger'],
): Promise<Pick<Order, 'told' | 'alert'>> {
  const all = await deliveries.ofAssessment(assessmentId);
  const told = all.filter(
    (one) =>
      one.destination === destination &&
      one.kind !== 'retraction' &&
      (one.state === 'delivered' ? one.remoteReference !== null : one.attempts > 0),
  );
  const alertId = told.find((one) => one.alertId)?.alertId;
  return {
    told: [...new Set(told.map(({ kind }) => kind))],
    alert: alertId ? await alerts.get(alertId) : null,
  };
}

/** What the destination is told of earlier and later states of the ECG. */
async function revisionsOf(
  kind: Delivery['kind'],
  ecgId: string,
  { revisions, assessments }: DeliveryStationOptions['ledger'],
): Promise<Pick<Order, 'end' | 'replaces'>> {
  if (kind === 'retraction') return { end: await revisions.endOf(ecgId) };
  if (kind !== 'result') return {};
  const former = await revisions.replacedBy(ecgId);
  // Of another patient's chart nothing is said in this one.
  const corrected = former.filter(({ why }) => why === 'corrected');
  const replaced = await Promise.all(corrected.map((end) => assessments.ofEcg(end.ecgId)));
  return { replaces: replaced.flatMap((one) => (one?.assessment ? [one.id] : [])) };
}

async function confirm(
  delivery: Delivery,
  order: Order,
  destination: Destination,
  standing: Standing,
  options: DeliveryStationOptions,
): Promise<JobEnd> {
  const { ledger, log, now } = options;
  try {
    await ledger.deliveries.confirm(delivery.id, delivery.fence, standing.reference);
  } catch (error) {
    if (failureOf(error).code !== 'lease-lost') {
      // It stands, and the ledger does not know: the next attempt must look before it writes.
      throw fail('destination-outcome-unknown', 'written, but not confirmed', { cause: error });
    }
    log('leaseLost', about(delivery));
    if (!standing.found) await putRight(order, destination, options);
    return DONE;
  }
  log(standing.found ? 'deliveryFound' : 'delivered', {
    ...about(delivery),
    attempts: delivery.attempts,
    elapsedMs: now() - delivery.createdAtMs,
  });
  return DONE;
}

/**
 * We wrote although another had taken over: one of the two must stand, the one confirmed if any. Or
 * the ECG had ended meanwhile: then what we wrote goes at once, and not when its retraction is due.
 */
async function putRight(
  order: Order,
  destination: Destination,
  { ledger, log }: DeliveryStationOptions,
): Promise<void> {
  try {
    const now = await ledger.deliveries.get(order.deliveryId);
    if (now?.state === 'cancelled') {
      await takeBack(order, destination, ledger);
      return;
    }
    await destination.reconcile?.(order, now?.remoteReference ?? null);
  } catch (error) {
    const { code, detail } = failureOf(error);
    log('reconcileFailed', { deliveryId: order.deliveryId, code, detail });
  }
}

async function takeBack(
  order: Order,
  destination: Destination,
  { revisions }: DeliveryStationOptions['ledger'],
): Promise<void> {
  const end = await revisions.endOf(order.ecg.id);
  const beforeWrite = (): Promise<void> => Promise.resolve();
  await destination.deliver(
    { ...order, kind: 'retraction', end },
    { outcomeUnknown: true, beforeWrite },
  );
}

/** The destination itself tells, once, that it takes no changes: each that is untold is no news. */
async function leaveUntold(
  delivery: Delivery,
  why: Failure,
  { ledger, log }: DeliveryStationOptions,
): Promise<JobEnd> {
  if (!(await unlessLost(ledger.deliveries.end(delivery.id, delivery.fence, why)))) {
    log('leaseLost', about(delivery));
  }
  return DONE;
}

async function giveUpForNow(
  delivery: Delivery,
  why: Failure,
  options: DeliveryStationOptions,
): Promise<JobEnd> {
  const { ledger, retry, log, now, random } = options;
  const { id, fence, attempts } = delivery;
  const park = shouldPark(retry, attempts, why);
  const dueAtMs = now() + retryDelayMs(retry, attempts, why, random());
  const isOurs =
    why.code !== 'lease-lost' &&
    (await unlessLost(ledger.deliveries.failed(id, fence, why, dueAtMs, park)));
  if (!isOurs) {
    log('leaseLost', about(delivery));
    return DONE;
  }
  log(park ? 'deliveryParked' : 'deliveryRetried', {
    ...about(delivery),
    attempts,
    code: why.code,
    detail: why.detail,
  });
  return park ? DONE : { done: false, againAtMs: dueAtMs };
}

/** False when a newer claim holds the row: what happens to it is its business now. */
async function unlessLost(change: Promise<void>): Promise<boolean> {
  try {
    await change;
    return true;
  } catch (error) {
    if (failureOf(error).code === 'lease-lost') return false;
    throw error;
  }
}

function about(delivery: Delivery): {
  deliveryId: string;
  assessmentId: string;
  name: string;
  kind: string;
} {
  const { id, assessmentId, destination, kind } = delivery;
  return { deliveryId: id, assessmentId, name: destination, kind };
}
