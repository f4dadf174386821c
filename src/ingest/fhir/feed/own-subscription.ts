import { asList, asRecord, asText, type FhirResource } from '../../../wire/fhir/resource.js';
import { SUBSCRIPTION_TAG, tagOf, type Criterion } from './criterion.js';

/** What our own Subscriptions ask for. */
export interface SubscriptionWish {
  readonly kind: 'rest-hook' | 'topic';
  /** Our rest-hook as the EHR reaches it. */
  readonly endpoint: string;
  readonly payload: 'empty' | 'id-only' | 'full-resource';
  /** Canonical URL, with `topic`. */
  readonly topic: string | null;
  readonly heartbeatSeconds: number;
  /** Sent back to us with each notification. */
  readonly secret: string | null;
}

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition';
const FHIR_JSON = 'application/fhir+json';
type Json = Readonly<Record<string, unknown>>;

/** The Subscription as it is to stand, asked for anew. */
export function toSubscription(criterion: Criterion, wish: SubscriptionWish): FhirResource & Json {
  const { kind, endpoint, payload, topic, heartbeatSeconds, secret } = wish;
  const content = extension('backport-payload-content', { valueCode: payload });
  const isTopic = kind === 'topic';
  return {
    resourceType: 'Subscription',
    meta: {
      tag: [{ system: SUBSCRIPTION_TAG, code: tagOf(criterion, endpoint) }],
      ...(isTopic ? { profile: [`${BACKPORT}/backport-subscription`] } : {}),
    },
    status: 'requested',
    reason: 'Leadwire reads 12-lead ECGs as they are recorded',
    criteria: isTopic ? (topic ?? '') : criterion.text,
    ...(isTopic
      ? {
          _criteria: {
            extension: [extension('backport-filter-criteria', { valueString: criterion.text })],
          },
        }
      : {}),
    channel: {
      type: 'rest-hook',
      endpoint,
      ...(secret === null ? {} : { header: [`Authorization: Bearer ${secret}`] }),
      // Without a type of payload a plain subscription sends nothing but the word that there is news.
      ...(payload === 'empty' && !isTopic
        ? {}
        : { payload: FHIR_JSON, _payload: { extension: [content] } }),
      ...(isTopic
        ? {
            extension: [
              extension('backport-heartbeat-period', { valueUnsignedInt: heartbeatSeconds }),
            ],
          }
        : {}),
    },
  };
}

function extension(name: string, value: Json): Json {
  return { url: `${BACKPORT}/${name}`, ...value };
}

/** Whether what stands asks for the same. Headers are secrets that many servers do not show. */
export function asksTheSame(standing: FhirResource, wished: FhirResource): boolean {
  const [one, two] = [asRecord(standing), asRecord(wished)];
  const [channel, wishedChannel] = [asRecord(one?.['channel']), asRecord(two?.['channel'])];
  return (
    one?.['criteria'] === two?.['criteria'] &&
    channel?.['type'] === 'rest-hook' &&
    channel['endpoint'] === wishedChannel?.['endpoint'] &&
    (channel['payload'] ?? null) === (wishedChannel?.['payload'] ?? null)
  );
}

export function statusIn(standing: FhirResource): string {
  return asText(asRecord(standing)?.['status']) ?? '';
}

/** Of several that a race made, the one with the least id is kept: every worker picks the same. */
export function firstOf(found: readonly FhirResource[]): FhirResource | null {
  const named = found.filter(({ resourceType, id }) => resourceType === 'Subscription' && id);
  return [...named].sort((a, b) => ((a.id ?? '') < (b.id ?? '') ? -1 : 1))[0] ?? null;
}

export function tagQuery(wished: FhirResource): string {
  const tag = asRecord(asList(asRecord(asRecord(wished)?.['meta'])?.['tag'])[0]);
  return `${asText(tag?.['system']) ?? ''}|${asText(tag?.['code']) ?? ''}`;
}
