import { sql, type Kysely, type RawBuilder } from 'kysely';
import { patientKey, type Identifier } from '../../core/ecg/reading.js';
import type { ReadingStatus } from '../../core/ecg/reading.js';
import { orderKeyOf, patientIdOf } from '../identity.js';
import type { Door } from '../ledger.js';
import type { Diagnosis, EndReason, Withdrawal } from '../revisions.js';
import type { WrittenEcg } from './acceptance.js';
import { isSameRecording, keyOf, loadEcg, SAME_ECG_MICROVOLTS_MAX } from './same-ecg.js';
import type { Tables } from './tables.js';

/** ECGs that still stand and that an arrival may be a later word about. */
export interface Former {
  readonly id: string;
  readonly patientKey: string | null;
  readonly acquiredMs: number | null;
  readonly fingerprint: string;
  readonly orderKey: string | null;
  readonly status: ReadingStatus | null;
  /** It came from the very resource that the arrival came from. */
  readonly byReference: boolean;
  readonly versions: readonly (string | null)[] | null;
  readonly doors: readonly Door[];
}

/** What brought the arrival, where it matters for who is right. */
export interface Bringing {
  readonly door: Door;
  /** The patient's key after all merges. */
  readonly key: string | null;
}

/** One that the arrival ends, or by which the arrival itself is ended. */
export interface Replacement {
  readonly former: Former;
  readonly why: Exclude<EndReason, 'withdrawn'>;
}

/** Clocks of one recording agree to the second, also where a format writes no milliseconds. */
export const SAME_INSTANT_MS_MAX = 999;
/** A correction may move the time a little, as a repeat from another door does. */
export const CORRECTED_TIME_MS_MAX = 60_000;
/** More that may be meant than this, and nobody can say which. */
const FORMERS_MAX = 20;

/** As one value: all that may be replaced by this ECG. */
export function formersOf(written: WrittenEcg): RawBuilder<Former[] | null> {
  const { about, peakMicrovolts = null } = written;
  const { instantMs } = about.acquisition;
  const isCorrected = about.status === 'corrected';
  const key = keyOf(written);
  const ids: RawBuilder<unknown>[] = [];
  if (about.sourceReference !== null) ids.push(byReference(about.sourceReference));
  if (peakMicrovolts !== null && instantMs !== null && key !== null) {
    ids.push(sql`select id from ecgs where ${within(instantMs, SAME_INSTANT_MS_MAX)}
      and sample_rate_hz = ${about.ecg.sampleRateHz} and sample_count = ${about.ecg.sampleCount}
      and patient_key is distinct from ${key}
      and peak_microvolts between ${peakMicrovolts - SAME_ECG_MICROVOLTS_MAX}
        and ${peakMicrovolts + SAME_ECG_MICROVOLTS_MAX}`);
  }
  if (isCorrected && key !== null) ids.push(...ofPatient(key, instantMs, about.order));
  return listOf(ids, about.sourceReference);
}

/** A diagnosis is about the ECGs of so long before it, and of the hours after, as onset is a guess. */
export const DIAGNOSED_BEFORE_MS_MAX = 48 * 3_600_000;
export const DIAGNOSED_AFTER_MS_MAX = 24 * 3_600_000;

/** As one value: the ECGs that a diagnosis is about. */
export function diagnosedBy({ patient, atMs }: Diagnosis): RawBuilder<Former[] | null> {
  const key = patientIdOf(patientKey(patient));
  const of = sql`select id from ecgs where patient_key = ${survivingKey(key)}
    and acquired_ms between ${atMs - DIAGNOSED_BEFORE_MS_MAX} and ${atMs + DIAGNOSED_AFTER_MS_MAX}`;
  return listOf([of], null);
}

/** As one value: all that this withdrawal may mean. */
export function withdrawnBy(withdrawal: Withdrawal): RawBuilder<Former[] | null> {
  const { patient, order, acquiredMs, sourceReference } = withdrawal;
  const ids: RawBuilder<unknown>[] = [];
  if (sourceReference !== null) ids.push(byReference(sourceReference));
  if (patient) ids.push(...ofPatient(patientIdOf(patientKey(patient)), acquiredMs, order));
  return listOf(ids, sourceReference);
}

function byReference(reference: string): RawBuilder<unknown> {
  return sql`select ecg_id from ecg_sources where source_reference = ${reference}`;
}

/** This patient's, of the same order or of about the same time. */
function ofPatient(
  key: string,
  instantMs: number | null,
  order: Identifier | null,
): RawBuilder<unknown>[] {
  const own = sql`patient_key = ${survivingKey(key)}`;
  return [
    ...(order ? [sql`select id from ecgs where order_key = ${orderKeyOf(order)} and ${own}`] : []),
    ...(instantMs === null
      ? []
      : [sql`select id from ecgs where ${own} and ${within(instantMs, CORRECTED_TIME_MS_MAX)}`]),
  ];
}

function within(instantMs: number, distanceMs: number): RawBuilder<unknown> {
  return sql`acquired_ms between ${instantMs - distanceMs} and ${instantMs + distanceMs}`;
}

