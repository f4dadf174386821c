import { describe, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import type { Feeds } from '../ledger/feeds.js';
import { createFeedGauges, type FeedInForce } from './feed-gauges.js';

const NOW_MS = 1_000_000;
/** What the ledger holds, of whatever way was in force when it was written. */
const FEEDS: Pick<Feeds, 'subscriptions' | 'sweeps'> = {
  subscriptions: () =>
    Promise.resolve([
      {
        criteria: 'Observation',
        reference: null,
        status: 'error',
        without: [],
        repairs: 2,
        checkedAtMs: 0,
      },
    ]),
  sweeps: () =>
    Promise.resolve([
      { criteria: 'Observation', throughMs: 0, sweptAtMs: NOW_MS - 90_000, askedAtMs: 0 },
    ]),
};

async function toldBy(kind: FeedInForce['kind']): Promise<string[]> {
  const registry = new Registry();
  await createFeedGauges(registry, { kind, sweepSeconds: 60 }, () => NOW_MS)(FEEDS);
  const text = await registry.metrics();
  return text.split('\n').filter((line) => /^leadwire/.test(line));
}

describe('the gauges of the feed', () => {
  test('tell the Subscription, the sweep and how often it should come', async () => {
    await expect(toldBy('rest-hook')).resolves.toEqual([
      'leadwire_subscription_active{criteria="Observation"} 0',
      'leadwire_subscription_repairs{criteria="Observation"} 2',
      'leadwire_sweep_age_seconds{criteria="Observation"} 90',
      'leadwire_sweep_interval_seconds 60',
    ]);
  });

  test('say nothing of a way that nobody looks after any more', async () => {
    await expect(toldBy('sweep')).resolves.toEqual([
      'leadwire_sweep_age_seconds{criteria="Observation"} 90',
      'leadwire_sweep_interval_seconds 60',
    ]);
    await expect(toldBy('off')).resolves.toEqual([]);
  });
});
