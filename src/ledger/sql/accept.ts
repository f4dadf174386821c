import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely';
import { lockNumberOf } from '../identity.js';
import type { Accepted, ReceiptOutcome } from '../ledger.js';
import type { AcceptanceEntry, Repeated, WrittenVerdict } from './acceptance.js';
import { retractionsOf, rowsOfEndings, type Ending, type NamedWrite } from './end-ecg.js';
import type { Former } from './formers.js';
import { aroundOf, findKnown, NOTHING_KNOWN, repeatIn, type Known } from './known.js';
import { endedByNotice, patientKeysOf, rowsOfNotice } from './notices.js';
import { placeEcg, rowsOfEcg, type PlacedEcg, type Write } from './place-ecg.js';
import { keyOf } from './same-ecg.js';
import type { ReceiptRow, Tables } from './tables.js';
import { boundedText, NAME_CHARACTERS_MAX } from './text.js';

type Db = Kysely<Tables> | Transaction<Tables>;

/** Where the bytes of a receipt are kept: in the journal, or in this transaction. */
export type RawPlace = { readonly position: string } | { readonly bytes: Uint8Array };

/**
 * All rows of one arrival, in one statement that stands or falls as a whole. In PostgreSQL locks make
 * what is read before it hold until then: one on the sender's message id (of two equal messages at the
 * same instant one is the repeat), one on each patient (of two doors that bring the same ECG one finds
 * the other's), one on the recording (of two patients it is said to be of, one comes second). They are
 * always taken in this order, each from a number space of its own, so that nobody waits in a circle.
 * Rows of assessments that end are locked last, as one that is completed locks no other. The embedded ledger applies one arrival after the other and needs
 * neither them nor a transaction.
 */
export async function applyAcceptance(
  db: Kysely<Tables>,
  entry: AcceptanceEntry,
  place: RawPlace,
  known?: Known,
): Promise<Accepted> {
  if ('position' in place) return settle(db, entry, place, known);
  return db.transaction().execute(async (tx) => {
    await lock(tx, entry);
    return settle(tx, entry, place);
  });
}

const MESSAGE_LOCKS = 1;
const PATIENT_LOCKS = 2;
const RECORDING_LOCKS = 3;

/** PostgreSQL works through a list of expressions from left to right. */
async function lock(tx: Db, { arrival, verdict }: AcceptanceEntry): Promise<void> {
  const locks: RawBuilder<unknown>[] = [];
  const add = (space: number, name: string): void => {
    locks.push(sql`pg_advisory_xact_lock(${space}::int, ${lockNumberOf(name)}::int)`);
  };
  if (arrival.messageId !== null) add(MESSAGE_LOCKS, `${arrival.sender}|${arrival.messageId}`);
  if (verdict.outcome === 'ecg') {
    add(PATIENT_LOCKS, keyOf(verdict.ecg) ?? '');
    add(RECORDING_LOCKS, verdict.ecg.fingerprint);
  }
  if (verdict.outcome === 'notice') {
    for (const key of patientKeysOf(verdict.notice)) add(PATIENT_LOCKS, key);
  }
  if (locks.length > 0) await sql`select ${sql.join(locks)}`.execute(tx);
}

async function settle(
  db: Db,
  entry: AcceptanceEntry,
  place: RawPlace,
  read?: Known,
): Promise<Accepted> {
  if (entry.kind === 'fetched') {
    const turned = await findTurned(db, entry.receiptId);
    if (turned) {
      if ('position' in place) await notePosition(db, place.position).execute();
      return turned;
    }
  }
  const known = entry.repeatOf ? NOTHING_KNOWN : (read ?? (await findKnown(db, entry)));
  const repeat = entry.repeatOf ?? repeatIn(known, entry);
  if (repeat) return keepRepeat(db, entry, place, repeat);
  const ecg =
    entry.verdict.outcome === 'ecg'
      ? await placeEcg(db, entry, entry.verdict.ecg, aroundOf(known, entry.verdict.ecg))
      : null;
  const endings = endingsOf(entry, ecg, known);
  if (!('position' in place)) await lockAssessments(db, endings);
  const row = receiptRow(entry, {
    outcome: entry.verdict.outcome,
    same_id_other_content: known.prior.length > 0,
    ecg_id: ecg?.id ?? null,
    raw_position: 'position' in place ? place.position : null,
  });
  await write(db, entry, row, [
    ...(ecg ? rowsOfEcg(db, entry, ecg) : []),
    ...rowsBeside(db, entry, known.formers, endings),
    rowOfBytes(db, entry, place),
  ]);
  const retractionIds = await retractionsOf(
    db,
    endings.map(({ ecgId }) => ecgId),
  );
  return {
    receiptId: entry.receiptId,
    outcome: row.outcome,
    repeatOf: null,
    firstAnswer: null,
    sameIdOtherContent: row.same_id_other_content,
    ecgId: ecg?.id ?? null,
    assessmentId: ecg?.isNew ? ecg.assessmentId : null,
    isNewEcg: ecg?.isNew ?? false,
    retractionIds,
  };
}