/** The key under which a patient's ECGs stand, after every merge that was told. */
export function survivingKey(key: string): RawBuilder<string> {
  return sql`coalesce((select to_key from patient_merges where from_key = ${key}), ${key})`;
}

function listOf(
  ids: readonly RawBuilder<unknown>[],
  reference: string | null,
): RawBuilder<Former[] | null> {
  if (ids.length === 0) return sql`null`;
  const isSource = reference === null ? sql`false` : sql`s.source_reference = ${reference}`;
  return sql`(select json_agg(json_build_object(
      'id', e.id, 'patientKey', e.patient_key, 'acquiredMs', e.acquired_ms,
      'fingerprint', e.fingerprint, 'orderKey', e.order_key,
      'status', e.status,
      'byReference', exists (select 1 from ecg_sources s where s.ecg_id = e.id and ${isSource}),
      'versions', (select json_agg(s.source_version) from ecg_sources s
        where s.ecg_id = e.id and ${isSource}),
      'doors', (select json_agg(s.door) from ecg_sources s where s.ecg_id = e.id)
    ) order by e.arrived_ms)
    from (select * from ecgs where id in (${sql.join(ids, sql` union `)})
      and not exists (select 1 from ecg_ends x where x.ecg_id = ecgs.id)
      limit ${FORMERS_MAX}) e)`;
}

/** What a new ECG stands in the place of, and what stands in its own place already. */
export async function replacedBy(
  db: Kysely<Tables>,
  written: WrittenEcg,
  bringing: Bringing,
  formers: readonly Former[],
): Promise<{ readonly ends: readonly Replacement[]; readonly endedBy: Replacement | null }> {
  const found: Replacement[] = [];
  for (const former of formers) {
    const isOther = bringing.key !== null && former.patientKey !== bringing.key;
    const isSame = isOther && (await isSameWaveform(db, written, former));
    if (isSame) found.push({ former, why: 'moved' });
    else if (former.byReference) found.push({ former, why: 'corrected' });
  }
  if (found.length === 0 && written.about.status === 'corrected') {
    const one = meant(
      formers.filter(({ patientKey: whose }) => whose === bringing.key),
      { ...written.about, acquiredMs: written.about.acquisition.instantMs },
    );
    if (one) found.push({ former: one, why: 'corrected' });
  }
  const isLater = (one: Replacement): boolean => isAfter(written, bringing, one);
  return { ends: found.filter(isLater), endedBy: found.find((one) => !isLater(one)) ?? null };
}

async function isSameWaveform(
  db: Kysely<Tables>,
  written: WrittenEcg,
  { id, fingerprint }: Former,
): Promise<boolean> {
  if ((written.peakMicrovolts ?? null) === null) return false;
  if (fingerprint === written.fingerprint) return true;
  const other = await loadEcg(db, id);
  return other !== null && isSameRecording(other, written);
}

/**
 * Of two words about one recording the later one counts, unless it cannot be later: a resource knows
 * the order of its own versions; a correction is not undone by a copy of what it corrected; and what
 * the EHR has filed is not moved by a cart's word.
 */
function isAfter(written: WrittenEcg, { door }: Bringing, { former, why }: Replacement): boolean {
  const { status, sourceVersion = null } = written.about;
  if (former.byReference)
    return !(former.versions ?? []).some((one) => isNewer(one, sourceVersion));
  if (why === 'corrected') return true;
  const rank = (corrected: boolean, fhir: boolean): number => (corrected ? 2 : fhir ? 1 : 0);
  return (
    rank(status === 'corrected', door === 'fhir') >=
    rank(former.status === 'corrected', former.doors.includes('fhir'))
  );
}

/** Versions are opaque; where both are numbers, as on nearly all servers, they tell the order. */
export function isNewer(one: string | null, other: string | null): boolean {
  const [a, b] = [Number(one ?? NaN), Number(other ?? NaN)];
  return Number.isFinite(a) && Number.isFinite(b) && a > b;
}

interface Description {
  readonly order: Identifier | null;
  readonly acquiredMs: number | null;
  readonly fingerprint?: string | null;
}

/** The one ECG of a patient that is meant; null where none is, or where it could be several. */
export function meant(formers: readonly Former[], about: Description): Former | null {
  const exact = formers.filter(({ fingerprint }) => fingerprint === about.fingerprint);
  if (exact.length === 1) return exact[0] ?? null;
  const order = about.order ? orderKeyOf(about.order) : null;
  const ordered = order === null ? [] : formers.filter(({ orderKey }) => orderKey === order);
  const candidates = ordered.length > 0 ? ordered : formers;
  // Another order's ECG of the same minute is another ECG.
  const fitting = candidates.filter(
    ({ orderKey }) => order === null || orderKey === null || orderKey === order,
  );
  const timed = fitting.filter(({ acquiredMs }) => isNear(acquiredMs, about.acquiredMs));
  if (timed.length === 1) return timed[0] ?? null;
  return timed.length === 0 && ordered.length === 1 ? (ordered[0] ?? null) : null;
}

function isNear(one: number | null, other: number | null): boolean {
  return one !== null && other !== null && Math.abs(one - other) <= CORRECTED_TIME_MS_MAX;
}
