import { cpSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PostgresDialect } from 'kysely';
import { silentLog } from '../../core/log.js';
import { migrate } from '../sql/migrate.js';
import { MIGRATIONS } from '../sql/migrations.js';
import type { Tables } from '../sql/tables.js';
import { createEmbeddedPool, type EmbeddedPool } from './pool.js';

/**
 * Making a database takes seconds, copying one a fraction of one: the build makes a template that
 * every empty data folder starts from.
 */
const DATABASE = 'db';
const VERSION = 'version.json';

/** A template made for other migrations is not used. */
function version(): string {
  return JSON.stringify({ migrations: MIGRATIONS.map(({ name }) => name) });
}

export async function buildTemplate(
  folder: string,
  prepare: (pool: (schema: string) => EmbeddedPool) => Promise<void>,
): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const db = await createDatabase(join(folder, DATABASE));
  const pool = (schema: string) => createEmbeddedPool(db, { schema });
  const kysely = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: pool('public').forKysely() }),
  });
  await migrate(kysely, silentLog);
  await prepare(pool);
  await pool('public').query('CHECKPOINT');
  await db.close();
  await writeFile(join(folder, VERSION), version());
  await openToAll(folder);
}

/** Whoever runs the service may be another user than whoever built it. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else await chmod(path, 0o644);
  }
}

/** A new database at this path, whole or not at all. */
export async function provideDatabase(path: string, template: string | null): Promise<void> {
  const draft = `${path}.new`;
  await rm(draft, { recursive: true, force: true });
  if (template !== null && (await fits(template))) {
    // Five times faster than its asynchronous sister, and nothing else runs yet.
    cpSync(join(template, DATABASE), draft, { recursive: true });
  } else {
    const db = await createDatabase(draft);
    await db.close();
  }
  await rename(draft, path);
}

async function fits(template: string): Promise<boolean> {
  const found = await readFile(join(template, VERSION), 'utf8').catch(() => null);
  return found === version();
}

/** Small log segments, because a copy carries a whole one. */
async function createDatabase(path: string): Promise<PGlite> {
  const db = await PGlite.create({
    dataDir: resolve(path),
    initDbStartParams: ['--wal-segsize=1'],
  });
  // Nobody makes databases here, and the two to make them from are two thirds of the files.
  await db.exec('UPDATE pg_database SET datistemplate = false');
  await db.exec('DROP DATABASE template0');
  await db.exec('DROP DATABASE template1');
  await db.exec('CHECKPOINT');
  return db;
}
