import { sql, type Kysely, type Transaction } from 'kysely';
import { lockNumberOf } from '../identity.js';
import type { Accepted, ReceiptOutcome } from '../ledger.js';
import type { AcceptanceEntry, Repeated } from './acceptance.js';
import { keyOf, placeEcg } from './place-ecg.js';
import type { ReceiptRow, Tables } from './tables.js';

type Db = Kysely<Tables> | Transaction<Tables>;

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
  if (entry.kind === 'fetched') {
    const turned = await findTurned(tx, entry.receiptId);
    if (turned) return turned;
  }
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

/** What a fetch made of the receipt already; null while it is still to be fetched. */
async function findTurned(tx: Db, receiptId: string): Promise<Accepted | null> {
  const row = await tx
    .selectFrom('receipts')
    .select(['outcome', 'ecg_id', 'same_id_other_content'])
    .where('id', '=', receiptId)
    .forUpdate()
    .executeTakeFirst();
  if (!row || row.outcome === 'to-fetch') return null;
  return {
    receiptId,
    outcome: row.outcome,
    repeatOf: null,
    firstAnswer: null,
    sameIdOtherContent: row.same_id_other_content,
    ecgId: row.ecg_id,
    assessmentId: null,
    isNewEcg: false,
  };
}

/** In the same transaction as the rows, so that a replay begins exactly where they end. */
async function notePosition(tx: Db, position: string): Promise<void> {
  await tx
    .insertInto('journal_position')
    .values({ id: 1, position })
    .onConflict((on) => on.column('id').doUpdateSet({ position }))
    .execute();
}
