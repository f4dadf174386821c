import type { Kysely } from 'kysely';
import { leadOf, type Ecg } from '../../core/ecg/ecg.js';
import { INDEPENDENT_LEADS } from '../../core/ecg/lead.js';
import { patientKey } from '../../core/ecg/reading.js';
import { assessmentIdOf, ecgIdOf, patientIdOf } from '../identity.js';
import {
  readWrittenEcg,
  type AcceptanceEntry,
  type WrittenAbout,
  type WrittenEcg,
} from './acceptance.js';
import type { Tables } from './tables.js';

type Db = Kysely<Tables>;

/** Carts of one patient whose clocks differ by less than this may have sent the same recording. */
export const SAME_ECG_TIME_MS_MAX = 60_000;
/** Half a step of the coarsest recorder: two formats of one recording differ by no more. */
export const SAME_ECG_MICROVOLTS_MAX = 5;

export interface PlacedEcg {
  readonly id: string;
  readonly isNew: boolean;
  readonly assessmentId: string | null;
}

/** The ECG that is there already, or a new one with the assessment that is due. */
export async function placeEcg(
  tx: Db,
  entry: AcceptanceEntry,
  written: WrittenEcg,
): Promise<PlacedEcg> {
  const key = keyOf(written);
  const { instantMs } = written.about.acquisition;
  const id = ecgIdOf(key, instantMs, written.fingerprint);
  const known = await findSameEcg(tx, id, key, written);
  const ecgId = known ?? id;
  const assessmentId = assessmentIdOf(ecgId, entry.under);
  if (known === null) {
    await insertEcg(tx, entry, written, id, key);
    await insertAssessment(tx, entry, ecgId, assessmentId);
  }
  await tx
    .insertInto('ecg_sources')
    .values({
      ecg_id: ecgId,
      receipt_id: entry.receiptId,
      door: entry.arrival.door,
      source_reference: written.about.sourceReference,
      at_ms: entry.arrival.receivedAtMs,
    })
    .onConflict((on) => on.doNothing())
    .execute();
  return { id: ecgId, isNew: known === null, assessmentId: known === null ? assessmentId : null };
}

async function insertEcg(
  tx: Db,
  entry: AcceptanceEntry,
  written: WrittenEcg,
  id: string,
  key: string | null,
): Promise<void> {
  const { about, waveform } = written;
  await tx
    .insertInto('ecgs')
    .values({
      id,
      patient_key: key,
      acquired_ms: written.about.acquisition.instantMs,
      fingerprint: written.fingerprint,
      sample_rate_hz: written.about.ecg.sampleRateHz,
      sample_count: written.about.ecg.sampleCount,
      waveform,
      entry: JSON.stringify(about),
      arrived_ms: entry.arrival.receivedAtMs,
    })
    .execute();
}

async function insertAssessment(
  tx: Db,
  { under, arrival }: AcceptanceEntry,
  ecgId: string,
  id: string,
): Promise<void> {
  await tx
    .insertInto('assessments')
    .values({
      id,
      ecg_id: ecgId,
      model_set: under.modelSet,
      policy_version: under.policyVersion,
      is_first: true,
      state: 'pending',
      attempts: 0,
      due_ms: arrival.receivedAtMs,
      failure: null,
      document: null,
      created_ms: arrival.receivedAtMs,
      completed_ms: null,
    })
    .execute();
}

export function keyOf({ about: { patient } }: WrittenEcg): string | null {
  return patient === null ? null : patientIdOf(patientKey(patient));
}

/** The same id, or the same patient's recording that another format rounded differently. */
async function findSameEcg(
  tx: Db,
  id: string,
  key: string | null,
  written: WrittenEcg,
): Promise<string | null> {
  const { instantMs } = written.about.acquisition;
  const exact = tx.selectFrom('ecgs').select('id').where('id', '=', id);
  if (key === null || instantMs === null) return (await exact.executeTakeFirst())?.id ?? null;
  const near = await tx
    .selectFrom('ecgs')
    .select(['id'])
    .where('patient_key', '=', key)
    .where('acquired_ms', '>=', instantMs - SAME_ECG_TIME_MS_MAX)
    .where('acquired_ms', '<=', instantMs + SAME_ECG_TIME_MS_MAX)
    .where('sample_rate_hz', '=', written.about.ecg.sampleRateHz)
    .where('sample_count', '=', written.about.ecg.sampleCount)
    .execute();
  if (near.some((row) => row.id === id)) return id;
  if (near.length === 0) return null;
  const { ecg } = readWrittenEcg(written.about, written.waveform);
  for (const row of near) {
    const other = await loadWaveform(tx, row.id);
    if (other && isSameRecording(other, ecg)) return row.id;
  }
  return null;
}

async function loadWaveform(tx: Db, id: string): Promise<Ecg | null> {
  const row = await tx
    .selectFrom('ecgs')
    .select(['waveform', 'entry'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return null;
  return readWrittenEcg(JSON.parse(row.entry) as WrittenAbout, row.waveform).ecg;
}

export function isSameRecording(a: Ecg, b: Ecg): boolean {
  return INDEPENDENT_LEADS.every((name) => {
    const one = leadOf(a, name).samples;
    const two = leadOf(b, name).samples;
    for (let i = 0; i < one.length; i += 1) {
      const difference = (one[i] as number) - (two[i] as number);
      if (difference > SAME_ECG_MICROVOLTS_MAX || difference < -SAME_ECG_MICROVOLTS_MAX) {
        return false;
      }
    }
    return one.length === two.length;
  });
}
