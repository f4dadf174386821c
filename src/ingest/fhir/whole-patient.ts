import { failureOf } from '../../core/failure.js';
import type { FhirClient } from '../../wire/fhir/client.js';
import { asList, asRecord, asText, type FhirResource } from '../../wire/fhir/resource.js';

type Reader = Pick<FhirClient, 'read' | 'baseUrl'>;
type Json = Readonly<Record<string, unknown>>;

const IDENTIFIERS_MAX = 19;
/** A Patient linked to more others than this is followed no further. */
const LINKS_MAX = 10;
/** A chain of merges longer than this is a loop, or as good as one. */
const HOPS_MAX = 5;

/** Whether a Patient says that it goes on as another, or that another goes on as it. */
export function isLinked(resource: FhirResource): boolean {
  return resource.resourceType === 'Patient' && linksOf({ ...resource }).length > 0;
}

interface Link {
  readonly type: string;
  readonly reference: string;
}

function linksOf(patient: Json): readonly Link[] {
  return asList(patient['link'])
    .slice(0, LINKS_MAX)
    .flatMap((one) => {
      const link = asRecord(one);
      const type = asText(link?.['type']) ?? '';
      const reference = asText(asRecord(link?.['other'])?.['reference']);
      const isMerge = type === 'replaced-by' || type === 'replaces';
      return isMerge && reference !== null && !reference.startsWith('#')
        ? [{ type, reference }]
        : [];
    });
}

/**
 * A Patient with those inside it that it was merged with, by which their numbers are known: a link
 * alone names no number that an ECG would come under.
 */
export async function wholePatient(client: Reader, resource: FhirResource): Promise<Json> {
  const patient: Json = { ...resource };
  const links = linksOf(patient);
  const contained: Json[] = [];
  const link: Json[] = [];
  for (const [i, { type, reference }] of links.entries()) {
    const other = await readPatient(client, reference);
    if (!other) continue;
    contained.push({ ...partOf(client, other), id: `linked-${i}` });
    link.push({ type, other: { reference: `#linked-${i}` } });
  }
  return {
    ...partOf(client, patient),
    ...(asText(patient['id']) === null ? {} : { id: patient['id'] }),
    ...(link.length > 0 ? { link, contained } : {}),
  };
}

/** The Patient under whom this one goes on, at the end of a chain of merges; itself where it does. */
export async function survivorOf(client: Reader, patient: Json): Promise<Json> {
  let now = patient;
  for (let hop = 0; hop < HOPS_MAX; hop += 1) {
    const next = linksOf(now).find(({ type }) => type === 'replaced-by');
    const other = next ? await readPatient(client, next.reference) : null;
    if (!other) return now;
    now = other;
  }
  return patient;
}

/** Null where it is not there, or not ours to read: then a merge is followed when it is told again. */
async function readPatient(client: Reader, reference: string): Promise<Json | null> {
  try {
    const resource = await client.read(reference);
    return resource.resourceType === 'Patient' ? { ...resource } : null;
  } catch (error) {
    const { code, class: kind } = failureOf(error);
    if (kind === 'permanent' || code === 'destination-unauthorised') return null;
    throw error;
  }
}

/** Of a Patient what an assessment needs, and last its id at this server. */
export function partOf(client: Reader, patient: Json): Json {
  const { identifier, name, gender, birthDate } = patient;
  const id = asText(patient['id']);
  return {
    resourceType: 'Patient',
    identifier: [
      ...asList(identifier).slice(0, IDENTIFIERS_MAX),
      ...(id === null ? [] : [{ system: client.baseUrl, value: id }]),
    ],
    ...(name === undefined ? {} : { name }),
    ...(gender === undefined ? {} : { gender }),
    ...(birthDate === undefined ? {} : { birthDate }),
  };
}
