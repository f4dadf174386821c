import type { AlertPolicy, Urgency } from '../core/decision/policy.js';
import { isTroponinRising, type TroponinValue } from '../core/decision/troponin.js';
import type { PagePlan } from '../ledger/alerts.js';
import type { DeliveryKind } from '../ledger/ledger.js';
import type { Destination } from './destination.js';

export interface PageFacts {
  readonly policy: AlertPolicy;
  readonly findingIds: readonly string[];
  readonly destinations: readonly Pick<Destination, 'name' | 'kinds'>[];
  /** What stands beside the ECG, for a policy that looks at it. */
  readonly troponin: readonly TroponinValue[];
  /** Where the patient is, as the message said. */
  readonly department: string | null;
  readonly nowMs: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** The policy's word on paging, as one alert takes it along. */
export function toPagePlan(facts: PageFacts): PagePlan {
  const { policy, department } = facts;
  const { cap, escalationMinutes } = policy;
  const routes = routesOf(facts, policy.routes, 'alert');
  return Object.freeze({
    urgency: urgencyOf(facts),
    routes,
    escalationRoutes:
      policy.escalationRoutes.length > 0
        ? routesOf(facts, policy.escalationRoutes, 'escalation')
        : routesOf(facts, routes, 'escalation'),
    updates: routesOf(facts, [], 'alert-update'),
    nextRouteAfterMs: policy.nextRouteSeconds * SECOND_MS,
    escalateAfterMs: escalationMinutes === null ? null : escalationMinutes * MINUTE_MS,
    quietMs: policy.quietMinutes * MINUTE_MS,
    department,
    cap: cap === null ? null : { pagesMax: cap.pages, withinMs: cap.minutes * MINUTE_MS },
  });
}

function urgencyOf({ policy, findingIds, troponin, nowMs }: PageFacts): Urgency {
  if (findingIds.some((id) => (policy.urgency[id] ?? 'critical') === 'critical')) return 'critical';
  const rises = policy.troponinRaisesUrgency && isTroponinRising(troponin, nowMs);
  return rises ? 'critical' : 'urgent';
}

/** Of the names, or where there are none of all, those that take this kind. */
function routesOf(
  { destinations }: PageFacts,
  names: readonly string[],
  kind: DeliveryKind,
): readonly string[] {
  const able = destinations.filter(({ kinds }) => kinds.includes(kind)).map(({ name }) => name);
  return names.length === 0 ? able : names.filter((name) => able.includes(name));
}
