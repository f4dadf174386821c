import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWith } from '../../../test/support/describe-with.js';
import { startPostgres, type PostgresService } from '../../../test/support/services.js';
import { silentLog } from '../../core/log.js';
import { arrivalOf, UNDER } from '../ledger.fixtures.js';
import type { Ledger } from '../ledger.js';
import { openPostgresLedger } from '../postgres-ledger.js';
import { ANSWERS_AT_ONCE_MAX } from './answers.js';

describeWith('postgres', 'answers of the doors', () => {
  let postgres: PostgresService | null;
  let ledger: Ledger;
  beforeAll(async () => {
    postgres = await startPostgres();
    const url = postgres?.url(await postgres.createDatabase()) ?? '';
    ledger = await openPostgresLedger({ url, log: silentLog });
  });
  afterAll(async () => {
    await ledger.close();
    await postgres?.stop();
  });

  it('each reach their own receipt when many come at once', async () => {
    const { receipts } = ledger;
    const ids: string[] = [];
    for (let i = 0; i < 2 * ANSWERS_AT_ONCE_MAX + 3; i += 1) {
      ids.push((await receipts.accept(arrivalOf(), { outcome: 'not-ours' }, UNDER)).receiptId);
    }
    await Promise.all(ids.map((id) => receipts.recordAnswer(id, `answer to ${id}`)));
    for (const id of ids) expect((await receipts.get(id))?.answer).toBe(`answer to ${id}`);
  });

  it('are refused together with their ledger, and nobody waits for ever', async () => {
    const url = postgres?.url(await postgres.createDatabase()) ?? '';
    const closed = await openPostgresLedger({ url, log: silentLog });
    await closed.close();
    const recorded = [1, 2].map((i) => closed.receipts.recordAnswer(`receipt-${i}`, 'AA'));
    const outcomes = await Promise.allSettled(recorded);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
