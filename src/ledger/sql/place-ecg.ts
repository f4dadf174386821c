import { sql, type Kysely, type OperationNodeSource, type RawBuilder } from 'kysely';
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
import type { AssessmentRow, EcgRow, Tables } from './tables.js';

type Db = Kysely<Tables>;

/** A query that writes, as one part of a statement that writes several things. */
export type Write = OperationNodeSource;

/** Carts of one patient whose clocks differ by less than this may have sent the same recording. */
export const SAME_ECG_TIME_MS_MAX = 60_000;
/** Half a step of the coarsest recorder: two formats of one recording differ by no more. */
export const SAME_ECG_MICROVOLTS_MAX = 5;

export interface PlacedEcg {
  readonly id: string;
  readonly isNew: boolean;
  readonly assessmentId: string;
}

/** The ECG that is there already, or the place of a new one with the assessment that is due. */
export async function placeEcg(
  db: Db,
  entry: AcceptanceEntry,
  written: WrittenEcg,
  nearIds: readonly string[],
): Promise<PlacedEcg> {
  const { instantMs } = written.about.acquisition;
  const own = ecgIdOf(keyOf(written), instantMs, written.fingerprint);
  const known = await findSameEcg(db, own, nearIds, written);
  const id = known ?? own;
  return { id, isNew: known === null, assessmentId: assessmentIdOf(id, entry.under) };
}

/** What an ECG in its place adds: its source, and where it is new itself and its assessment. */
export function rowsOfEcg(db: Db, entry: AcceptanceEntry, ecg: PlacedEcg): Write[] {
  if (entry.verdict.outcome !== 'ecg') return [];
  const { arrival, receiptId, verdict } = entry;
  const source = db
    .insertInto('ecg_sources')
    .values({
      ecg_id: ecg.id,
      receipt_id: receiptId,
      door: arrival.door,
      source_reference: verdict.ecg.about.sourceReference,
      at_ms: arrival.receivedAtMs,
    })
    .onConflict((on) => on.doNothing());
  if (!ecg.isNew) return [source];
  return [
    db.insertInto('ecgs').values(ecgRow(entry, verdict.ecg, ecg.id)),
    db.insertInto('assessments').values(assessmentRow(entry, ecg)),
    source,
  ];
}

function ecgRow({ arrival }: AcceptanceEntry, written: WrittenEcg, id: string): EcgRow {
  const { about, waveform, fingerprint } = written;
  return {
    id,
    patient_key: keyOf(written),
    acquired_ms: about.acquisition.instantMs,
    fingerprint,
    sample_rate_hz: about.ecg.sampleRateHz,
    sample_count: about.ecg.sampleCount,
    waveform,
    entry: JSON.stringify(about),
    arrived_ms: arrival.receivedAtMs,
  };
}

function assessmentRow({ under, arrival }: AcceptanceEntry, ecg: PlacedEcg): AssessmentRow {
  return {
    id: ecg.assessmentId,
    ecg_id: ecg.id,
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
  };
}

export function keyOf({ about: { patient } }: WrittenEcg): string | null {
  return patient === null ? null : patientIdOf(patientKey(patient));
}

/**
 * Ids, as one value, of ECGs that may be the same: this very id, or this patient's of about this
 * time and just this size.
 */
export function nearEcgIds(written: WrittenEcg): RawBuilder<string[] | null> {
  const key = keyOf(written);
  const { acquisition, ecg } = written.about;
  const { instantMs } = acquisition;
  if (key === null || instantMs === null) {
    const id = ecgIdOf(key, instantMs, written.fingerprint);
    return sql`(select json_agg(id) from ecgs where id = ${id})`;
  }
  return sql`(select json_agg(id) from ecgs where patient_key = ${key}
    and acquired_ms >= ${instantMs - SAME_ECG_TIME_MS_MAX}
    and acquired_ms <= ${instantMs + SAME_ECG_TIME_MS_MAX}
    and sample_rate_hz = ${ecg.sampleRateHz} and sample_count = ${ecg.sampleCount})`;
}

/** The same id, or the same patient's recording that another format rounded differently. */
async function findSameEcg(
  db: Db,
  id: string,
  nearIds: readonly string[],
  written: WrittenEcg,
): Promise<string | null> {
  if (nearIds.includes(id)) return id;
  if (nearIds.length === 0) return null;
  const { ecg } = readWrittenEcg(written.about, written.waveform);
  for (const near of nearIds) {
    const other = await loadWaveform(db, near);
    if (other && isSameRecording(other, ecg)) return near;
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
