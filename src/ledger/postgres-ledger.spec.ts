import { afterAll, describe, expect, test } from '@jest/globals';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { silentLog } from '../core/log.js';
import { describeWith } from '../../test/support/describe-with.js';
import { startPostgres, type PostgresService } from '../../test/support/services.js';
import { arrivalOf, ecgVerdict, UNDER } from './ledger.fixtures.js';
import { assessmentIdOf } from './identity.js';
import { ledgerSuite } from './ledger.suite.js';
import { openPostgresLedger } from './postgres-ledger.js';
import { applyAcceptance } from './sql/accept.js';
import { toAcceptance } from './sql/acceptance.js';
import { migrate } from './sql/migrate.js';
import { MIGRATIONS } from './sql/migrations.js';
import type { Tables } from './sql/tables.js';

describeWith('postgres', 'the ledger on PostgreSQL', () => {
  let postgres: PostgresService | null = null;
  const database = async () => {
    postgres ??= await startPostgres();
    if (!postgres) throw new Error('no PostgreSQL');
    return postgres.url(await postgres.createDatabase());
  };
  afterAll(() => postgres?.stop());

  ledgerSuite(async (now) => openPostgresLedger({ url: await database(), log: silentLog, now }));

  describe('with others', () => {
    test('two processes that start together migrate once and both open', async () => {
      const url = await database();
      const events: string[] = [];
      const ledgers = await Promise.all(
        [0, 1, 2].map(() =>
          openPostgresLedger({ url, log: (event) => void events.push(event), connectionsMax: 2 }),
        ),
      );
      expect(events.filter((event) => event === 'ledgerMigrated')).toHaveLength(1);
      await Promise.all(ledgers.map((ledger) => ledger.close()));
    });

    test('this version runs on the schema of the next one, which only adds', async () => {
      const url = await database();
      await (await openPostgresLedger({ url, log: silentLog })).close();
      const db = new Kysely<Tables>({
        dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) }),
      });
      const next = {
        name: '9999-next',
        statements: [
          'alter table receipts add column next text',
          "alter table ecgs add column next text not null default ''",
          'create table next (id text primary key)',
        ],
      };
      await migrate(db, silentLog, [...MIGRATIONS, next]);
      await db.destroy();
      const ledger = await openPostgresLedger({ url, log: silentLog });
      const { receiptId } = await ledger.receipts.accept(arrivalOf(), ecgVerdict(), UNDER);
      await expect(ledger.receipts.get(receiptId)).resolves.toMatchObject({ outcome: 'ecg' });
      await ledger.close();
    });

    test('an entry of a version before names its assessment as that version did', async () => {
      const url = await database();
      await (await openPostgresLedger({ url, log: silentLog })).close();
      const db = new Kysely<Tables>({
        dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) }),
      });
      const { namedByEcg, ...former } = toAcceptance(arrivalOf(), ecgVerdict(), UNDER);
      expect(namedByEcg).toBe(true);
      const bytes = new Uint8Array([1]);
      const { ecgId, assessmentId } = await applyAcceptance(db, former, { bytes });
      expect(assessmentId).toBe(assessmentIdOf(ecgId ?? '', UNDER));
      await db.destroy();
    });

    test('a migration that fails leaves nothing behind', async () => {
      const url = await database();
      const db = new Kysely<Tables>({
        dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) }),
      });
      const broken = {
        name: '9999-broken',
        statements: ['create table half (id int)', 'nonsense'],
      };
      await expect(migrate(db, silentLog, [...MIGRATIONS, broken])).rejects.toThrow();
      const { rows } = await sql`select 1 from pg_tables where schemaname = 'public'`.execute(db);
      expect(rows).toEqual([]);
      await db.destroy();
    });

    test('a server that goes away is a failure of ours, with a class', async () => {
      const own = await startPostgres({ own: true });
      const url = own ? own.url(await own.createDatabase()) : '';
      const ledger = await openPostgresLedger({ url, log: silentLog });
      await own?.stop();
      const away = { failure: { code: 'ledger-away', class: 'transient' } };
      await expect(ledger.health.check()).rejects.toMatchObject(away);
      await expect(
        ledger.receipts.accept(arrivalOf(), { outcome: 'not-ours' }, UNDER),
      ).rejects.toMatchObject(away);
      await ledger.close();
      await expect(openPostgresLedger({ url, log: silentLog })).rejects.toMatchObject(away);
    });
  });
});
