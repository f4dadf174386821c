import { sql, type Kysely, type Transaction } from 'kysely';
import { leadOf, type Ecg } from '../../core/ecg/ecg.js';
import { INDEPENDENT_LEADS } from '../../core/ecg/lead.js';
import { patientKey } from '../../core/ecg/reading.js';
import { assessmentIdOf, ecgIdOf, lockNumberOf, patientIdOf } from '../identity.js';
import type { Accepted, ReceiptOutcome } from '../ledger.js';
import {
  readWrittenEcg,
  type AcceptanceEntry,
  type Repeated,
  type WrittenAbout,
  type WrittenEcg,
} from './acceptance.js';
import type { ReceiptRow, Tables } from './tables.js';

type Db = Kysely<Tables> | Transaction<Tables>;

/** Carts of one patient whose clocks differ by less than this may have sent the same recording. */
export const SAME_ECG_TIME_MS_MAX = 60_000;
/** Half a step of the coarsest recorder: two formats of one recording differ by no more. */
export const SAME_ECG_MICROVOLTS_MAX = 5;

/** Where the bytes of a receipt are kept: in the journal, or in this transaction. */
export type RawPlace = { readonly position: string } | { readonly bytes: Uint8Array };

/**
 * All rows of one arrival, in one transaction. Two locks make it safe beside others: one on the
 * sender's message id (of two equal messages at the same instant one is the repeat), one on the
 * patient (of two doors that bring the same ECG one finds the other's). They are always taken in
 * this order, each from a number space of its own, so that nobody waits in a circle.
 */
export async function applyAcceptance(
  db: Kysely<Tables>,
  entry: AcceptanceEntry,
  place: RawPlace,
): Promise<Accepted> {
  return db.transaction().execute(async (tx) => {
    await lock(tx, entry);
    const accepted = await settle(tx, entry, place);
    if ('position' in place) await notePosition(tx, place.position);
    return accepted;
  });
}

const MESSAGE_LOCKS = 1;
const PATIENT_LOCKS = 2;

async function lock(tx: Db, { arrival, verdict }: AcceptanceEntry): Promise<void> {
  const message = lockNumberOf(`${arrival.sender}|${arrival.messageId ?? ''}`);
  const patient = verdict.outcome === 'ecg' ? keyOf(verdict.ecg) : null;
  const ofMessage = sql`select pg_advisory_xact_lock(${sql.lit(MESSAGE_LOCKS)}, ${sql.lit(message)})`;
  const ofPatient = sql`select pg_advisory_xact_lock(${sql.lit(PATIENT_LOCKS)}, ${sql.lit(lockNumberOf(patient ?? ''))})`;
  if (arrival.messageId !== null) await ofMessage.execute(tx);
  if (verdict.outcome === 'ecg') await ofPatient.execute(tx);
}

async function settle(tx: Db, entry: AcceptanceEntry, place: RawPlace): Promise<Accepted> {
  if (entry.repeatOf) return keepRepeat(tx, entry, entry.repeatOf);
  const prior = entry.kind === 'accepted' ? await priorMessages(tx, entry) : [];
  const same = prior.find((row) => row.content_sha256 === entry.contentSha256);
  if (same) return keepRepeat(tx, entry, repeated(same));
  const ecg = entry.verdict.outcome === 'ecg' ? await placeEcg(tx, entry, entry.verdict.ecg) : null;
  const row = receiptRow(entry, {
    outcome: entry.verdict.outcome,
    same_id_other_content: prior.length > 0,
    ecg_id: ecg?.id ?? null,
    raw_position: 'position' in place ? place.position : null,
  });
  await writeReceipt(tx, entry, row);
  if ('bytes' in place) {
    const bytes = { receipt_id: entry.receiptId, bytes: place.bytes };
    await tx
      .insertInto('receipt_bytes')
      .values(bytes)
      .onConflict((on) => on.column('receipt_id').doUpdateSet({ bytes: place.bytes }))
      .execute();
  }
  return {
    receiptId: entry.receiptId,
    outcome: row.outcome,
    repeatOf: null,
    firstAnswer: null,
    sameIdOtherContent: row.same_id_other_content,
    ecgId: ecg?.id ?? null,
    assessmentId: ecg?.assessmentId ?? null,
    isNewEcg: ecg?.isNew ?? false,
  };
}

