import { failureOf } from '../../core/failure.js';
import type { FhirClient } from '../../wire/fhir/client.js';
import { localReference } from '../../wire/fhir/reference.js';
import { asList, asRecord, asText, type FhirResource } from '../../wire/fhir/resource.js';

type Reader = Pick<FhirClient, 'read' | 'baseUrl'>;
type Json = Readonly<Record<string, unknown>>;

const PATIENT_ID = 'patient';
const IDENTIFIERS_MAX = 19;

/**
 * The Observation with its patient inside it, and with the addresses of what else it refers to in
 * full: so that what is stored can be decoded again years later without asking the EHR, and says
 * whose ids it holds. Of the patient only what an assessment needs is taken along.
 */
export async function wholeObservation(client: Reader, observation: FhirResource): Promise<Json> {
  const record: Json = { ...observation };
  const patient = await patientOf(client, record);
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

async function patientOf(client: Reader, observation: Json): Promise<Json | null> {
  const reference = asText(asRecord(observation['subject'])?.['reference']) ?? '#';
  if (reference.startsWith('#')) return null;
  let patient: Json | null;
  try {
    patient = asRecord(await client.read(reference));
  } catch (error) {
    const { code, class: kind } = failureOf(error);
    // Not ours to read, or not there: the ECG is worth more than the age of its patient.
    if (kind === 'permanent' || code === 'destination-unauthorised') return null;
    throw error;
  }
  const id = asText(patient?.['id']);
  if (!patient || id === null || patient['resourceType'] !== 'Patient') return null;
  const { identifier, name, gender, birthDate } = patient;
  return {
    resourceType: 'Patient',
    id: PATIENT_ID,
    // Last its id at this server, by which the result finds its way back to the same chart.
    identifier: [
      ...asList(identifier).slice(0, IDENTIFIERS_MAX),
      { system: client.baseUrl, value: id },
    ],
    ...(name === undefined ? {} : { name }),
    ...(gender === undefined ? {} : { gender }),
    ...(birthDate === undefined ? {} : { birthDate }),
  };
}

function inFull(value: unknown, baseUrl: string): unknown {
  const record = asRecord(value);
  const reference = asText(record?.['reference']);
  const local = reference === null ? null : localReference(reference, []);
  return local ? { ...record, reference: `${baseUrl}/${local.type}/${local.id}` } : value;
}
