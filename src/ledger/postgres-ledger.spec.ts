import { afterAll, describe, expect, test } from '@jest/globals';
import { silentLog } from '../core/log.js';
import { describeWith } from '../../test/support/describe-with.js';
import { startPostgres, type PostgresService } from '../../test/support/services.js';
import { arrivalOf, UNDER } from './ledger.fixtures.js';
import { ledgerSuite } from './ledger.suite.js';
import { openPostgresLedger } from './postgres-ledger.js';

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
