import { localReference, parseReference, writtenReference } from '../../../wire/fhir/reference.js';
import {
  asList,
  asRecord,
  asResource,
  asText,
  type FhirResource,
} from '../../../wire/fhir/resource.js';

/** What a notification of a topic-based Subscription says, or an answer to `$status`, `$events`. */
export interface TopicNotification {
  readonly type: 'handshake' | 'heartbeat' | 'event-notification' | 'query-status' | 'query-event';
  /** `Subscription/id`. */
  readonly subscription: string;
  readonly status: string | null;
  readonly eventCount: number | null;
  readonly events: readonly TopicEvent[];
}

export interface TopicEvent {
  readonly number: number;
  /** `Type/id`; null where the content is empty, and where it is on another server. */
  readonly focus: string | null;
  readonly isForeign: boolean;
  readonly resource: FhirResource | null;
}

const TYPES = [
  'handshake',
  'heartbeat',
  'event-notification',
  'query-status',
  'query-event',
] as const;
/** More events in one notification, or more entries, are somebody's mistake. */
export const EVENTS_MAX = 1_000;
const NUMBER = /^\d{1,15}$/;

/** Null for what is no notification of a topic, by the R4 form of the Backport guide. */
export function parseTopicNotification(
  bundle: unknown,
  serverUrls: readonly string[],
): TopicNotification | null {
  const record = asRecord(bundle);
  if (record?.['resourceType'] !== 'Bundle') return null;
  const entries = asList(record['entry'])
    .slice(0, EVENTS_MAX + 1)
    .map(asRecord);
  const status = asRecord(entries[0]?.['resource']);
  const parameters = status?.['resourceType'] === 'Parameters' ? asList(status['parameter']) : [];
  const told = (name: string): unknown => valueOf(parameters.map(asRecord), name);
  const type = TYPES.find((one) => one === told('type'));
  const subscription = writtenReference(asText(asRecord(told('subscription'))?.['reference']));
  if (!type || subscription === null || !parseReference(subscription)) return null;
  const carried = resourcesIn(entries.slice(1), serverUrls);
  return {
    type,
    subscription,
    status: asText(told('status')),
    eventCount: numberIn(told('events-since-subscription-start')),
    events: parameters
      .map(asRecord)
      .filter((one) => one?.['name'] === 'notification-event')
      .slice(0, EVENTS_MAX)
      .flatMap((one) => eventOf(asList(one?.['part']).map(asRecord), carried, serverUrls) ?? []),
  };
}

type Part = Readonly<Record<string, unknown>> | null;

/** Servers write numbers as texts or as numbers, and the standard allows both over its versions. */
function numberIn(value: unknown): number | null {
  const text = typeof value === 'number' ? String(value) : (asText(value) ?? '');
  return NUMBER.test(text) ? Number(text) : null;
}

function valueOf(parts: readonly Part[], name: string): unknown {
  const part = parts.find((one) => one?.['name'] === name);
  return Object.entries(part ?? {}).find(([key]) => key.startsWith('value'))?.[1];
}

function eventOf(
  parts: readonly Part[],
  carried: ReadonlyMap<string, FhirResource>,
  serverUrls: readonly string[],
): TopicEvent | null {
  const number = numberIn(valueOf(parts, 'event-number'));
  if (number === null) return null;
  const written = asText(asRecord(valueOf(parts, 'focus'))?.['reference']);
  const focus = written === null ? null : nameOf(written, serverUrls);
  return {
    number,
    focus,
    isForeign: written !== null && focus === null,
    resource: focus === null ? null : (carried.get(focus) ?? null),
  };
}

function nameOf(reference: string, serverUrls: readonly string[]): string | null {
  const local = localReference(reference, serverUrls);
  return local && `${local.type}/${local.id}`;
}

function resourcesIn(
  entries: readonly Part[],
  serverUrls: readonly string[],
): ReadonlyMap<string, FhirResource> {
  const found = new Map<string, FhirResource>();
  for (const entry of entries) {
    const resource = asResource(entry?.['resource']);
    if (resource?.id === undefined) continue;
    const name = nameOf(`${resource.resourceType}/${resource.id}`, serverUrls);
    if (name !== null) found.set(name, resource);
  }
  return found;
}
