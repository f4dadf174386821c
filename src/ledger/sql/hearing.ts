import { sql, type Kysely } from 'kysely';
import type { Feeds, Heard, HeardRecord } from '../feeds.js';
import type { Tables } from './tables.js';

/** Numbers of one notification that are written down; more come by `$events` or by the sweep. */
export const NUMBERS_AT_ONCE_MAX = 1_000;

/** What each Subscription told us, written by every gateway at once. */
export function createHearing(db: Kysely<Tables>): Pick<Feeds, 'hear' | 'heardOf' | 'settle'> {
  return {
    hear: (reference, heard) => hear(db, reference, heard),
    async heardOf(reference): Promise<HeardRecord | null> {
      const row = await db
        .selectFrom('subscriptions_heard')
        .selectAll()
        .where('reference', '=', reference)
        .executeTakeFirst();
      if (!row) return null;
      const events = await db
        .selectFrom('subscription_events')
        .select('number')
        .where('reference', '=', reference)
        .where('number', '>', row.through_number)
        .orderBy('number')
        .execute();
      return {
        handshakeAtMs: row.handshake_ms,
        heartbeatAtMs: row.heartbeat_ms,
        lastAtMs: row.last_ms,
        throughNumber: row.through_number,
        lastNumber: row.last_number,
        numbers: events.map(({ number }) => number),
      };
    },
    async settle(reference, throughNumber) {
      await db
        .updateTable('subscriptions_heard')
        .set({ through_number: throughNumber })
        .where('reference', '=', reference)
        .where('through_number', '<', throughNumber)
        .execute();
      await db
        .deleteFrom('subscription_events')
        .where('reference', '=', reference)
        .where('number', '<=', throughNumber)
        .execute();
    },
  };
}

/**
 * Of a Subscription never heard of, everything before its first word is the sweep's. A handshake
 * that counts fewer events than are dealt with means that the EHR began to count anew.
 */
async function hear(db: Kysely<Tables>, reference: string, heard: Heard): Promise<void> {
  const { kind, atMs } = heard;
  const numbers = [...new Set(heard.numbers)].slice(0, NUMBERS_AT_ONCE_MAX);
  const last = Math.max(heard.eventCount ?? 0, ...numbers);
  const before = numbers.length > 0 ? Math.min(...numbers) - 1 : last;
  const handshake = kind === 'handshake' ? atMs : null;
  const heartbeat = kind === 'heartbeat' ? atMs : null;
  await db.transaction().execute(async (tx) => {
    await sql`
      insert into subscriptions_heard as h
        (reference, handshake_ms, heartbeat_ms, last_ms, through_number, last_number)
      values (${reference}, ${handshake}::double precision, ${heartbeat}::double precision,
        ${atMs}, ${before}, ${last})
      on conflict (reference) do update set
        handshake_ms = coalesce(excluded.handshake_ms, h.handshake_ms),
        heartbeat_ms = coalesce(excluded.heartbeat_ms, h.heartbeat_ms),
        last_ms = case when ${kind === 'status'} then h.last_ms else excluded.last_ms end,
        last_number = case when excluded.handshake_ms is not null
            and excluded.last_number < h.through_number
          then excluded.last_number else greatest(h.last_number, excluded.last_number) end,
        through_number = case when excluded.handshake_ms is not null
            and excluded.last_number < h.through_number
          then excluded.last_number else h.through_number end`.execute(tx);
    if (numbers.length === 0) return;
    await tx
      .insertInto('subscription_events')
      .values(numbers.map((number) => ({ reference, number })))
      .onConflict((on) => on.doNothing())
      .execute();
  });
}
