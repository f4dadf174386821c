import { describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import pg from 'pg';
import { describeWith } from './describe-with.js';
import { startPostgres, startRedis } from './services.js';

async function one(url: string): Promise<unknown> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query<{ one: number }>('SELECT 1 AS one');
  await client.end();
  return rows[0]?.one;
}

describe('throw-away servers', () => {
  describeWith('postgres', 'PostgreSQL for specs', () => {
    test('gives a fresh database and takes it away', async () => {
      const postgres = await startPostgres();
      const url = postgres ? postgres.url(await postgres.createDatabase()) : '';
      await expect(one(url)).resolves.toBe(1);
      await postgres?.stop();
      await expect(one(url)).rejects.toMatchObject({ code: '3D000' });
    });

    test('one of the caller’s own ends when it is stopped', async () => {
      const postgres = await startPostgres({ own: true, fsync: true });
      const pid = postgres?.pid ?? 0;
      expect(() => process.kill(pid, 0)).not.toThrow();
      await postgres?.stop();
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    });
  });

  describeWith('redis', 'Redis for specs', () => {
    test('answers, and forgets when flushed', async () => {
      const redis = await startRedis();
      const client = new Redis(redis?.url ?? '');
      await client.set('a', '1');
      await redis?.flush();
      await expect(client.get('a')).resolves.toBeNull();
      client.disconnect();
      await redis?.stop();
    });
  });
});
