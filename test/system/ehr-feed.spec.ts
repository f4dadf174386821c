import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Ledger } from '../../src/ledger/ledger.js';
import { runStorm, type StormOptions } from '../ehr/storm.js';
import { openRigLedger } from '../support/delivery-rig.js';

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openRigLedger();
}, 60_000);
afterAll(() => ledger.close());

const STORM = { ecgs: 100, outageMs: 3_000, waitMsMax: 60_000 };

describe('an EHR that loses, repeats and reorders its notifications, is busy and goes away', () => {
  test.each<[StormOptions['feed'], StormOptions['payload'], number]>([
    ['rest-hook', 'id-only', 1_000],
    ['topic', 'full-resource', 2_000],
  ])(
    'and tells by %s with %s: each ECG is assessed, and once',
    async (feed, payload, seed) => {
      const report = await runStorm({ ...STORM, ledger, feed, payload, seed });
      expect(report).toMatchObject({ lost: 0, doubled: 0 });
      expect(report.told['subscriptionRepaired']).toBeGreaterThan(0);
      const [subscription] = await ledger.feeds.subscriptions();
      expect(subscription?.status).toBe('active');
    },
    180_000,
  );
});
