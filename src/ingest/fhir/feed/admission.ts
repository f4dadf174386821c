import type { Feeds } from '../../../ledger/feeds.js';
import type { Arrival } from '../../../ledger/ledger.js';
import { parseReference } from '../../../wire/fhir/reference.js';
import { asList, asRecord, asText, type FhirResource } from '../../../wire/fhir/resource.js';
import type { Intake } from '../../intake.js';

/** Everything that the EHR tells comes under this name, by whichever way. */
export const FHIR_SENDER = 'fhir';
export const FHIR_JSON = 'application/fhir+json';
/** What we write ourselves is not read back as somebody's ECG. */
const OURS = 'https://leadwire.dev/fhir/';

export interface AdmissionParts {
  readonly feeds: Pick<Feeds, 'known'>;
  readonly intake: Pick<Intake, 'submitReference'>;
  readonly now: () => number;
}

/** Names one state of a resource; what has no version is known by its time, or is seen once. */
export function messageIdOfVersion(reference: string, version: string | null): string {
  return `${reference}/_history/${version ?? '-'}`;
}

export function isOurs(resource: FhirResource): boolean {
  const tags = asList(asRecord(asRecord(resource)?.['meta'])?.['tag']);
  return tags.some((tag) => (asText(asRecord(tag)?.['system']) ?? '').startsWith(OURS));
}

export interface Found {
  readonly reference: string;
  readonly messageId: string;
  readonly updatedMs: number | null;
}

export function foundOf(resource: FhirResource): Found | null {
  const reference = `${resource.resourceType}/${resource.id ?? ''}`;
  if (!parseReference(reference) || isOurs(resource)) return null;
  const meta = asRecord(asRecord(resource)?.['meta']);
  const updated = asText(meta?.['lastUpdated']);
  const updatedMs = Date.parse(updated ?? '');
  return {
    reference,
    messageId: messageIdOfVersion(reference, asText(meta?.['versionId']) ?? updated),
    updatedMs: Number.isNaN(updatedMs) ? null : updatedMs,
  };
}

/** Has those fetched that no receipt knows. Answers which they were. */
export async function admitFound(
  found: readonly Found[],
  { feeds, intake, now }: AdmissionParts,
): Promise<readonly Found[]> {
  const ids = found.map(({ messageId }) => messageId);
  const known = await feeds.known(FHIR_SENDER, ids);
  const fresh = found.filter(({ messageId }) => !known.has(messageId));
  for (const { reference, messageId } of fresh) {
    await intake.submitReference(referenceArrival(reference, messageId, now()), reference);
  }
  return fresh;
}

export function referenceArrival(
  reference: string,
  messageId: string | null,
  receivedAtMs: number,
): Arrival {
  return {
    door: 'fhir',
    sender: FHIR_SENDER,
    messageId,
    contentType: FHIR_JSON,
    bytes: new Uint8Array(0),
    receivedAtMs,
    hints: { reference },
  };
}
