import { sql, type Kysely } from 'kysely';
import type { MergeNotice } from '../../core/ecg/notice.js';
import { patientKey } from '../../core/ecg/reading.js';
import { patientIdOf } from '../identity.js';
import type { Diagnosis, LedgerNotice, Withdrawal } from '../revisions.js';
import type { Ending } from './end-ecg.js';
import { isNewer, meant, type Former } from './formers.js';
import { toOutcomeRow } from './outcomes.js';
import type { Write } from './place-ecg.js';
import type { Tables } from './tables.js';

type Db = Kysely<Tables>;

/** Which ECGs a notice ends. */
export function endedByNotice(notice: LedgerNotice, formers: readonly Former[]): readonly Ending[] {
  if (notice.kind !== 'withdrawal') return [];
  const ended = withdrawn(notice, formers);
  return ended.map(({ id }) => ({ ecgId: id, why: 'withdrawn', byEcgId: null }));
}

/** By the resource where one is named; else the one ECG of the patient that can be meant. */
function withdrawn(notice: Withdrawal, formers: readonly Former[]): readonly Former[] {
  const named = formers.filter(
    ({ byReference, versions }) =>
      byReference && !(versions ?? []).some((one) => isNewer(one, notice.sourceVersion)),
  );
  if (named.length > 0) return named;
  const { order, acquiredMs, fingerprint, namesEcg } = notice;
  const one = meant(formers, { order, acquiredMs: namesEcg ? acquiredMs : null, fingerprint });
  return one && !one.byReference ? [one] : [];
}

/** What a notice adds beside the ends of ECGs. */
export function rowsOfNotice(
  db: Db,
  notice: LedgerNotice,
  formers: readonly Former[],
  receiptId: string,
  atMs: number,
): readonly Write[] {
  switch (notice.kind) {
    case 'merge':
      return rowsOfMerge(db, notice, receiptId, atMs);
    case 'withdrawal':
      return rowsOfSource(db, notice, receiptId, atMs);
    case 'diagnosis':
      return rowsOfDiagnosis(db, notice, formers);
  }
}

/** One word about each finding of each ECG that it is about. */
function rowsOfDiagnosis(
  db: Db,
  { findings, by, atMs }: Diagnosis,
  formers: readonly Former[],
): readonly Write[] {
  const rows = formers.flatMap(({ id: ecgId }) =>
    findings.map(({ findingId, says, code }) =>
      toOutcomeRow({
        ecgId,
        assessmentId: null,
        findingId,
        says,
        by,
        source: 'fhir',
        reason: null,
        code,
        atMs,
      }),
    ),
  );
  if (rows.length === 0) return [];
  return [
    db
      .insertInto('outcomes')
      .values(rows)
      .onConflict((on) => on.doNothing()),
  ];
}

/** Remembered, as the ECG itself may come later by a notification that was overtaken. */
function rowsOfSource(
  db: Db,
  { sourceReference, sourceVersion }: Withdrawal,
  receiptId: string,
  atMs: number,
): readonly Write[] {
  if (sourceReference === null) return [];
  const row = { source_version: sourceVersion, receipt_id: receiptId, at_ms: atMs };
  return [
    db
      .insertInto('withdrawn_sources')
      .values({ source_reference: sourceReference, ...row })
      .onConflict((on) => on.column('source_reference').doUpdateSet(row)),
  ];
}

/**
 * All ECGs of the former numbers stand under the survivor's from now on, and so does what comes later
 * under a former number. No row is touched by two parts: one statement does each but once.
 */
function rowsOfMerge(
  db: Db,
  { into, from }: MergeNotice,
  receiptId: string,
  atMs: number,
): readonly Write[] {
  const to = patientIdOf(patientKey(into));
  const keys = [...new Set(from.map((one) => patientIdOf(patientKey(one))))].filter(
    (key) => key !== to,
  );
  if (keys.length === 0) return [];
  const row = { to_key: to, survivor: JSON.stringify(into), receipt_id: receiptId, at_ms: atMs };
  return [
    db.updateTable('ecgs').set({ patient_key: to }).where('patient_key', 'in', keys),
    // With their history goes what somebody may be called for.
    db
      .updateTable('alerts')
      .set((eb) => ({ patient_key: to, revision: eb('revision', '+', 1) }))
      .where('patient_key', 'in', keys),
    // A chain of merges leads to its end at once.
    db
      .updateTable('patient_merges')
      .set(row)
      .where('to_key', 'in', keys)
      .where('from_key', 'not in', [to, ...keys]),
    // Merged back: who was gone goes on.
    db.deleteFrom('patient_merges').where('from_key', '=', to),
    db
      .insertInto('patient_merges')
      .values(keys.map((key) => ({ from_key: key, ...row })))
      .onConflict((on) => on.column('from_key').doUpdateSet(row)),
  ];
}

/** What serialises two words about one patient or one recording, in their number spaces. */
export function patientKeysOf(notice: LedgerNotice): readonly string[] {
  const patients =
    notice.kind === 'merge'
      ? [notice.into, ...notice.from]
      : notice.patient
        ? [notice.patient]
        : [];
  return [...new Set(patients.map((one) => patientIdOf(patientKey(one))))].sort();
}

export async function survivorOf(db: Db, key: string): Promise<string | null> {
  const row = await db
    .selectFrom('patient_merges')
    .select('survivor')
    .where('from_key', '=', key)
    .executeTakeFirst();
  return row?.survivor ?? null;
}

/** As one value: whether the source of an ECG was withdrawn, and in which state of it. */
export function withdrawalOf(reference: string | null) {
  return reference === null
    ? sql`null`
    : sql`(select json_build_object('version', source_version) from withdrawn_sources
        where source_reference = ${reference})`;
}
