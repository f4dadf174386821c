import { sql, type Kysely } from 'kysely';
import type { Feeds, Heard, Lacking, SubscriptionRecord, SubscriptionStatus } from '../feeds.js';
import { createHearing } from './hearing.js';
import type { Tables } from './tables.js';

export function createFeeds(db: Kysely<Tables>, now: () => number): Feeds {
  const hearing = createHearing(db);
  return {
    lease: (name, owner, leaseMs) => lease(db, name, owner, now(), leaseMs),
    async release(name, owner) {
      await db.deleteFrom('leases').where('name', '=', name).where('owner', '=', owner).execute();
    },
    async sweeps() {
      const rows = await db.selectFrom('sweeps').selectAll().orderBy('criteria').execute();
      return rows.map((row) => ({
        criteria: row.criteria,
        throughMs: row.through_ms,
        sweptAtMs: row.swept_ms,
        askedAtMs: row.asked_ms,
      }));
    },
    async saveSweep({ criteria, throughMs, sweptAtMs }) {
      const row = { through_ms: throughMs, swept_ms: sweptAtMs };
      await db
        .insertInto('sweeps')
        .values({ criteria, asked_ms: 0, ...row })
        .onConflict((on) => on.column('criteria').doUpdateSet(row))
        .execute();
    },
    async askSweep(atMs) {
      await db.updateTable('sweeps').set({ asked_ms: atMs }).execute();
    },
    async subscriptions() {
      const rows = await db.selectFrom('subscriptions').selectAll().orderBy('criteria').execute();
      return rows.map((row) => ({
        criteria: row.criteria,
        reference: row.reference,
        status: row.status as SubscriptionStatus,
        without: JSON.parse(row.without) as Lacking[],
        repairs: row.repairs,
        checkedAtMs: row.checked_ms,
      }));
    },
    saveSubscription: (record) => saveSubscription(db, record),
    async keepOnly(criteria) {
      const kept = criteria.length === 0 ? [''] : criteria;
      await db.deleteFrom('subscriptions').where('criteria', 'not in', kept).execute();
      await db.deleteFrom('sweeps').where('criteria', 'not in', kept).execute();
    },
    hear: (reference, heard: Heard) => hearing.hear(reference, heard),
    heardOf: (reference) => hearing.heardOf(reference),
    settle: (reference, through) => hearing.settle(reference, through),
    async known(sender, messageIds) {
      if (messageIds.length === 0) return new Set();
      const rows = await db
        .selectFrom('receipts')
        .select('message_id')
        .where('sender', '=', sender)
        .where('message_id', 'in', messageIds)
        .execute();
      return new Set(rows.flatMap(({ message_id: id }) => id ?? []));
    },
    async nameMessage(receiptId, messageId) {
      await db
        .updateTable('receipts')
        .set({ message_id: messageId })
        .where('id', '=', receiptId)
        .where('message_id', 'is', null)
        .execute();
    },
  };
}

/** Taken by who has it already, or when it ran out: one statement, so that two never both win. */
async function lease(
  db: Kysely<Tables>,
  name: string,
  owner: string,
  nowMs: number,
  leaseMs: number,
): Promise<boolean> {
  const { rows } = await sql<{ owner: string }>`
    insert into leases (name, owner, until_ms) values (${name}, ${owner}, ${nowMs + leaseMs})
    on conflict (name) do update set owner = excluded.owner, until_ms = excluded.until_ms
      where leases.owner = ${owner} or leases.until_ms <= ${nowMs}
    returning owner`.execute(db);
  return rows.length === 1;
}

async function saveSubscription(db: Kysely<Tables>, record: SubscriptionRecord): Promise<void> {
  const row = {
    reference: record.reference,
    status: record.status,
    without: JSON.stringify(record.without),
    repairs: record.repairs,
    checked_ms: record.checkedAtMs,
  };
  await db
    .insertInto('subscriptions')
    .values({ criteria: record.criteria, ...row })
    .onConflict((on) => on.column('criteria').doUpdateSet(row))
    .execute();
}
