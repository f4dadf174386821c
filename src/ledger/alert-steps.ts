import type {
  AlertAct,
  AlertAction,
  AlertEvent,
  AlertRecord,
  AlertState,
  AlertStep,
  AlertVia,
} from './alerts.js';
import type { NewDelivery } from './ledger.js';

/**
 * The state machine of alerts as values: each step gives the alert as it stands after it, or null
 * where the state does not allow it.
 */
const FROM: Readonly<Record<AlertAction, readonly AlertState[]>> = {
  acknowledge: ['raised', 'delivered', 'escalated'],
  escalate: ['raised', 'delivered', 'acknowledged'],
  resolve: ['raised', 'delivered', 'acknowledged', 'escalated'],
  supersede: ['raised', 'delivered', 'acknowledged', 'escalated'],
  withdraw: ['raised', 'delivered', 'acknowledged', 'escalated', 'resolved'],
};

/** Of a patient with an ECG every minute the first repeats tell the story. */
export const EVENTS_MAX = 200;

export const SERVICE = 'leadwire';

export function afterAct(alert: AlertRecord, act: AlertAct): AlertRecord | null {
  if (!FROM[act.action].includes(alert.state)) return null;
  const stepped = { ...alert, ...changeBy(act), ...withEvent(alert, act, act.action) };
  return Object.freeze(stepped);
}

function changeBy({ action, actor, actorName, atMs }: AlertAct): Partial<AlertRecord> {
  switch (action) {
    case 'acknowledge':
      return {
        state: 'acknowledged',
        acknowledgedAtMs: atMs,
        acknowledgedBy: actorName ?? actor,
        escalateAtMs: null,
        nextRouteAtMs: null,
      };
    case 'escalate':
      return { state: 'escalated', escalatedAtMs: atMs, escalateAtMs: null };
    case 'resolve':
      return { state: 'resolved', ...ENDED, endedAtMs: atMs };
    case 'supersede':
      return { state: 'superseded', ...ENDED, endedAtMs: atMs };
    case 'withdraw':
      return { state: 'withdrawn', ...ENDED, endedAtMs: atMs };
  }
}

const ENDED = { escalateAtMs: null, nextRouteAtMs: null } as const;

/** A destination holds the page. Told of every one; only the first moves the state. */
export function afterDelivery(alert: AlertRecord, name: string, atMs: number): AlertRecord {
  return Object.freeze({
    ...alert,
    ...(alert.state === 'raised' ? { state: 'delivered' as const } : {}),
    deliveredAtMs: alert.deliveredAtMs ?? atMs,
    nextRouteAtMs: null,
    ...withEvent(alert, { ...BY_SERVICE, note: name, atMs }, 'deliver'),
  });
}

/** The page was not confirmed in time: the next destination of the plan is asked too. */
export function afterRoute(alert: AlertRecord, atMs: number): AlertRecord | null {
  const name = alert.plan.routes[alert.routesTaken];
  if (alert.state !== 'raised' || name === undefined) return null;
  const routesTaken = alert.routesTaken + 1;
  const isLast = routesTaken >= alert.plan.routes.length;
  return Object.freeze({
    ...alert,
    routesTaken,
    nextRouteAtMs: isLast ? null : atMs + alert.plan.nextRouteAfterMs,
    ...withEvent(alert, { ...BY_TIMER, note: name, atMs }, 'route'),
  });
}

/** A further ECG with the same finding: no page, at most more urgency. */
export function afterJoin(
  alert: AlertRecord,
  assessmentId: string,
  urgency: AlertRecord['urgency'],
  atMs: number,
): AlertRecord | null {
  if (alert.assessmentIds.includes(assessmentId)) return null;
  const rises = alert.endedAtMs === null && alert.urgency === 'urgent' && urgency === 'critical';
  const note = rises ? `${assessmentId}, now critical` : assessmentId;
  return Object.freeze({
    ...alert,
    urgency: rises ? urgency : alert.urgency,
    assessmentIds: [...alert.assessmentIds, assessmentId],
    ...withEvent(alert, { ...BY_SERVICE, note, atMs }, 'join'),
  });
}

export function isOpen({ state }: Pick<AlertRecord, 'state'>): boolean {
  return state !== 'resolved' && state !== 'superseded' && state !== 'withdrawn';
}

/**
 * Whether a page that was born earlier is still to be sent: none of an alert that ended; and of one
 * that somebody has taken only the first, which tells the chart of it and says that it is taken.
 */
export function wantsPage(
  alert: Pick<AlertRecord, 'state' | 'plan'>,
  { kind, destination }: NewDelivery,
): boolean {
  if (!isOpen(alert)) return false;
  const isFirst = kind === 'alert' && alert.plan.routes[0] === destination;
  return alert.state !== 'acknowledged' || isFirst;
}

const BY_SERVICE = { actor: SERVICE, via: 'service' } as const;
const BY_TIMER = { actor: SERVICE, via: 'timer' } as const;

interface Who {
  readonly actor: string;
  readonly via: AlertVia;
  readonly note?: string | null;
  readonly atMs: number;
}

function withEvent(
  { events, revision }: AlertRecord,
  { actor, via, note = null, atMs }: Who,
  action: AlertStep,
): Pick<AlertRecord, 'events' | 'revision'> {
  const event: AlertEvent = { atMs, action, actor, via, note };
  // What people did is always told; of repeats beyond the bound only the assessments are kept.
  const isFull = events.length >= EVENTS_MAX && action === 'join';
  return { events: isFull ? events : [...events, event], revision: revision + 1 };
}
