import { writeFileSync } from 'node:fs';
import { mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { fail, failureOf } from '../../core/failure.js';
import type { Log } from '../../core/log.js';
import { toLedgerFailure } from '../classed.js';
import type { Ledger } from '../ledger.js';
import { migrate } from '../sql/migrate.js';
import type { RawBytes } from '../sql/receipts.js';
import { createSqlLedger } from '../sql/sql-ledger.js';
import type { Tables } from '../sql/tables.js';
import { openDatabase, suspectMark } from './database.js';
import { Journal, segmentOf } from './journal.js';
import { lockFolder } from './lock.js';
import { startUpkeep, type Upkeep } from './upkeep.js';
import { createEmbeddedPool, sessionOf, type EmbeddedPool } from './pool.js';
import { readPosition, replay, type JournalHead } from './replay.js';

export interface EmbeddedLedgerOptions {
  /** The ledger's own folder: the journal, the database, the lock. */
  readonly dataDir: string;
  readonly log: Log;
  /** A database made by the build, to start an empty folder from. */
  readonly template?: string | null;
  readonly now?: () => number;
  readonly segmentBytesMax?: number;
}

/** A ledger inside this process, for one machine without a database server. */
export interface EmbeddedLedger extends Ledger {
  /** The same database under another schema, for the queue. */
  embeddedPool(schema: string): EmbeddedPool;
}

/** Less than this free and a commit cannot be promised. */
export const FREE_BYTES_MIN = 64 * 1024 * 1024;

export async function openEmbeddedLedger(options: EmbeddedLedgerOptions): Promise<EmbeddedLedger> {
  const { dataDir, log, now = () => Date.now() } = options;
  const startedAt = performance.now();
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(dataDir);
  try {
    const { journal, db, kysely, upkeep } = await open(options);
    log('ledgerOpened', { kind: 'embedded', elapsedMs: Math.round(performance.now() - startedAt) });
    const ledger = createSqlLedger({
      db: kysely,
      raw: journalBytes(journal, kysely, () => upkeep.accepted()),
      log,
      now,
      noteDelivered: async (delivery) => {
        // It stands in the database already: without the note a rebuild looks before it writes.
        await journal
          .append({ kind: 'delivered', delivery }, NO_BYTES, { durable: false })
          .catch((error: unknown) => {
            log('ledgerAway', { code: failureOf(error).code });
          });
      },
      noteOutcome: async (outcome) => {
        await journal.append({ kind: 'outcome', outcome }, NO_BYTES, { durable: true });
      },
      noteAlert: async (alert) => {
        await journal.append({ kind: 'alert', alert }, NO_BYTES, { durable: true });
      },
      diskUsed: async () => {
        const { blocks, bavail } = await statfs(dataDir);
        return blocks === 0 ? null : 1 - bavail / blocks;
      },
      canKeep: async () => {
        const { bavail, bsize } = await statfs(dataDir);
        if (bavail * bsize < FREE_BYTES_MIN) throw fail('ledger-full', 'the disk is full');
      },
      close: async () => {
        try {
          await upkeep.stop();
          await kysely.destroy();
          await db.close();
          await journal.close();
        } finally {
          await lock.release();
        }
      },
    });
    return { ...ledger, embeddedPool: (schema) => createEmbeddedPool(db, { schema }) };
  } catch (error) {
    await lock.release();
    throw toLedgerFailure(error);
  }
}

const NO_BYTES = new Uint8Array(0);

interface Opened {
  readonly journal: Journal<JournalHead>;
  readonly db: PGlite;
  readonly kysely: Kysely<Tables>;
  readonly upkeep: Upkeep;
}

/** Brings the database to where the journal ends. One that proves damaged on the way is made anew. */
async function open(options: EmbeddedLedgerOptions): Promise<Opened> {
  const { dataDir, log, template = null, segmentBytesMax } = options;
  const startedAt = performance.now();
  const journal = await Journal.open<JournalHead>({
    folder: join(dataDir, 'journal'),
    log,
    ...(segmentBytesMax !== undefined && { segmentBytesMax }),
  });
  const path = join(dataDir, 'db');
  for (let isSecondTry = false; ; isSecondTry = true) {
    const { db, isNew } = await openDatabase({ path, template, log });
    const damage = { isFound: false };
    sessionOf(db).onDamage(() => {
      damage.isFound = true;
      // Read at the next start, which sets the database aside and rebuilds it.
      writeFileSync(suspectMark(path), '');
      log('ledgerAway', { code: 'ledger-away', detail: 'the embedded database is damaged' });
    });
    const pool = createEmbeddedPool(db, { schema: 'public' });
    const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: pool.forKysely() }) });
    const upkeep = startUpkeep(pool, log);
    try {
      await migrate(kysely, log);
      const count = await replay(journal, kysely, log, () => upkeep.accepted());
      await journal.goBehind(await readPosition(kysely));
      const elapsedMs = Math.round(performance.now() - startedAt);
      if (count > 0) log(isNew ? 'ledgerRebuilt' : 'journalReplayed', { count, elapsedMs });
      return { journal, db, kysely, upkeep };
    } catch (error) {
      await upkeep.stop();
      await db.close().catch(() => undefined);
      if (!damage.isFound || isSecondTry) {
        await journal.close();
        throw error;
      }
    }
  }
}

/** Arrivals go to the journal and then to the database, one after the other, in one order. */
function journalBytes(
  journal: Journal<JournalHead>,
  db: Kysely<Tables>,
  accepted: () => Promise<void>,
): RawBytes {
  let last: Promise<unknown> = Promise.resolve();
  return {
    keep: (entry, bytes) => journal.append(entry, bytes, { durable: true }),
    read: async (position) => (await journal.read(position))?.body ?? null,
    inOrder(work) {
      const done = last.then(work);
      last = done.then(accepted, () => undefined);
      return done;
    },
    async forget(note) {
      await journal.append({ kind: 'purged', note }, NO_BYTES, { durable: true });
      await journal.remove(await emptySegments(journal, db));
    },
  };
}

/** Segments before the last one applied that hold the bytes of no receipt any more. */
async function emptySegments(journal: Journal<JournalHead>, db: Kysely<Tables>): Promise<number[]> {
  const position = await readPosition(db);
  if (position === null) return [];
  const { rows } = await sql<{ position: string }>`
    select distinct on (left(raw_position, 6)) raw_position as position
    from receipts where raw_position is not null`.execute(db);
  const held = new Set(rows.map((row) => segmentOf(row.position)));
  const segments = await journal.segments();
  return segments.filter((segment) => segment < segmentOf(position) && !held.has(segment));
}
