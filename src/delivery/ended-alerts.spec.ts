import { expect, test } from '@jest/globals';
import { fail } from '../core/failure.js';
import type { LogEvent } from '../core/log.js';
import type { EndReason } from '../ledger/revisions.js';
import { endedAlertsRound, type EndedAlertsOptions } from './ended-alerts.js';

type Ledger = EndedAlertsOptions['ledger'];

/** Of an alert with these assessments, each of the ECG of its own that ended so, or stands. */
async function acted(ends: readonly (EndReason | null)[], isStorm = false): Promise<string[]> {
  const actions: string[] = [];
  const alert = {
    id: 'alert-1',
    assessmentId: '0',
    assessmentIds: ends.map((_, i) => `${i}`),
    isStorm,
  };
  const ledger = {
    alerts: {
      open: () => Promise.resolve([alert]),
      act: (_: string, { action }: { action: string }) => {
        actions.push(action);
        return Promise.resolve(null);
      },
    },
    assessments: { get: (id: string) => Promise.resolve({ ecgId: id }) },
    revisions: {
      endOf: (id: string) => {
        const why = ends[Number(id)];
        return Promise.resolve(why ? { why } : null);
      },
    },
  } as unknown as Ledger;
  await endedAlertsRound({ ledger, log: () => undefined, now: () => 0 });
  return actions;
}

test.each([
  [['corrected'], ['supersede']],
  [['moved'], ['withdraw']],
  [['withdrawn'], ['withdraw']],
  [['corrected', 'moved'], ['withdraw']],
  [['moved', null], []],
  [[null], []],
] as const)('of an alert whose ECGs are %j the end is %j', async (ends, expected) => {
  expect(await acted(ends)).toEqual(expected);
});

test('a storm stands by itself', async () => {
  expect(await acted(['moved'], true)).toEqual([]);
});

test('a ledger that is away is told of and asked again later', async () => {
  const told: LogEvent[] = [];
  const open = (): Promise<never> => Promise.reject(fail('ledger-away', 'gone'));
  const ledger = { alerts: { open } } as unknown as Ledger;
  await endedAlertsRound({ ledger, log: (event) => told.push(event), now: () => 0 });
  expect(told).toEqual(['ledgerAway']);
});