/**
 * A row that stands already is the journal's replay, or a `to-fetch` that turns into what the fetch
 * brought. Where the journal's own `to-fetch` entry is gone the fetched one stands for both.
 */
async function writeReceipt(tx: Db, entry: AcceptanceEntry, row: ReceiptRow): Promise<void> {
  const { outcome, failure, ecg_id, raw_position, content_sha256, byte_length } = row;
  const turned = { outcome, failure, ecg_id, raw_position, content_sha256, byte_length };
  await tx
    .insertInto('receipts')
    .values(row)
    .onConflict((on) =>
      entry.kind === 'fetched'
        ? on
            .column('id')
            .doUpdateSet({ ...turned, due_ms: null })
            .where('receipts.outcome', '=', 'to-fetch')
        : on.column('id').doNothing(),
    )
    .execute();
}

type Prior = Pick<ReceiptRow, 'id' | 'content_sha256' | 'answer' | 'ecg_id'>;

async function priorMessages(tx: Db, { arrival, receiptId }: AcceptanceEntry): Promise<Prior[]> {
  if (arrival.messageId === null) return [];
  return tx
    .selectFrom('receipts')
    .select(['id', 'content_sha256', 'answer', 'ecg_id'])
    .where('sender', '=', arrival.sender)
    .where('message_id', '=', arrival.messageId)
    .where('repeat_of', 'is', null)
    .where('id', '!=', receiptId)
    .orderBy('id')
    .execute();
}

function repeated({ id, ecg_id, answer }: Prior): Repeated {
  return { receiptId: id, ecgId: ecg_id, answer };
}

/** What stands already under the same id with the same content, if anything does. */
export async function findRepeated(db: Db, entry: AcceptanceEntry): Promise<Repeated | null> {
  if (entry.kind === 'fetched') return null;
  const prior = await priorMessages(db, entry);
  const same = prior.find((row) => row.content_sha256 === entry.contentSha256);
  return same ? repeated(same) : null;
}

async function keepRepeat(tx: Db, entry: AcceptanceEntry, first: Repeated): Promise<Accepted> {
  const { receiptId: repeatOf, ecgId } = first;
  await writeReceipt(
    tx,
    entry,
    receiptRow(entry, { outcome: 'repeat', repeat_of: repeatOf, ecg_id: ecgId }),
  );
  return {
    receiptId: entry.receiptId,
    outcome: 'repeat',
    repeatOf,
    firstAnswer: first.answer,
    sameIdOtherContent: false,
    ecgId,
    assessmentId: null,
    isNewEcg: false,
  };
}

function receiptRow(
  { receiptId, arrival, contentSha256, byteLength, verdict }: AcceptanceEntry,
  more: { readonly outcome: ReceiptOutcome } & Partial<ReceiptRow>,
): ReceiptRow {
  const failure =
    verdict.outcome === 'ecg' ? verdict.warning : 'failure' in verdict ? verdict.failure : null;
  return {
    id: receiptId,
    door: arrival.door,
    sender: arrival.sender,
    message_id: arrival.messageId,
    content_type: arrival.contentType,
    content_sha256: contentSha256,
    byte_length: byteLength,
    received_ms: arrival.receivedAtMs,
    hints: JSON.stringify(arrival.hints),
    failure: failure === null ? null : JSON.stringify(failure),
    same_id_other_content: false,
    repeat_of: null,
    answer: null,
    reference: verdict.outcome === 'to-fetch' ? verdict.reference : null,
    ecg_id: null,
    raw_position: null,
    attempts: 0,
    due_ms: verdict.outcome === 'to-fetch' ? arrival.receivedAtMs : null,
    ...more,
  };
}

interface PlacedEcg {
  readonly id: string;
  readonly isNew: boolean;
  readonly assessmentId: string | null;
}

/** The ECG that is there already, or a new one with the assessment that is due. */
async function placeEcg(tx: Db, entry: AcceptanceEntry, written: WrittenEcg): Promise<PlacedEcg> {
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

function keyOf({ about: { patient } }: WrittenEcg): string | null {
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

/** In the same transaction as the rows, so that a replay begins exactly where they end. */
async function notePosition(tx: Db, position: string): Promise<void> {
  await tx
    .insertInto('journal_position')
    .values({ id: 1, position })
    .onConflict((on) => on.column('id').doUpdateSet({ position }))
    .execute();
}
