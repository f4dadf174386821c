import { describe, expect, test } from '@jest/globals';
import { fail } from '../core/failure.js';
import { silentLog } from '../core/log.js';
import { createHealth, type HealthOptions } from './health.js';

const away = (): Promise<never> => Promise.reject(fail('queue-away', 'gone'));
const there = (): Promise<void> => Promise.resolve();

function healthOf(more: Partial<HealthOptions> = {}) {
  return createHealth({
    ledger: {
      health: { check: there, counts: away, diskUsed: () => Promise.resolve(null) },
      feeds: {
        subscriptions: () => Promise.resolve([]),
        sweeps: () => Promise.resolve([]),
      } as never,
    },
    queue: { check: there },
    modelProblems: () => [],
    destinations: () => ({}),
    log: silentLog,
    ...more,
  });
}

describe('being ready', () => {
  test('needs every part', async () => {
    await expect(healthOf().check()).resolves.toMatchObject({ ready: true });
    const report = await healthOf({ queue: { check: away } }).check();
    expect(report).toMatchObject({ ready: false, parts: { queue: { ok: false } } });
  });

  test('does not need a part that the process does its work without, which is told all the same', async () => {
    const health = healthOf({ queue: { check: away }, dispensable: ['queue'] });
    const report = await health.check();
    expect(report).toMatchObject({
      ready: true,
      parts: { queue: { ok: false, why: 'queue-away' } },
    });
    health.stopping();
    await expect(health.check()).resolves.toMatchObject({ ready: false });
  });
});
