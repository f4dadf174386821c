import { failure, type Failure } from '../../core/failure.js';
import { localReference } from '../../wire/fhir/reference.js';
import { parseTopicNotification, type TopicNotification } from './feed/topic-notification.js';
import { asRecord, asText, type FhirResource } from '../../wire/fhir/resource.js';

/** What a rest-hook request may be, before anything is done about it. */
export type Notification =
  /** By the Backport guide: numbered events, or a word that the Subscription lives. */
  | { readonly kind: 'topic'; readonly notification: TopicNotification }
  /** Something changed; it says no more. */
  | { readonly kind: 'ping' }
  /** The whole resource. */
  | {
      readonly kind: 'resource';
      readonly resource: FhirResource;
      readonly reference: string | null;
    }
  /** Only its name. */
  | { readonly kind: 'reference'; readonly reference: string; readonly version: string | null }
  | { readonly kind: 'unusable'; readonly failure: Failure };

export interface HookRequest {
  /** What follows the hook's own path: `Observation/12`, or nothing. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * A server sends an empty POST to the hook (ping), or PUT or POST to `{hook}/Observation/{id}` with
 * the resource, with its bare id, or with nothing. The verb tells nothing: servers use either for
 * creates and updates alike. Where path and body name two resources, neither is believed.
 */
export function parseNotification(
  { path, bytes }: HookRequest,
  serverUrls: readonly string[] = [],
): Notification {
  const named = path === '' ? null : localReference(path, []);
  if (path !== '' && !named) return unusable('the path names no resource');
  const inPath = named && `${named.type}/${named.id}`;
  const text = new TextDecoder().decode(bytes).trim();
  if (text === '') {
    return inPath === null
      ? { kind: 'ping' }
      : { kind: 'reference', reference: inPath, version: named?.version ?? null };
  }
  const resource = parseResource(text);
  if (!resource) return unusable('the body is no FHIR resource in JSON');
  const topic = path === '' ? parseTopicNotification(resource, serverUrls) : null;
  if (topic) return { kind: 'topic', notification: topic };
  const { resourceType, id } = resource;
  const inBody = id === undefined ? null : `${resourceType}/${id}`;
  if (inPath !== null && (named?.type !== resourceType || (inBody ?? inPath) !== inPath)) {
    return unusable('the path and the body name two resources');
  }
  const reference = inBody ?? inPath;
  return reference !== null && isBare(resource)
    ? { kind: 'reference', reference, version: versionOf(resource) }
    : { kind: 'resource', resource, reference };
}

function unusable(detail: string): Notification {
  return { kind: 'unusable', failure: failure('message-malformed', detail) };
}

function parseResource(text: string): FhirResource | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  const record = asRecord(parsed);
  const resourceType = asText(record?.['resourceType']);
  if (!record || resourceType === null) return null;
  const id = record['id'];
  if (id === undefined) return record as unknown as FhirResource;
  return typeof id === 'string' && localReference(`${resourceType}/${id}`, [])
    ? (record as unknown as FhirResource)
    : null;
}

/** Nothing but what names it. */
function isBare(resource: FhirResource): boolean {
  return Object.keys(resource).every((key) => ['resourceType', 'id', 'meta'].includes(key));
}

export function versionOf(resource: FhirResource): string | null {
  const meta = asRecord(asRecord(resource)?.['meta']);
  return asText(meta?.['versionId']);
}
