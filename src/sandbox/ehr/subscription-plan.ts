import { asList, asRecord, asText } from '../../wire/fhir/resource.js';
import { Problem } from './problem.js';
import { parseQuery, type Kept } from './search.js';

/** What a Subscription asks for, read once. */
export interface SubscriptionPlan {
  /** Canonical address of its topic; null for the plain criteria of R4. */
  readonly topic: string | null;
  /** Searches that the resource must match, each of them; `type` alone matches all of the type. */
  readonly criteria: readonly Criterion[];
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: Content;
  /** MIME type of the body; null sends none. */
  readonly payload: string | null;
  readonly heartbeatSeconds: number | null;
  readonly timeoutSeconds: number;
}

export const CONTENTS = ['empty', 'id-only', 'full-resource'] as const;
export type Content = (typeof CONTENTS)[number];

export interface Criterion {
  readonly type: string;
  readonly query: string;
}

export const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/';
const FHIR_JSON = 'application/fhir+json';
const TIMEOUT_SECONDS = 5;
const TIMEOUT_SECONDS_MAX = 60;
const HEARTBEAT_SECONDS_MAX = 86_400;
const HEADERS_MAX = 20;

/** Throws a Problem for a subscription that could never be served. */
export function planOf(subscription: Readonly<Record<string, unknown>>): SubscriptionPlan {
  const channel = asRecord(subscription['channel']);
  if (channel?.['type'] !== 'rest-hook') {
    throw refusal('the channel is rest-hook and no other', 'channel.type');
  }
  const endpoint = asText(channel['endpoint']) ?? '';
  if (!isLoopback(endpoint)) throw refusal('only loopback is ever notified', 'channel.endpoint');
  const criteria = asText(subscription['criteria']) ?? '';
  const topic = /^(https?:|urn:)/.test(criteria) ? criteria : null;
  const filters = extensionsOf(subscription['_criteria'], 'backport-filter-criteria');
  const seconds = (name: string): number | null => {
    const value = extensionsOf(channel, name)[0];
    return typeof value === 'number' && value > 0 ? value : null;
  };
  const heartbeat = seconds('backport-heartbeat-period');
  const payload = asText(channel['payload']);
  return {
    topic,
    criteria: (topic === null ? [criteria] : filters.map(String)).map(criterionOf),
    endpoint,
    headers: headersOf(channel['header']),
    content: contentOf(channel['_payload'], topic, payload),
    payload: topic === null ? payload : (payload ?? FHIR_JSON),
    heartbeatSeconds: heartbeat === null ? null : Math.min(heartbeat, HEARTBEAT_SECONDS_MAX),
    timeoutSeconds: Math.min(seconds('backport-timeout') ?? TIMEOUT_SECONDS, TIMEOUT_SECONDS_MAX),
  };
}

export function wants(
  plan: SubscriptionPlan,
  topicType: string | null,
  { resourceType, id }: Kept,
  matches: (type: string, query: URLSearchParams) => boolean,
): boolean {
  if (topicType !== null && topicType !== resourceType) return false;
  return plan.criteria.every(({ type, query }) => {
    if (type !== resourceType) return false;
    const parameters = new URLSearchParams(query);
    parameters.append('_id', id);
    return matches(type, parameters);
  });
}

function contentOf(payload: unknown, topic: string | null, mimeType: string | null): Content {
  const asked = extensionsOf(payload, 'backport-payload-content')[0];
  const content = CONTENTS.find((one) => one === asked);
  if (content) return content;
  if (asked !== undefined) throw refusal('no such content', 'channel.payload.extension');
  // A plain R4 subscription says it by its payload; a topic without a word gets the least.
  return topic === null && mimeType !== null ? 'full-resource' : 'empty';
}

function criterionOf(criteria: string): Criterion {
  const [, type, query = ''] = /^([A-Z][A-Za-z]+)(?:\?(.*))?$/.exec(criteria) ?? [];
  if (type === undefined) throw refusal('criteria read Type?parameter=value', 'criteria');
  parseQuery(new URLSearchParams(query));
  return { type, query };
}

/** The values of one kind of extension, whatever their type. */
export function extensionsOf(element: unknown, name: string): readonly unknown[] {
  return asList(asRecord(element)?.['extension']).flatMap((one) => {
    const extension = asRecord(one);
    if (extension?.['url'] !== `${BACKPORT}${name}`) return [];
    return Object.entries(extension).flatMap(([key, value]) =>
      key.startsWith('value') ? [value] : [],
    );
  });
}

function headersOf(lines: unknown): Record<string, string> {
  return Object.fromEntries(
    asList(lines)
      .slice(0, HEADERS_MAX)
      .flatMap((line) => {
        const [, name, value] =
          /^([!#$%&'*+.^_`|~\w-]+):\s*([\x20-\x7e]*)$/.exec(String(line)) ?? [];
        return name === undefined || value === undefined ? [] : [[name, value]];
      }),
  );
}

function isLoopback(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { hostname, protocol } = new URL(endpoint);
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

function refusal(told: string, place: string): Problem {
  return new Problem(422, 'not-supported', told, [`Subscription.${place}`]);
}
