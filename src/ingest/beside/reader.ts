import { patientKey, type Identifier, type PatientIdentity } from '../../core/ecg/reading.js';
import { failureOf } from '../../core/failure.js';
import type { BesideItem, BesideKind } from '../../ledger/beside.js';
import type { EcgRecord, Ledger } from '../../ledger/ledger.js';
import type { FhirClient } from '../../wire/fhir/client.js';
import { searchToken } from '../../wire/fhir/reference.js';
import { asList, asRecord, type FhirResource } from '../../wire/fhir/resource.js';
import { itemsOf, textOf, timeOf } from './observations.js';

export interface BesideReaderOptions {
  readonly client: Pick<FhirClient, 'read' | 'search' | 'nextPage' | 'baseUrl'>;
  readonly ledger: {
    readonly assessments: Pick<Ledger['assessments'], 'ecg'>;
    readonly beside: Pick<Ledger['beside'], 'note'>;
  };
  readonly kinds: ReadonlyMap<string, BesideKind>;
  /** Identifier systems of local assigning authorities. */
  readonly systems: Readonly<Record<string, string>>;
}

export const PAGES_MAX = 5;
const PAGE_COUNT = '100';
const BEFORE_MS = 24 * 3_600_000;
/** Systolic and diastolic pressure stand as components below this code. */
const BLOOD_PRESSURE = '85354-9';

/** Reads at the EHR what stands beside an ECG. Answers how much of it was new. */
export async function readBeside(ecgId: string, options: BesideReaderOptions): Promise<number> {
  const { client, ledger, kinds } = options;
  const record = await ledger.assessments.ecg(ecgId);
  if (!record?.patient) return 0;
  const patient = await patientAt(record.patient, options);
  if (patient === null) return 0;
  const atMs = record.acquisition.instantMs ?? record.arrivedAtMs;
  const found = await observationsOf(client, patient, [...kinds.keys(), BLOOD_PRESSURE], atMs);
  const items = found.flatMap((one) => itemsOf(one, kinds)).filter((one) => isBeside(one, record));
  return ledger.beside.note(patientKey(record.patient), [
    ...items,
    ...(await complaintsOf(record, options)),
  ]);
}

/** This very ECG, and one after it, is no earlier one. */
function isBeside(item: BesideItem, { acquisition, sourceReference }: EcgRecord): boolean {
  if (item.kind !== 'earlier-ecg') return true;
  const atMs = acquisition.instantMs;
  return item.reference !== sourceReference && atMs !== null && item.atMs < atMs - 1_000;
}

async function observationsOf(
  client: BesideReaderOptions['client'],
  patient: string,
  codes: readonly string[],
  atMs: number,
): Promise<FhirResource[]> {
  let page = await client.search('Observation', {
    patient,
    code: codes.join(','),
    date: `ge${new Date(atMs - BEFORE_MS).toISOString()}`,
    _count: PAGE_COUNT,
  });
  const found = [...page.resources];
  for (let pages = 1; page.next !== null && pages < PAGES_MAX; pages += 1) {
    page = await client.nextPage(page.next);
    found.push(...page.resources);
  }
  return found.filter(({ resourceType }) => resourceType === 'Observation');
}

/** By the EHR's own id where we know it, else by the number; of two patients neither is taken. */
async function patientAt(
  patient: PatientIdentity,
  options: BesideReaderOptions,
): Promise<string | null> {
  const all: readonly Identifier[] = [patient, ...patient.others];
  const own = all.find(({ authority }) => authority === options.client.baseUrl);
  if (own) return `Patient/${own.value}`;
  const system = options.systems[patient.authority] ?? systemOf(patient.authority);
  if (system === null) return null;
  const { resources } = await options.client.search('Patient', {
    identifier: searchToken(system, patient.value),
  });
  const [only, second] = resources.filter(({ resourceType }) => resourceType === 'Patient');
  return only?.id !== undefined && !second ? `Patient/${only.id}` : null;
}

function systemOf(authority: string): string | null {
  return /^(urn:|https?:)/.test(authority) ? authority : null;
}

/** Why the patient came, in the words of the encounter. */
async function complaintsOf(
  { encounter, acquisition, arrivedAtMs }: EcgRecord,
  { client }: BesideReaderOptions,
): Promise<BesideItem[]> {
  if (encounter?.authority !== client.baseUrl) return [];
  const reference = `Encounter/${encounter.value}`;
  let record: ReturnType<typeof asRecord>;
  try {
    record = asRecord(await client.read(reference));
  } catch (error) {
    if (failureOf(error).class === 'permanent') return [];
    throw error;
  }
  const value = textOf(asList(record?.['reasonCode'])[0]);
  if (!record || value === null) return [];
  const atMs = timeOf(record) ?? acquisition.instantMs ?? arrivedAtMs;
  const beside = { unit: null, interpretation: null, reference };
  return [
    { kind: 'complaint', code: null, display: 'Reason for the encounter', value, atMs, ...beside },
  ];
}
