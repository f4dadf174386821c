import { createHmac, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ecg } from '../core/ecg/ecg.js';
import { patientKey, type Reading } from '../core/ecg/reading.js';
import { toWfdb } from '../formats/wfdb/write.js';
import type { EcgRecord, Ledger } from '../ledger/ledger.js';
import type { Outcome } from '../ledger/outcomes.js';

export interface Exported {
  readonly ecgs: number;
  readonly outcomes: number;
  /** Words about ECGs that were purged since, or ended. */
  readonly without: number;
}

const PAGE = 500;
const NUMBER_DIGITS = 6;
/** Who is older is told as this old: high ages alone make a person known. */
const AGE_TOLD_MAX = 90;

/**
 * Every ECG of which somebody said what was true, for training and measuring: WFDB records, `ecgs.csv`
 * and `outcomes.csv`. No name, number, date or free text leaves: ECGs are numbered, patients are told
 * apart by a key that is thrown away, and times count from the recording.
 */
export async function exportOutcomes(
  ledger: Pick<Ledger, 'outcomes' | 'assessments' | 'revisions'>,
  folder: string,
): Promise<Exported> {
  const key = randomBytes(32);
  await mkdir(join(folder, 'records'), { recursive: true });
  const numbers = new Map<string, string | null>();
  const ecgRows = ['ecg_id,record,patient,site,age_years,sex'];
  const outcomeRows = ['ecg_id,finding_id,says,source,at_ms'];
  let without = 0;
  const numberOf = async (ecgId: string): Promise<string | null> => {
    const known = numbers.get(ecgId);
    if (known !== undefined) return known;
    const record = await standing(ledger, ecgId);
    const number = record && `e${String(ecgRows.length).padStart(NUMBER_DIGITS, '0')}`;
    numbers.set(ecgId, number);
    if (number) ecgRows.push(await writeEcg(folder, number, record, key));
    return number;
  };
  for await (const outcome of allOutcomes(ledger)) {
    const number = await numberOf(outcome.ecgId);
    const record = number && (await ledger.assessments.ecg(outcome.ecgId));
    if (!number || !record) without += 1;
    else outcomeRows.push(outcomeRow(number, outcome, record));
  }
  await writeFile(join(folder, 'ecgs.csv'), `${ecgRows.join('\n')}\n`);
  await writeFile(join(folder, 'outcomes.csv'), `${outcomeRows.join('\n')}\n`);
  return { ecgs: ecgRows.length - 1, outcomes: outcomeRows.length - 1, without };
}

async function* allOutcomes({ outcomes }: Pick<Ledger, 'outcomes'>): AsyncGenerator<Outcome> {
  let after: string | null = null;
  do {
    const page = await outcomes.export(after, PAGE);
    yield* page.outcomes;
    after = page.next;
  } while (after !== null);
}

/** An ECG that was withdrawn, or moved to another patient, is no example of anything. */
async function standing(
  { assessments, revisions }: Pick<Ledger, 'assessments' | 'revisions'>,
  ecgId: string,
): Promise<EcgRecord | null> {
  return (await revisions.endOf(ecgId)) ? null : assessments.ecg(ecgId);
}

async function writeEcg(
  folder: string,
  number: string,
  record: EcgRecord,
  key: Buffer,
): Promise<string> {
  const { ageYears, sex } = record.ecg.patient;
  const files = toWfdb(bareReading(record.ecg), number);
  await writeFile(join(folder, 'records', `${number}.hea`), files.header);
  await writeFile(join(folder, 'records', `${number}.dat`), files.signal);
  const { patient } = record;
  const whose = patient ? patientKey(patient) : number;
  const told = createHmac('sha256', key).update(whose).digest('hex').slice(0, 16);
  const age = ageYears === null ? '' : Math.min(AGE_TOLD_MAX, Math.floor(ageYears));
  return [number, `records/${number}`, `p-${told}`, '', age, sex ?? ''].join(',');
}

/** The twelve leads and nothing around them. */
function bareReading(ecg: Ecg): Reading {
  const leads = ecg.leads.map((lead) => ({ ...lead, origin: 'recorded' as const }));
  return {
    ecg: {
      ...ecg,
      leads,
      extraLeads: [],
      device: null,
      filters: null,
      patient: { ageYears: null, sex: null },
    },
    format: 'export',
    patient: null,
    encounter: null,
    order: null,
    acquired: null,
    birthDate: null,
    status: 'final',
    vendorStatements: [],
    vendorMeasurements: null,
  };
}

function outcomeRow(number: string, outcome: Outcome, { acquisition }: EcgRecord): string {
  const { findingId, says, source, atMs } = outcome;
  const sinceMs = Math.round(atMs - (acquisition.instantMs ?? atMs));
  return [number, bare(findingId), says, source, sinceMs].join(',');
}

/** A finding's id is a word; whatever else it were would break the row. */
function bare(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]/g, '-');
}
