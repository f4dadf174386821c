import { failureOf } from '../../core/failure.js';
import { localReference } from '../../wire/fhir/reference.js';
import { asList, asRecord, asText, type FhirResource } from '../../wire/fhir/resource.js';
import { withFiles, withLinked, type Reader } from './attachments.js';
import { encounterPlaces } from './whole-place.js';
import { isLinked, partOf, survivorOf } from './whole-patient.js';

type Json = Readonly<Record<string, unknown>>;

const PATIENT_ID = 'patient';
/** Hears of a Patient that was met and goes on as another. */
type MergeTold = (replaced: FhirResource) => void;

/**
 * The resource with its patient and its files inside it, and with the addresses of what else it
 * refers to in full: so that what is stored can be decoded again years later without asking the EHR,
 * and says whose ids it holds. Of the patient only what an assessment needs is taken along;
 * of one that was merged it is the one who goes on, and `told` hears of the merge.
 */
export async function wholeResource(
  reader: Reader,
  resource: FhirResource,
  told: MergeTold = () => undefined,
): Promise<Json> {
  const record = await withFiles({ ...resource }, reader);
  const placeOf = encounterPlaces(reader);
  const around = { reader, told, placeOf };
  const whole = await withSurroundings(record, around);
  const linked = await withLinked(record, reader);
  if (linked.length === 0) return whole;
  const beside = [];
  for (const one of linked) beside.push(await withSurroundings(one, around));
  return {
    resourceType: 'Bundle',
    type: 'collection',
    entry: [whole, ...beside].map((one) => ({ resource: one })),
  };
}

interface Around {
  readonly reader: Reader;
  readonly told: MergeTold;
  readonly placeOf: ReturnType<typeof encounterPlaces>;
}

async function withSurroundings(record: Json, { reader, told, placeOf }: Around): Promise<Json> {
  const patient = await patientOf(reader, record, told);
  const place = await placeOf(record);
  const inFull = (value: unknown): unknown => referenceInFull(value, reader);
  const context = asRecord(record['context']);
  return {
    ...record,
    ...('encounter' in record ? { encounter: inFull(record['encounter']) } : {}),
    ...('basedOn' in record ? { basedOn: asList(record['basedOn']).map(inFull) } : {}),
    ...(context && 'encounter' in context
      ? { context: { ...context, encounter: asList(context['encounter']).map(inFull) } }
      : {}),
    ...(patient || place
      ? {
          contained: [
            ...asList(record['contained']),
            ...(patient ? [patient] : []),
            ...(place ? [place] : []),
          ],
        }
      : {}),
    ...(patient
      ? {
          subject: { ...asRecord(record['subject']), reference: `#${PATIENT_ID}` },
        }
      : 'subject' in record
        ? { subject: inFull(record['subject']) }
        : {}),
  };
}

async function patientOf(reader: Reader, record: Json, told: MergeTold): Promise<Json | null> {
  const { client } = reader;
  const reference = asText(asRecord(record['subject'])?.['reference']) ?? '#';
  if (reference.startsWith('#')) return null;
  const local = localReference(reference, reader.serverUrls);
  if (!local) {
    reader.log('foreignReference', { door: 'fhir' });
    reader.foreign();
    return null;
  }
  let patient: FhirResource;
  try {
    patient = await client.read(`${local.type}/${local.id}`);
  } catch (error) {
    const { code, class: kind } = failureOf(error);
    // Not ours to read, or not there: the ECG is worth more than the age of its patient.
    if (kind === 'permanent' || code === 'destination-unauthorised') return null;
    throw error;
  }
  if (patient.resourceType !== 'Patient' || patient.id === undefined) return null;
  if (isLinked(patient)) told(patient);
  // Its id at this server too, by which the result finds its way back to the same chart.
  return { ...partOf(client, await survivorOf(client, { ...patient })), id: PATIENT_ID };
}

function referenceInFull(value: unknown, { client, serverUrls }: Reader): unknown {
  const record = asRecord(value);
  const reference = asText(record?.['reference']);
  const local = reference === null ? null : localReference(reference, serverUrls);
  return local ? { ...record, reference: `${client.baseUrl}/${local.type}/${local.id}` } : value;
}
