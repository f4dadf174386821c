import { failureOf } from '../../core/failure.js';
import type { FhirClient } from '../../wire/fhir/client.js';
import { localReference } from '../../wire/fhir/reference.js';
import { asList, asRecord, asText, type FhirResource } from '../../wire/fhir/resource.js';
import { isLinked, partOf, survivorOf } from './whole-patient.js';

type Reader = Pick<FhirClient, 'read' | 'baseUrl'>;
type Json = Readonly<Record<string, unknown>>;

const PATIENT_ID = 'patient';

/**
 * The Observation with its patient inside it, and with the addresses of what else it refers to in
 * full: so that what is stored can be decoded again years later without asking the EHR, and says
 * whose ids it holds. Of the patient only what an assessment needs is taken along; of one that was
 * merged it is the one who goes on, and `told` hears of the merge.
 */
export async function wholeObservation(
  client: Reader,
  observation: FhirResource,
  told: (replaced: FhirResource) => void = () => undefined,
): Promise<Json> {
  const record: Json = { ...observation };
  const patient = await patientOf(client, record, told);
  return {
    ...record,
    ...('encounter' in record ? { encounter: inFull(record['encounter'], client.baseUrl) } : {}),
    ...('basedOn' in record
      ? { basedOn: asList(record['basedOn']).map((one) => inFull(one, client.baseUrl)) }
      : {}),
    ...(patient
      ? {
          contained: [...asList(record['contained']), patient],
          subject: { ...asRecord(record['subject']), reference: `#${PATIENT_ID}` },
        }
      : { subject: inFull(record['subject'], client.baseUrl) }),
  };
}

async function patientOf(
  client: Reader,
  observation: Json,
  told: (replaced: FhirResource) => void,
): Promise<Json | null> {
  const reference = asText(asRecord(observation['subject'])?.['reference']) ?? '#';
  if (reference.startsWith('#')) return null;
  let patient: FhirResource;
  try {
    patient = await client.read(reference);
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

function inFull(value: unknown, baseUrl: string): unknown {
  const record = asRecord(value);
  const reference = asText(record?.['reference']);
  const local = reference === null ? null : localReference(reference, []);
  return local ? { ...record, reference: `${baseUrl}/${local.type}/${local.id}` } : value;
}
