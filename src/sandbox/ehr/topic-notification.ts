import { randomUUID } from 'node:crypto';
import type { Kept } from './search.js';
import { BACKPORT, type Content } from './subscription-plan.js';

/** One event of a subscription, as numbered for it. */
export interface NumberedEvent {
  readonly number: number;
  readonly at: string;
  readonly resource: Kept;
}

export type NotificationType =
  'handshake' | 'heartbeat' | 'event-notification' | 'query-status' | 'query-event';

export interface StatusFacts {
  readonly baseUrl: string;
  readonly subscriptionId: string;
  readonly topic: string;
  readonly status: string;
  readonly error: string | null;
  readonly type: NotificationType;
  /** All events since the subscription began, whether or not they are in here. */
  readonly eventCount: number;
  readonly events: readonly NumberedEvent[];
  readonly content: Content;
}

type Json = Readonly<Record<string, unknown>>;

/** The status of a subscription, as the R4 form of the Backport guide writes it. */
export function toStatus(facts: StatusFacts): Json {
  return {
    resourceType: 'Parameters',
    meta: { profile: [`${BACKPORT}backport-subscription-status-r4`] },
    parameter: [
      { name: 'subscription', valueReference: { reference: subscriptionUrl(facts) } },
      { name: 'topic', valueCanonical: facts.topic },
      { name: 'status', valueCode: facts.status },
      { name: 'type', valueCode: facts.type },
      { name: 'events-since-subscription-start', valueString: String(facts.eventCount) },
      ...facts.events.map((event) => toEvent(event, facts)),
      ...(facts.error === null
        ? []
        : [{ name: 'error', valueCodeableConcept: { text: facts.error } }]),
    ],
  };
}

function toEvent({ number, at, resource }: NumberedEvent, facts: StatusFacts): Json {
  return {
    name: 'notification-event',
    part: [
      { name: 'event-number', valueString: String(number) },
      { name: 'timestamp', valueInstant: at },
      ...(facts.content === 'empty'
        ? []
        : [{ name: 'focus', valueReference: { reference: urlOf(resource, facts) } }]),
    ],
  };
}

/** The Bundle that travels: its status first, then what the content asked for lets in. */
export function toNotification(facts: StatusFacts): Json {
  return {
    resourceType: 'Bundle',
    id: randomUUID(),
    meta: { profile: [`${BACKPORT}backport-subscription-notification-r4`] },
    type: 'history',
    timestamp: new Date().toISOString(),
    entry: [
      {
        fullUrl: `urn:uuid:${randomUUID()}`,
        resource: toStatus(facts),
        request: { method: 'GET', url: `${subscriptionUrl(facts)}/$status` },
        response: { status: '200' },
      },
      ...(facts.content === 'empty'
        ? []
        : facts.events.map(({ resource }) => ({
            fullUrl: urlOf(resource, facts),
            ...(facts.content === 'full-resource' ? { resource } : {}),
            request: {
              method: resource.meta.versionId === '1' ? 'POST' : 'PUT',
              url: resource.resourceType,
            },
            response: { status: resource.meta.versionId === '1' ? '201' : '200' },
          }))),
    ],
  };
}

function subscriptionUrl({ baseUrl, subscriptionId }: StatusFacts): string {
  return `${baseUrl}/Subscription/${subscriptionId}`;
}

function urlOf({ resourceType, id }: Kept, { baseUrl }: StatusFacts): string {
  return `${baseUrl}/${resourceType}/${id}`;
}
