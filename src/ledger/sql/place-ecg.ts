import { sql, type Kysely, type OperationNodeSource, type RawBuilder } from 'kysely';
import type { Acquisition } from '../../core/ecg/time.js';
import { assessmentIdOf, ecgIdOf, orderKeyOf } from '../identity.js';
import type { EndReason } from '../revisions.js';
import type { AcceptanceEntry, WrittenEcg } from './acceptance.js';
import { isNewer, replacedBy, survivingKey, type Former, type Replacement } from './formers.js';
import { isSameRecording, keyOf, loadEcg } from './same-ecg.js';
import type { AssessmentRow, EcgRow, Tables } from './tables.js';

type Db = Kysely<Tables>;

/** A query that writes, as one part of a statement that writes several things. */
export type Write = OperationNodeSource;

/** Carts of one patient whose clocks differ by less than this may have sent the same recording. */
export const SAME_ECG_TIME_MS_MAX = 60_000;

/** An ECG of this patient that may be the very same. */
export interface Near {
  readonly id: string;
  readonly ended: boolean;
  /** Of its sources: the states of the EHR's resource. */
  readonly versions: readonly (string | null)[];
}

/** What stands already that an ECG is to be seen beside. */
export interface Around {
  readonly near: readonly Near[];
  readonly formers: readonly Former[];
  /** Its patient's key after every merge. */
  readonly key: string | null;
  /** Its source was taken back before it came. */
  readonly isWithdrawn: boolean;
}

export interface PlacedEcg {
  readonly id: string;
  readonly isNew: boolean;
  readonly key: string | null;
  readonly assessmentId: string;
  /** ECGs in whose place it stands. */
  readonly ends: readonly Replacement[];
  /** Why it does not stand itself, though it is new; `by` is null where it was withdrawn. */
  readonly ended: { readonly why: EndReason; readonly by: string | null } | null;
}

/** The ECG that is there already, or the place of a new one with the assessment that is due. */
export async function placeEcg(
  db: Db,
  entry: AcceptanceEntry,
  written: WrittenEcg,
  around: Around,
): Promise<PlacedEcg> {
  const { key, near } = around;
  const { instantMs } = written.about.acquisition;
  const idOf = (generation: number): string =>
    ecgIdOf(keyOf(written), instantMs, written.fingerprint, generation);
  const same = await findSame(db, idOf(0), near, written);
  const known = same.find(({ ended }) => !ended) ?? same[0];
  const isKnown = known !== undefined && !(known.ended && isRevival(written, same));
  const id = isKnown ? known.id : idOf(same.length);
  const placed = {
    id,
    key,
    assessmentId: assessmentIdOf(id, entry.namedByEcg === true ? null : entry.under),
  };
  if (isKnown) return { ...placed, isNew: false, ends: [], ended: null };
  const { ends, endedBy } = await replacedBy(
    db,
    written,
    { door: entry.arrival.door, key },
    around.formers,
  );
  const ended = around.isWithdrawn
    ? ({ why: 'withdrawn', by: null } as const)
    : endedBy && { why: endedBy.why, by: endedBy.former.id };
  return { ...placed, isNew: true, ends: ended ? [] : ends, ended };
}

/**
 * An ECG that had ended stands again only by the word of somebody who corrects what ended it; and only
 * one of a known patient and time, whose earlier lives can all be counted.
 */
function isRevival({ about }: WrittenEcg, same: readonly Near[]): boolean {
  const { sourceVersion = null, status, patient, acquisition } = about;
  if (patient === null || acquisition.instantMs === null) return false;
  if (status === 'corrected') return true;
  const versions = same.flatMap(({ versions: of }) => of);
  return versions.length > 0 && versions.every((one) => isNewer(sourceVersion, one));
}

/** What an ECG in its place adds: its source, and where it is new itself and its assessment. */
export function rowsOfEcg(db: Db, entry: AcceptanceEntry, ecg: PlacedEcg): Write[] {
  if (entry.verdict.outcome !== 'ecg') return [];
  const { arrival, receiptId, verdict } = entry;
  const { sourceReference, sourceVersion = null } = verdict.ecg.about;
  const source = db
    .insertInto('ecg_sources')
    .values({
      ecg_id: ecg.id,
      receipt_id: receiptId,
      door: arrival.door,
      source_reference: sourceReference,
      source_version: sourceVersion,
      at_ms: arrival.receivedAtMs,
    })
    .onConflict((on) => on.doNothing());
  if (!ecg.isNew) return [source];
  return [
    db.insertInto('ecgs').values(ecgRow(entry, verdict.ecg, ecg)),
    db.insertInto('assessments').values(assessmentRow(entry, ecg)),
    source,
  ];
}

function ecgRow({ arrival }: AcceptanceEntry, written: WrittenEcg, placed: PlacedEcg): EcgRow {
  const { about, waveform, fingerprint, peakMicrovolts = null } = written;
  return {
    id: placed.id,
    patient_key: placed.key,
    acquired_ms: about.acquisition.instantMs,
    fingerprint,
    sample_rate_hz: about.ecg.sampleRateHz,
    sample_count: about.ecg.sampleCount,
    waveform,
    entry: JSON.stringify(about),
    arrived_ms: arrival.receivedAtMs,
    current_ms: isTrusted(about.acquisition) ? about.acquisition.instantMs : arrival.receivedAtMs,
    peak_microvolts: peakMicrovolts,
    order_key: about.order === null ? null : orderKeyOf(about.order),
    status: about.status,
  };
}

/** "Current" goes by acquisition, unless that clock is in doubt: then nothing but arrival is known. */
function isTrusted({ instantMs, flags }: Acquisition): boolean {
  return instantMs !== null && flags.length === 0;
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
    ended_ms: ecg.ended === null ? null : arrival.receivedAtMs,
  };
}

/**
 * As one value: ECGs that may be the same: this very id, or this patient's of about this time and just
 * this size.
 */
export function nearEcgs(written: WrittenEcg): RawBuilder<Near[] | null> {
  const key = keyOf(written);
  const { acquisition, ecg } = written.about;
  const { instantMs } = acquisition;
  const which =
    key === null || instantMs === null
      ? sql`id = ${ecgIdOf(key, instantMs, written.fingerprint)}`
      : sql`patient_key = ${survivingKey(key)}
          and acquired_ms >= ${instantMs - SAME_ECG_TIME_MS_MAX}
          and acquired_ms <= ${instantMs + SAME_ECG_TIME_MS_MAX}
          and sample_rate_hz = ${ecg.sampleRateHz} and sample_count = ${ecg.sampleCount}`;
  return sql`(select json_agg(json_build_object('id', id,
      'ended', exists (select 1 from ecg_ends x where x.ecg_id = ecgs.id),
      'versions', coalesce((select json_agg(source_version) from ecg_sources s
        where s.ecg_id = ecgs.id and s.source_reference is not null), '[]'::json)))
    from ecgs where ${which})`;
}

/** The same id, or the same patient's recordings that another format rounded differently. */
async function findSame(
  db: Db,
  id: string,
  near: readonly Near[],
  written: WrittenEcg,
): Promise<Near[]> {
  const own = near.find((one) => one.id === id);
  if (own && !own.ended) return [own];
  const same: Near[] = [];
  for (const one of near) {
    const other = one === own ? null : await loadEcg(db, one.id);
    if (one === own || (other && isSameRecording(other, written))) same.push(one);
  }
  return same;
}
