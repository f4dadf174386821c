import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type pg from 'pg';
import { describeWith } from '../../test/support/describe-with.js';
import { startPostgres, type PostgresService } from '../../test/support/services.js';
import { PREPARED_MAX, preparingClient } from './prepared.js';

describeWith('postgres', 'a preparing connection', () => {
  let postgres: PostgresService | null;
  let url = '';
  beforeAll(async () => {
    postgres = await startPostgres();
    url = postgres?.url(await postgres.createDatabase()) ?? '';
  });
  afterAll(() => postgres?.stop());

  async function connected<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const Preparing = preparingClient();
    const client = new Preparing(url);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  const prepared = async (client: pg.Client): Promise<string[]> =>
    (
      await client.query<{ statement: string }>('select statement from pg_prepared_statements')
    ).rows.map(({ statement }) => statement);

  it('prepares a statement once, however often it is asked', async () => {
    const sum = 'select $1::int + 1 as sum';
    await connected(async (client) => {
      for (const value of [1, 2, 3]) {
        expect((await client.query(sum, [value])).rows).toEqual([{ sum: value + 1 }]);
      }
      expect(await prepared(client)).toEqual([sum]);
    });
  });

  it('outlives a column that a newer version adds', async () => {
    await connected(async (client) => {
      await client.query('create table growing (id int)');
      await client.query('insert into growing (id) values ($1)', [1]);
      const all = 'select * from growing where id = $1';
      const named = 'select id from growing where id = $1';
      for (const text of [all, named]) await client.query(text, [1]);
      await client.query('alter table growing add column name text');
      expect((await client.query(all, [1])).rows).toEqual([{ id: 1, name: null }]);
      expect((await client.query(named, [1])).rows).toEqual([{ id: 1 }]);
      expect(await prepared(client)).not.toContain(all);
    });
  });

  it('leaves lists to be planned for their values', async () => {
    const list = 'select 1 as one where 1 = $1::int limit 5';
    await connected(async (client) => {
      await client.query(list, [1]);
      expect(await prepared(client)).toEqual([]);
    });
  });

  it('keeps no more statements than its bound', async () => {
    await connected(async (client) => {
      for (let i = 0; i < PREPARED_MAX + 5; i += 1) {
        await client.query(`select $1::int as "column_${i}"`, [i]);
      }
      expect(await prepared(client)).toHaveLength(PREPARED_MAX);
    });
  });
});
