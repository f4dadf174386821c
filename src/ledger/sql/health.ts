import { sql, type Kysely } from 'kysely';
import { failureOf } from '../../core/failure.js';
import type { LedgerCounts, LedgerHealth } from '../health.js';
import type { Tables } from './tables.js';

const DAY_MS = 86_400_000;

export interface HealthParts {
  readonly db: Kysely<Tables>;
  readonly now: () => number;
  readonly diskUsed: () => Promise<number | null>;
  /** Throws where a commit could not be promised although the database answers. */
  readonly canKeep: () => Promise<void>;
}

export function createHealth({ db, now, diskUsed, canKeep }: HealthParts): LedgerHealth {
  return {
    async check() {
      await sql`select 1`.execute(db);
      await canKeep();
    },
    diskUsed,
    counts: () => counts(db, now()),
  };
}

interface Count {
  readonly state: string;
  readonly count: number;
}

async function counts(db: Kysely<Tables>, nowMs: number): Promise<LedgerCounts> {
  const since = nowMs - DAY_MS;
  const receipts = await sql<Count>`
    select outcome as state, count(*)::int as count from receipts
    where received_ms >= ${since} group by outcome`.execute(db);
  const assessments = await sql<Count>`
    select 'pending' as state, count(*)::int as count from assessments where state = 'pending'
    union all
    select 'parked', count(*)::int from assessments where state = 'parked'
    union all
    select 'done', count(*)::int from assessments where completed_ms >= ${since}`.execute(db);
  const deliveries = await sql<Count>`
    select 'pending' as state, count(*)::int as count from deliveries where state = 'pending'
    union all
    select 'claimed', count(*)::int from deliveries where state = 'claimed'
    union all
    select 'parked', count(*)::int from deliveries where state = 'parked'
    union all
    select 'delivered', count(*)::int from deliveries where delivered_ms >= ${since}`.execute(db);
  const senders = await db.selectFrom('senders').selectAll().execute();
  return {
    receiptsByOutcome: byState(receipts.rows),
    assessmentsByState: byState(assessments.rows),
    deliveriesByState: byState(deliveries.rows),
    oldestMs: await oldest(db, nowMs),
    senders: senders.map((row) => ({ sender: row.sender, lastSeenMs: row.last_seen_ms })),
  };
}

function byState(rows: readonly Count[]): Record<string, number> {
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

async function oldest(db: Kysely<Tables>, nowMs: number): Promise<LedgerCounts['oldestMs']> {
  const { rows } = await sql<Record<'fetch' | 'score' | 'deliver', number | null>>`
    select
      (select min(received_ms) from receipts where outcome = 'to-fetch') as fetch,
      (select min(created_ms) from assessments where state = 'pending') as score,
      (select min(created_ms) from deliveries where state in ('pending', 'claimed')) as deliver
  `.execute(db);
  const age = (since: number | null | undefined): number =>
    since === null || since === undefined ? 0 : Math.max(0, nowMs - since);
  return { fetch: age(rows[0]?.fetch), score: age(rows[0]?.score), deliver: age(rows[0]?.deliver) };
}

/** A sender is written down at most this often: one row must not be written with every message. */
const SENDER_NOTE_MS = 5_000;

/** Remembers when each sender was last heard, off the path of the answer. */
export function createSenderNotes(
  db: Kysely<Tables>,
  report: (code: string) => void,
): (sender: string, atMs: number) => void {
  const noted = new Map<string, number>();
  return (sender, atMs) => {
    if (atMs - (noted.get(sender) ?? 0) < SENDER_NOTE_MS) return;
    noted.set(sender, atMs);
    db.insertInto('senders')
      .values({ sender, last_seen_ms: atMs })
      .onConflict((on) => on.column('sender').doUpdateSet({ last_seen_ms: atMs }))
      .execute()
      .catch((error: unknown) => {
        report(failureOf(error).code);
      });
  };
}
