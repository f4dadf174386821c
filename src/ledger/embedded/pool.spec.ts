import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PGlite } from '@electric-sql/pglite';
import { createPostgresBackend, Queue, runMigrations, Worker } from 'bullmq';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { createEmbeddedPool } from './pool.js';

describe('the embedded pool', () => {
  let db: PGlite;
  beforeAll(async () => {
    db = await PGlite.create();
    await db.exec('CREATE TABLE counter (id int, n int); CREATE SCHEMA other');
    await db.exec('CREATE TABLE other.counter (id int, n int)');
  });
  afterAll(() => db.close());

  test('gives the same JavaScript values as node-postgres', async () => {
    const pool = createEmbeddedPool(db, { schema: 'public' });
    const at = new Date('2026-03-01T10:00:00.123Z');
    const { rows, rowCount, command } = await pool.query(
      `SELECT 9007199254740993::int8 AS big, 7 AS small, $1::timestamptz AS at, $2::bytea AS bytes,
              $3::jsonb AS doc, $4::text[] AS words, $5::bool AS yes, $6::text AS nothing`,
      [at, new Uint8Array([0, 255, 1]), { a: ['ä"\\'] }, ['x,y', 'q"', null], true, null],
    );
    expect([command, rowCount]).toEqual(['SELECT', 1]);
    expect(rows[0]).toEqual({
      big: '9007199254740993',
      small: 7,
      at,
      bytes: Buffer.from([0, 255, 1]),
      doc: { a: ['ä"\\'] },
      words: ['x,y', 'q"', null],
      yes: true,
      nothing: null,
    });
  });

  test('an error carries its SQLSTATE and leaves the session usable', async () => {
    const pool = createEmbeddedPool(db, { schema: 'public' });
    await expect(pool.query('SELECT * FROM nowhere WHERE a = $1', [1])).rejects.toMatchObject({
      code: '42P01',
    });
    await expect(pool.query('SELECT 1 AS one')).resolves.toMatchObject({ rows: [{ one: 1 }] });
  });

  test('a transaction of one client never interleaves with another', async () => {
    const pool = createEmbeddedPool(db, { schema: 'public' });
    await pool.query('DELETE FROM counter');
    await pool.query('INSERT INTO counter VALUES (1, 0)');
    const bump = async () => {
      const client = await pool.connect();
      await client.query('BEGIN');
      const { rows } = await client.query<{ n: number }>('SELECT n FROM counter WHERE id = 1');
      await client.query('UPDATE counter SET n = $1 WHERE id = 1', [(rows[0]?.n ?? 0) + 1]);
      await client.query('COMMIT');
      client.release();
    };
    await Promise.all(Array.from({ length: 20 }, bump));
    await expect(pool.query('SELECT n FROM counter')).resolves.toMatchObject({ rows: [{ n: 20 }] });
  });

  test('a client released inside a transaction is rolled back and blocks nobody', async () => {
    const pool = createEmbeddedPool(db, { schema: 'public' });
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query('DELETE FROM counter');
    client.release();
    const { rows } = await pool.query('SELECT count(*)::int AS n FROM counter');
    expect(rows).toEqual([{ n: 1 }]);
  });

  test('each view sees its own schema, also after a rollback in another', async () => {
    const ours = createEmbeddedPool(db, { schema: 'public' });
    const theirs = createEmbeddedPool(db, { schema: 'other' });
    await theirs.query('INSERT INTO counter VALUES (9, 9)');
    const client = await ours.connect();
    await client.query('BEGIN');
    await client.query('SELECT n FROM counter');
    await client.query('ROLLBACK');
    client.release();
    const rows = await Promise.all([
      theirs.query('SELECT id FROM counter'),
      ours.query('SELECT id FROM counter'),
      theirs.query('SELECT current_schema() AS id'),
    ]);
    expect(rows.map((result) => result.rows)).toEqual([
      [{ id: 9 }],
      [{ id: 1 }],
      [{ id: 'other' }],
    ]);
  });

  test('a notification reaches the clients that listen, and only them', async () => {
    const pool = createEmbeddedPool(db, { schema: 'public' });
    const [listener, deaf] = await Promise.all([pool.connect(), pool.connect()]);
    await listener.query('LISTEN news');
    await deaf.query('LISTEN news');
    await deaf.query('UNLISTEN news');
    const heard: unknown[] = [];
    deaf.on('notification', (message) => heard.push(message));
    const arrival = once(listener, 'notification');
    await pool.query(`NOTIFY news, 'hello'`);
    await expect(arrival).resolves.toEqual([{ channel: 'news', payload: 'hello' }]);
    expect(heard).toEqual([]);
    listener.release();
    deaf.release();
  });

  test('Kysely takes it for a real pool', async () => {
    const pool = createEmbeddedPool(db, { schema: 'public' });
    const kysely = new Kysely<{ counter: { id: number; n: number } }>({
      dialect: new PostgresDialect({ pool: pool.forKysely() }),
    });
    const answers = await kysely.transaction().execute(async (trx) => {
      const inserted = await trx.insertInto('counter').values({ id: 3, n: 3 }).executeTakeFirst();
      await sql`SAVEPOINT here`.execute(trx);
      return inserted.numInsertedOrUpdatedRows;
    });
    expect(answers).toBe(1n);
    await kysely.destroy();
  });

  test('BullMQ takes it for a real pool and picks a job up at once', async () => {
    const pool = createEmbeddedPool(db, { schema: 'bullmq' });
    const client = await pool.connect();
    await runMigrations(client, 'bullmq');
    client.release();
    const options = { connection: pool };
    const queue = new Queue('score', options, createPostgresBackend);
    const done: string[] = [];
    const note = (job: { name: string }) => Promise.resolve(void done.push(job.name));
    const worker = new Worker('score', note, options, createPostgresBackend);
    await worker.waitUntilReady();
    // The worker has to be blocked in its wait, where only a notification can wake it in time.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const startedMs = Date.now();
    const completed = once(worker, 'completed');
    await queue.add('one', {});
    await completed;
    expect(done).toEqual(['one']);
    expect(Date.now() - startedMs).toBeLessThan(1000);
    await worker.close();
    await queue.close();
  });
});
