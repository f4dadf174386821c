import { PLACE_ID } from '../../formats/fhir/envelope.js';
import { localReference } from '../../wire/fhir/reference.js';
import { asList, asRecord, asText, type FhirResource } from '../../wire/fhir/resource.js';
import type { Reader } from './attachments.js';

type Json = Readonly<Record<string, unknown>>;

/** A bed in a room in a ward: further up is the hospital. */
const STEPS_UP_MAX = 2;
/** Of the table of kinds of place, what lies within a department. */
const WITHIN = new Set(['ro', 'bd', 'ca', 'jdn']);

/**
 * Where the patient of a resource is, as the encounter says, in a Location to be kept inside the
 * resource. Null wherever it cannot be read, for whatever reason: no ECG waits for a bed's number.
 * Each encounter is asked for once, however many resources of a report name it.
 */
export function encounterPlaces(reader: Reader): (record: Json) => Promise<Json | null> {
  const asked = new Map<string, Promise<Json | null>>();
  return (record) => {
    const context = asRecord(record['context']);
    const named = record['encounter'] ?? asList(context?.['encounter'])[0] ?? context;
    const reference = asText(asRecord(named)?.['reference']) ?? '';
    const known = asked.get(reference) ?? placeIn(reader, named);
    asked.set(reference, known);
    return known;
  };
}

async function placeIn(reader: Reader, named: unknown): Promise<Json | null> {
  const encounter = await readLocal(reader, named, 'Encounter');
  const at = encounter && presentOf(asList(encounter['location']).map(asRecord));
  if (!at) return null;
  const location = asRecord(at['location']);
  const found = await readLocal(reader, location, 'Location');
  const name = asText(found?.['name']) ?? asText(location?.['display']);
  if (name === null) return null;
  const ward = found && isWithin(found) ? await wardOf(reader, found) : null;
  return {
    resourceType: 'Location',
    id: PLACE_ID,
    name,
    ...(ward === null ? {} : { partOf: { display: ward } }),
  };
}

/** The one that is active; of none that says so the last that is not past or planned. */
function presentOf(all: readonly (Json | null)[]): Json | null {
  const status = (one: Json | null): string => asText(one?.['status']) ?? '';
  const usable = all.filter((one) => !['planned', 'completed'].includes(status(one)));
  return usable.findLast((one) => status(one) === 'active') ?? usable.at(-1) ?? null;
}

async function wardOf(reader: Reader, bed: Json): Promise<string | null> {
  let above: Json | null = bed;
  let name: string | null = null;
  for (let step = 0; step < STEPS_UP_MAX && above; step += 1) {
    const up = asRecord(above['partOf']);
    above = await readLocal(reader, up, 'Location');
    name = asText(above?.['name']) ?? asText(up?.['display']) ?? name;
    if (above && !isWithin(above)) break;
  }
  return name;
}

function isWithin(location: Json): boolean {
  const codings = asList(asRecord(location['physicalType'])?.['coding']).map(asRecord);
  return codings.some((one) => WITHIN.has(asText(one?.['code']) ?? ''));
}

async function readLocal(reader: Reader, pointer: unknown, type: string): Promise<Json | null> {
  const reference = asText(asRecord(pointer)?.['reference']) ?? '#';
  const local = reference.startsWith('#') ? null : localReference(reference, reader.serverUrls);
  if (local?.type !== type) return null;
  try {
    const resource: FhirResource = await reader.client.read(`${type}/${local.id}`);
    return resource.resourceType === type ? { ...resource } : null;
  } catch {
    return null;
  }
}
