import type { Urgency } from '../core/decision/policy.js';
import type { AlertRecord, AlertState } from '../ledger/alerts.js';
import { iso } from './row.js';

/** An alert's clock, as the page shows it. */
export interface AlertView {
  readonly id: string;
  readonly state: AlertState;
  readonly urgency: Urgency;
  readonly raisedAt: string;
  readonly deliveredAt: string | null;
  readonly acknowledgedAt: string | null;
  readonly acknowledgedBy: string | null;
  readonly escalateAt: string | null;
  /** One of a burst: a single page called for all of them. */
  readonly storm: boolean;
}

export type ShownAlert = Omit<AlertRecord, 'assessmentIds' | 'events' | 'plan'>;

export function toAlertView(alert: ShownAlert): AlertView {
  return {
    id: alert.id,
    state: alert.state,
    urgency: alert.urgency,
    raisedAt: new Date(alert.raisedAtMs).toISOString(),
    deliveredAt: iso(alert.deliveredAtMs),
    acknowledgedAt: iso(alert.acknowledgedAtMs),
    acknowledgedBy: alert.acknowledgedBy,
    escalateAt: iso(alert.escalateAtMs),
    storm: alert.stormOf !== null || alert.isStorm,
  };
}
