import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { Log } from '../../core/log.js';
import { provideDatabase } from './template.js';

export interface DatabaseOptions {
  readonly path: string;
  readonly template: string | null;
  readonly log: Log;
}

export interface OpenedDatabase {
  readonly db: PGlite;
  /** True where it starts empty and the journal has to fill it. */
  readonly isNew: boolean;
}

/** Longer than any recovery takes between two checkpoints. */
const OPEN_MS_MAX = 60_000;
/** How much of each table is read before the database is trusted; its pages carry checksums. */
const CHECKED_ROWS_MAX = 20_000;

/**
 * The embedded database never waits for the disk: after a power failure it may be damaged. What
 * does not open, or cannot be read, is set aside for a person to look at and made anew.
 */
export async function openDatabase(options: DatabaseOptions): Promise<OpenedDatabase> {
  const { path, template, log } = options;
  const isMarked = existsSync(suspectMark(path));
  if (existsSync(path) && !isMarked) {
    const db = await tryOpen(path);
    if (db) return { db, isNew: false };
  }
  if (existsSync(path)) await setAside(path, log);
  await provideDatabase(path, template);
  const db = await tryOpen(path);
  if (!db) throw new Error('a new embedded database does not open');
  return { db, isNew: true };
}

async function tryOpen(path: string): Promise<PGlite | null> {
  // Without this file a database would be made on top of what is left of the old one.
  if (!existsSync(join(path, 'PG_VERSION'))) return null;
  const opening = PGlite.create(resolve(path));
  try {
    const db = await withinMs(opening, OPEN_MS_MAX);
    await readThrough(db);
    return db;
  } catch {
    return null;
  }
}

async function readThrough(db: PGlite): Promise<void> {
  const tables = await db.query<{ name: string }>(
    `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  for (const { name } of tables.rows) {
    await db.query(`SELECT count(*) FROM (SELECT * FROM ${name} LIMIT ${CHECKED_ROWS_MAX}) AS t`);
  }
}

async function setAside(path: string, log: Log): Promise<void> {
  const aside = `${path}.damaged-${Date.now()}`;
  await rename(path, aside);
  await rename(suspectMark(path), suspectMark(aside)).catch(() => undefined);
  log('databaseSetAside', { name: basename(aside) });
}

/** Left beside a database that turned out to be damaged while it was in use. */
export function suspectMark(path: string): string {
  return `${path}.suspect`;
}

async function withinMs<T>(promise: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not within ${limitMs} ms`));
    }, limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
