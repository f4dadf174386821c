import { sql, type Kysely } from 'kysely';
import type { Log } from '../../core/log.js';
import { MIGRATIONS, type Migration } from './migrations.js';
import type { Tables } from './tables.js';

/** Any number; the same for everyone who migrates this ledger. */
const MIGRATION_LOCK = 7_023_117;

/**
 * Brings the schema up to date, in one transaction under one lock: of two processes that start
 * together, one migrates and the other finds it done. A schema newer than this code is left alone,
 * because migrations only add.
 */
export async function migrate(
  db: Kysely<Tables>,
  log: Log,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  const applied = await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(MIGRATION_LOCK)})`.execute(tx);
    await sql`create table if not exists leadwire_migrations (name text primary key)`.execute(tx);
    const { rows } = await sql<{ name: string }>`select name from leadwire_migrations`.execute(tx);
    const done = new Set(rows.map(({ name }) => name));
    const open = migrations.filter(({ name }) => !done.has(name));
    for (const { name, statements } of open) {
      for (const statement of statements) await sql.raw(statement).execute(tx);
      await sql`insert into leadwire_migrations (name) values (${name})`.execute(tx);
    }
    return open.length;
  });
  if (applied > 0) log('ledgerMigrated', { count: applied });
}
