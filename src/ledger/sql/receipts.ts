import type { Kysely } from 'kysely';
import type { Accepted, Arrival, AssessUnder, Due, Receipt, Receipts, Verdict } from '../ledger.js';
import { fail, type Failure } from '../../core/failure.js';
import { applyAcceptance } from './accept.js';
import { findKnown, repeatIn } from './known.js';
import { toAcceptance, type AcceptanceEntry } from './acceptance.js';
import { createAnswerNotes } from './answers.js';
import { purge, purgeNote, type PurgeNote } from './purge.js';
import type { ReceiptRow, Tables } from './tables.js';

/**
 * Where raw bytes become durable before the rows are written. PostgreSQL keeps them in the same
 * transaction and has none of these; the embedded ledger writes them to its journal, one acceptance
 * at a time, so that journal and rows stay in one order.
 */
export interface RawBytes {
  keep(entry: AcceptanceEntry, bytes: Uint8Array): Promise<string>;
  read(position: string): Promise<Uint8Array | null>;
  inOrder<T>(work: () => Promise<T>): Promise<T>;
  /** Told after the rows are gone, so that their bytes can go too and do not come back. */
  forget(purged: PurgeNote): Promise<void>;
}

/**
 * The ingest leg. A receipt is written once, in its final outcome; only `to-fetch` turns into
 * another, once. Nothing here touches a delivery.
 */
export function createReceipts(db: Kysely<Tables>, raw: RawBytes | null): Receipts {
  const commit = (entry: AcceptanceEntry, bytes: Uint8Array): Promise<Accepted> => {
    if (raw === null) return applyAcceptance(db, entry, { bytes });
    return raw.inOrder(async () => {
      // Looked up before the journal: a sender that repeats for hours must not fill the disk.
      const known = await findKnown(db, entry);
      const repeatOf = repeatIn(known, entry);
      const brings = repeatOf ? { ...entry, verdict: NOTHING_NEW, repeatOf } : entry;
      const position = await raw.keep(brings, repeatOf ? NO_BYTES : bytes);
      return applyAcceptance(db, brings, { position }, known);
    });
  };
  return {
    accept: (arrival, verdict, under) =>
      commit(toAcceptance(arrival, verdict, under), arrival.bytes),
    fetched: (receiptId, bytes, verdict, under) =>
      commitFetched(db, commit, receiptId, bytes, verdict, under),
    recordAnswer: createAnswerNotes(db),
    fetchFailed: (receiptId, failure, dueAtMs) => fetchFailed(db, receiptId, failure, dueAtMs),
    async get(receiptId) {
      const row = await byId(db, receiptId);
      return row ? toReceipt(row) : null;
    },
    async bytes(receiptId) {
      const row = await byId(db, receiptId);
      if (!row) return null;
      if (raw && row.raw_position !== null) return raw.read(row.raw_position);
      const held = await db
        .selectFrom('receipt_bytes')
        .select('bytes')
        .where('receipt_id', '=', receiptId)
        .executeTakeFirst();
      return held?.bytes ?? null;
    },
    async list({ outcome, sender, messageId, limit }) {
      let query = db.selectFrom('receipts').selectAll().orderBy('received_ms', 'desc').limit(limit);
      if (outcome !== undefined) query = query.where('outcome', '=', outcome);
      if (sender !== undefined) query = query.where('sender', '=', sender);
      if (messageId !== undefined) query = query.where('message_id', '=', messageId);
      return (await query.execute()).map(toReceipt);
    },
    dueFetches: (nowMs, limit) => dueFetches(db, nowMs, limit),
    purge(olderThanMs) {
      if (raw === null) return purge(db, olderThanMs);
      return raw.inOrder(async () => {
        const purged = await purge(db, olderThanMs);
        const note = await purgeNote(db, olderThanMs);
        if (note && purged.receipts > 0) await raw.forget(note);
        return purged;
      });
    },
  };
}

const NO_BYTES = new Uint8Array(0);
const NOTHING_NEW = { outcome: 'not-ours' } as const;

async function commitFetched(
  db: Kysely<Tables>,
  commit: (entry: AcceptanceEntry, bytes: Uint8Array) => Promise<Accepted>,
  receiptId: string,
  bytes: Uint8Array,
  verdict: Verdict,
  under: AssessUnder,
): Promise<Accepted> {
  const row = await byId(db, receiptId);
  if (!row) throw fail('row-missing', 'there is no such receipt');
  const { door, sender, messageId, contentType, receivedAtMs, hints } = toReceipt(row);
  const arrival: Arrival = { door, sender, messageId, contentType, receivedAtMs, hints, bytes };
  return commit(toAcceptance(arrival, verdict, under, receiptId), bytes);
}

async function fetchFailed(
  db: Kysely<Tables>,
  receiptId: string,
  why: Failure,
  dueAtMs: number,
): Promise<void> {
  const failure = JSON.stringify(why);
  await db
    .updateTable('receipts')
    .set((eb) => ({
      failure,
      attempts: eb('attempts', '+', 1),
      ...(why.class === 'permanent'
        ? { outcome: 'at-fault' as const, due_ms: null }
        : { due_ms: dueAtMs }),
    }))
    .where('id', '=', receiptId)
    .where('outcome', '=', 'to-fetch')
    .execute();
}

async function dueFetches(db: Kysely<Tables>, nowMs: number, limit: number): Promise<Due[]> {
  return db
    .selectFrom('receipts')
    .select(['id', 'attempts'])
    .where('outcome', '=', 'to-fetch')
    .where('due_ms', '<=', nowMs)
    .orderBy('due_ms')
    .limit(limit)
    .execute();
}

function byId(db: Kysely<Tables>, id: string): Promise<ReceiptRow | undefined> {
  return db.selectFrom('receipts').selectAll().where('id', '=', id).executeTakeFirst();
}

function toReceipt(row: ReceiptRow): Receipt {
  return {
    id: row.id,
    door: row.door,
    sender: row.sender,
    messageId: row.message_id,
    contentType: row.content_type,
    contentSha256: row.content_sha256,
    byteLength: row.byte_length,
    receivedAtMs: row.received_ms,
    hints: JSON.parse(row.hints) as Receipt['hints'],
    outcome: row.outcome,
    failure: readFailure(row.failure),
    sameIdOtherContent: row.same_id_other_content,
    repeatOf: row.repeat_of,
    answer: row.answer,
    reference: row.reference,
    ecgId: row.ecg_id,
  };
}

export function readFailure(text: string | null): Failure | null {
  return text === null ? null : (JSON.parse(text) as Failure);
}
