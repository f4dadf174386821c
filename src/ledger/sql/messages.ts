import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Message, MessagePage, MessageQuery, Messages } from '../messages.js';
import { readFailure } from './receipts.js';
import type { ReceiptRow, Tables } from './tables.js';

type Db = Kysely<Tables>;

export function createMessages(db: Db): Messages {
  return { search: (query) => search(db, query) };
}

type Row = Pick<
  ReceiptRow,
  | 'id'
  | 'door'
  | 'sender'
  | 'message_id'
  | 'content_type'
  | 'byte_length'
  | 'received_ms'
  | 'outcome'
  | 'failure'
  | 'same_id_other_content'
  | 'repeat_of'
  | 'ecg_id'
> & { readonly completed_ms: number | null };

async function search(db: Db, query: MessageQuery): Promise<MessagePage> {
  const wanted = [...conditionsOf(query), ...behind(query.after)];
  const where = wanted.length === 0 ? sql`` : sql`where ${sql.join(wanted, sql` and `)}`;
  const { rows } = await sql<Row>`
    select r.id, r.door, r.sender, r.message_id, r.content_type, r.byte_length, r.received_ms,
      r.outcome, r.failure, r.same_id_other_content, r.repeat_of, r.ecg_id,
      (select min(a.completed_ms) from assessments a where a.ecg_id = r.ecg_id) as completed_ms
    from receipts r ${where}
    order by r.received_ms desc, r.id desc limit ${query.limit + 1}`.execute(db);
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  const next = rows.length > query.limit && last ? `${last.received_ms}_${last.id}` : null;
  return { messages: shown.map(toMessage), next };
}

function conditionsOf(query: MessageQuery): RawBuilder<unknown>[] {
  const { patient, order, controlId, sender, fromMs, toMs, outcome } = query;
  const found: RawBuilder<unknown>[] = [];
  if (patient !== undefined) found.push(keyed('patient_value', patient));
  if (order !== undefined) found.push(keyed('order_value', order));
  if (controlId !== undefined) found.push(sql`r.message_id = ${controlId}`);
  if (sender !== undefined) found.push(sql`r.sender = ${sender}`);
  if (fromMs !== undefined) found.push(sql`r.received_ms >= ${fromMs}`);
  if (toMs !== undefined) found.push(sql`r.received_ms <= ${toMs}`);
  if (outcome !== undefined) found.push(sql`r.outcome = ${outcome}`);
  return found;
}

/** A repeat keeps no number of its own: it is found by the ECG that its first brought. */
function keyed(column: 'patient_value' | 'order_value', value: string): RawBuilder<unknown> {
  const named = sql.ref(column);
  return sql`r.id in (
    select id from receipts where ${named} = ${value}
    union all
    select again.id from receipts first join receipts again on again.ecg_id = first.ecg_id
      where first.${named} = ${value} and again.repeat_of is not null)`;
}

const PLACE = /^(\d{1,16}(?:\.\d{1,6})?)_(receipt-.{1,100})$/;

function behind(after: string | undefined): RawBuilder<unknown>[] {
  if (after === undefined) return [];
  const [, receivedMs, id] = PLACE.exec(after) ?? [];
  // Beginning anew would lead whoever goes on by it in a circle.
  if (receivedMs === undefined || id === undefined) return [sql`false`];
  return [sql`(r.received_ms, r.id) < (${Number(receivedMs)}::double precision, ${id}::text)`];
}

function toMessage(row: Row): Message {
  const { completed_ms: completedMs } = row;
  return {
    id: row.id,
    door: row.door,
    sender: row.sender,
    messageId: row.message_id,
    contentType: row.content_type,
    byteLength: row.byte_length,
    receivedAtMs: row.received_ms,
    outcome: row.outcome,
    failure: readFailure(row.failure),
    sameIdOtherContent: row.same_id_other_content,
    repeatOf: row.repeat_of,
    ecgId: row.ecg_id,
    latencyMs:
      completedMs === null || completedMs < row.received_ms ? null : completedMs - row.received_ms,
  };
}