/** Every ECG that stands no longer by this arrival; its own too where it came too late. */
function endingsOf(
  { verdict }: AcceptanceEntry,
  ecg: PlacedEcg | null,
  { formers }: Known,
): readonly Ending[] {
  if (verdict.outcome === 'notice') return endedByNotice(verdict.notice, formers);
  if (!ecg) return [];
  return [
    ...ecg.ends.map(({ former, why }) => ({ ecgId: former.id, why, byEcgId: ecg.id })),
    ...(ecg.ended ? [{ ecgId: ecg.id, why: ecg.ended.why, byEcgId: ecg.ended.by }] : []),
  ];
}

function rowsBeside(
  db: Db,
  { verdict, receiptId, arrival }: AcceptanceEntry,
  formers: readonly Former[],
  endings: readonly Ending[],
): readonly (Write | NamedWrite)[] {
  const atMs = arrival.receivedAtMs;
  return [
    ...(verdict.outcome === 'notice'
      ? rowsOfNotice(db, verdict.notice, formers, receiptId, atMs)
      : []),
    ...rowsOfEndings(db, endings, receiptId, atMs),
  ];
}

/** What is completed at the same instant either bears its deliveries before this, or none. */
async function lockAssessments(db: Db, endings: readonly Ending[]): Promise<void> {
  if (endings.length === 0) return;
  const ids = endings.map(({ ecgId }) => ecgId);
  await db
    .selectFrom('assessments')
    .select('id')
    .where('ecg_id', 'in', ids)
    .orderBy('id')
    .forUpdate()
    .execute();
}

function rowOfBytes(db: Db, { receiptId }: AcceptanceEntry, place: RawPlace): Write {
  // In the same statement as the rows, so that a replay begins exactly where they end.
  if ('position' in place) return notePosition(db, place.position);
  const { bytes } = place;
  return db
    .insertInto('receipt_bytes')
    .values({ receipt_id: receiptId, bytes })
    .onConflict((on) => on.column('receipt_id').doUpdateSet({ bytes }));
}

async function write(
  db: Db,
  entry: AcceptanceEntry,
  row: ReceiptRow,
  beside: readonly (Write | NamedWrite)[],
): Promise<void> {
  const named = beside.map((one, i) => {
    const { name, query } = 'name' in one ? one : { name: `beside_${i}`, query: one };
    return sql`${sql.ref(name)} as (${query})`;
  });
  const first = named.length === 0 ? sql`` : sql`with ${sql.join(named)}`;
  await sql`${first} ${receiptInsert(db, entry, row)}`.execute(db);
}

/**
 * A row that stands already is the journal's replay, or a `to-fetch` that turns into what the fetch
 * brought. Where the journal's own `to-fetch` entry is gone the fetched one stands for both.
 */
function receiptInsert(db: Db, entry: AcceptanceEntry, row: ReceiptRow): Write {
  const { outcome, failure, ecg_id, raw_position, content_sha256, byte_length } = row;
  const { patient_value, order_value } = row;
  const turned = {
    outcome,
    failure,
    ecg_id,
    raw_position,
    content_sha256,
    byte_length,
    patient_value,
    order_value,
  };
  return db
    .insertInto('receipts')
    .values(row)
    .onConflict((on) =>
      entry.kind === 'fetched'
        ? on
            .column('id')
            .doUpdateSet({ ...turned, due_ms: null })
            .where('receipts.outcome', '=', 'to-fetch')
        : on.column('id').doNothing(),
    );
}

async function keepRepeat(
  db: Db,
  entry: AcceptanceEntry,
  place: RawPlace,
  first: Repeated,
): Promise<Accepted> {
  const { receiptId: repeatOf, ecgId } = first;
  const row = receiptRow(entry, { outcome: 'repeat', repeat_of: repeatOf, ecg_id: ecgId });
  await write(db, entry, row, 'position' in place ? [notePosition(db, place.position)] : []);
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
    ...searchedBy(verdict),
    ...more,
  };
}

/** What an analyst has in hand and looks for. */
function searchedBy(verdict: WrittenVerdict): Pick<ReceiptRow, 'patient_value' | 'order_value'> {
  const about = verdict.outcome === 'ecg' ? verdict.ecg.about : null;
  const bounded = (text: string | undefined): string | null =>
    text === undefined ? null : boundedText(text, NAME_CHARACTERS_MAX);
  return {
    patient_value: bounded(about?.patient?.value),
    order_value: bounded(about?.order?.value),
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

function notePosition(db: Db, position: string) {
  return db
    .insertInto('journal_position')
    .values({ id: 1, position })
    .onConflict((on) => on.column('id').doUpdateSet({ position }));
}
