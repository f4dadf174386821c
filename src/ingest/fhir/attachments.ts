import { failureOf } from '../../core/failure.js';
import type { Log } from '../../core/log.js';
import type { FhirClient } from '../../wire/fhir/client.js';
import { localReference } from '../../wire/fhir/reference.js';
import { asList, asRecord, asText, type FhirResource } from '../../wire/fhir/resource.js';

type Json = Readonly<Record<string, unknown>>;

export interface Reader {
  readonly client: Pick<FhirClient, 'read' | 'baseUrl'>;
  readonly serverUrls: readonly string[];
  readonly log: Log;
  /** A reference to another server was met and not followed. */
  readonly foreign: () => void;
}

/** Files of one resource that are fetched, and resources that one report points at. */
export const FILES_FETCHED_MAX = 8;
export const LINKED_FETCHED_MAX = 20;

/** Where each type has its files: a list or one, and the attachment in it. */
const PLACES: Readonly<Record<string, readonly [list: string, inner: string | null]>> = {
  Observation: ['valueAttachment', null],
  DiagnosticReport: ['presentedForm', null],
  DocumentReference: ['content', 'attachment'],
  Media: ['content', null],
};

/** Whether a file, or the samples of a report, are somewhere else than in the resource itself. */
export function pointsElsewhere(resource: FhirResource): boolean {
  const record = asRecord(resource) ?? {};
  if (linksOf(record).length > 0) return true;
  return attachmentsOf(record).some((one) => one['data'] === undefined && one['url'] !== undefined);
}

function attachmentsOf(record: Json): Json[] {
  const place = PLACES[asText(record['resourceType']) ?? ''];
  if (!place) return [];
  const [list, inner] = place;
  const held = record[list];
  return (Array.isArray(held) ? asList(held) : [held]).flatMap((one) => {
    const attachment = inner === null ? asRecord(one) : asRecord(asRecord(one)?.[inner]);
    return attachment ? [attachment] : [];
  });
}

/** The resource with its files inside it, where they are at the same server. */
export async function withFiles(record: Json, reader: Reader): Promise<Json> {
  const place = PLACES[asText(record['resourceType']) ?? ''];
  if (!place || !pointsAtFiles(record)) return record;
  const [list, inner] = place;
  const held = record[list];
  let left = FILES_FETCHED_MAX;
  const fill = async (one: unknown): Promise<unknown> => {
    const holder = asRecord(one);
    const attachment = inner === null ? holder : asRecord(holder?.[inner]);
    if (!holder || !attachment || left <= 0 || attachment['data'] !== undefined) return one;
    left -= 1;
    const filled = await filledIn(attachment, reader);
    return inner === null ? filled : { ...holder, [inner]: filled };
  };
  if (!Array.isArray(held)) return { ...record, [list]: await fill(held) };
  const filled: unknown[] = [];
  for (const one of asList(held)) filled.push(await fill(one));
  return { ...record, [list]: filled };
}

function pointsAtFiles(record: Json): boolean {
  return attachmentsOf(record).some((one) => one['data'] === undefined && one['url'] !== undefined);
}

/** What cannot be had stays an address: the decoder says that it is not followed. */
async function filledIn(
  attachment: Json,
  { client, serverUrls, log, foreign }: Reader,
): Promise<Json> {
  const url = asText(attachment['url']);
  if (url === null) return attachment;
  const local = localReference(url, serverUrls);
  if (local?.type !== 'Binary') {
    log('foreignReference', { door: 'fhir' });
    foreign();
    return attachment;
  }
  const binary = await readOrNull(client, `Binary/${local.id}`);
  const data = asText(asRecord(binary)?.['data']);
  if (data === null) return attachment;
  const { url: _url, ...rest } = attachment;
  return { ...rest, data };
}

/** A report whose waveform stands in Observations or Media that it names, with these beside it. */
export async function withLinked(record: Json, reader: Reader): Promise<readonly Json[]> {
  const found: Json[] = [];
  for (const reference of linksOf(record).slice(0, LINKED_FETCHED_MAX)) {
    const local = localReference(reference, reader.serverUrls);
    if (!local) {
      reader.log('foreignReference', { door: 'fhir' });
      reader.foreign();
      continue;
    }
    const linked = asRecord(await readOrNull(reader.client, `${local.type}/${local.id}`));
    if (linked) found.push(await withFiles(linked, reader));
  }
  return found;
}

function linksOf(record: Json): string[] {
  if (record['resourceType'] !== 'DiagnosticReport') return [];
  const media = asList(record['media']).map((one) => asRecord(one)?.['link']);
  return [...asList(record['result']), ...media].flatMap((one) => {
    const reference = asText(asRecord(one)?.['reference']);
    return reference === null || reference.startsWith('#') ? [] : [reference];
  });
}

/** Not ours to read, or not there: what remains of the resource may still hold the ECG. */
async function readOrNull(
  client: Reader['client'],
  reference: string,
): Promise<FhirResource | null> {
  try {
    return await client.read(reference);
  } catch (error) {
    const { code, class: kind } = failureOf(error);
    if (kind === 'permanent' || code === 'destination-unauthorised') return null;
    throw error;
  }
}
