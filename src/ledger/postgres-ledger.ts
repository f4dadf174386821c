import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Log } from '../core/log.js';
import { toLedgerFailure } from './classed.js';
import type { Ledger } from './ledger.js';
import { preparingClient } from './prepared.js';
import { migrate } from './sql/migrate.js';
import { createSqlLedger } from './sql/sql-ledger.js';
import type { Tables } from './sql/tables.js';

export interface PostgresLedgerOptions {
  readonly url: string;
  readonly log: Log;
  readonly connectionsMax?: number;
  readonly now?: () => number;
}

export const CONNECTIONS_MAX = 16;
const CONNECT_MS_MAX = 5_000;
const STATEMENT_MS_MAX = 15_000;
/** A transaction left open by a process that hangs must not hold its locks for ever. */
const IDLE_IN_TRANSACTION_MS_MAX = 15_000;

export async function openPostgresLedger(options: PostgresLedgerOptions): Promise<Ledger> {
  const { url, log, now = () => Date.now() } = options;
  const startedAt = performance.now();
  const pool = new pg.Pool({
    connectionString: url,
    max: options.connectionsMax ?? CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    statement_timeout: STATEMENT_MS_MAX,
    query_timeout: STATEMENT_MS_MAX + CONNECT_MS_MAX,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS_MAX,
    keepAlive: true,
    application_name: 'leadwire',
    Client: preparingClient(),
  });
  // An idle connection that drops is replaced by the next query; nobody has to die of it.
  pool.on('error', () => {
    log('ledgerAway', { code: 'ledger-away' });
  });
  // Nor of one that drops between two statements of a transaction: its next statement says so.
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
  });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrate(db, log);
  } catch (error) {
    await db.destroy();
    throw toLedgerFailure(error);
  }
  log('ledgerOpened', { kind: 'postgres', elapsedMs: Math.round(performance.now() - startedAt) });
  return createSqlLedger({
    db,
    raw: null,
    log,
    now,
    noteDelivered: () => Promise.resolve(),
    noteOutcome: () => Promise.resolve(),
    noteAlert: () => Promise.resolve(),
    diskUsed: () => Promise.resolve(null),
    canKeep: () => Promise.resolve(),
    close: () => db.destroy(),
  });
}
