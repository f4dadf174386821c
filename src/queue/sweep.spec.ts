import { describe, expect, it } from '@jest/globals';
import { fail } from '../core/failure.js';
import type { LogEvent, LogFields } from '../core/log.js';
import { Gate, pause, until } from './rig.suite.js';
import {
  SWEEP_GRACE_MS,
  SWEEP_WIDEN_MAX,
  startSweep,
  type DueWork,
  type SweepOptions,
} from './sweep.js';

const NOW_MS = 1_000_000;
const NONE: DueWork = {
  receipts: { dueFetches: () => Promise.resolve([]) },
  assessments: { due: () => Promise.resolve([]) },
  deliveries: { due: () => Promise.resolve([]) },
};

function options(more: Partial<SweepOptions>): {
  sweep: SweepOptions;
  lines: { event: LogEvent; fields: LogFields }[];
} {
  const lines: { event: LogEvent; fields: LogFields }[] = [];
  return {
    lines,
    sweep: {
      ledger: NONE,
      queue: { restore: () => Promise.resolve(true) },
      log: (event, fields = {}) => void lines.push({ event, fields }),
      intervalMs: 1,
      limit: 10,
      now: () => NOW_MS,
      ...more,
    },
  };
}

const rowsOf = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `row-${i}` }));

describe('the sweep', () => {
  it('restores every kind, what is nearest to the patient first, and says how many were gone', async () => {
    const restored: string[] = [];
    const { sweep, lines } = options({
      ledger: {
        receipts: { dueFetches: () => Promise.resolve([{ id: 'f' }]) },
        assessments: { due: () => Promise.resolve([{ id: 's1' }, { id: 's2' }]) },
        deliveries: { due: () => Promise.resolve([{ id: 'd' }]) },
      },
      queue: {
        restore: (kind, id) => {
          restored.push(`${kind} ${id}`);
          return Promise.resolve(id !== 's2');
        },
      },
      intervalMs: 60_000,
    });
    const running = startSweep(sweep);
    await until(() => Promise.resolve(lines.length === 3));
    await running.stop();
    expect(restored).toEqual(['deliver d', 'score s1', 'score s2', 'fetch f']);
    expect(lines.map(({ fields }) => fields)).toEqual([
      { kind: 'deliver', count: 1 },
      { kind: 'score', count: 1 },
      { kind: 'fetch', count: 1 },
    ]);
  });

  it('takes all that is due at the start, later only what has been due for a while', async () => {
    const asked: number[] = [];
    const due = (nowMs: number) => {
      asked.push(nowMs);
      return Promise.resolve([]);
    };
    const running = startSweep(options({ ledger: { ...NONE, deliveries: { due } } }).sweep);
    await until(() => Promise.resolve(asked.length > 2));
    await running.stop();
    expect(asked.slice(0, 3)).toEqual([NOW_MS, NOW_MS - SWEEP_GRACE_MS, NOW_MS - SWEEP_GRACE_MS]);
  });

  it('looks no further than its first rows while they are all in the queue', async () => {
    const limits: number[] = [];
    let looks = 0;
    const due = (_: number, limit: number) => {
      limits.push(limit);
      return Promise.resolve(rowsOf(limit));
    };
    const restore = () => {
      looks++;
      return Promise.resolve(false);
    };
    const { sweep, lines } = options({
      ledger: { ...NONE, assessments: { due } },
      queue: { restore },
      intervalMs: 60_000,
    });
    const running = startSweep(sweep);
    await until(() => Promise.resolve(looks === 10));
    await pause(20);
    await running.stop();
    expect(limits).toEqual([10]);
    expect(looks).toBe(10);
    expect(lines).toEqual([]);
  });

  it('looks further after a wipe, up to a bound, and at no row twice', async () => {
    const limits: number[] = [];
    const restored: string[] = [];
    const due = (_: number, limit: number) => {
      limits.push(limit);
      return Promise.resolve(rowsOf(limit));
    };
    const { sweep, lines } = options({
      ledger: { ...NONE, assessments: { due } },
      queue: { restore: (_, id) => Promise.resolve(restored.push(id) > 0) },
      intervalMs: 60_000,
    });
    const running = startSweep(sweep);
    await until(() => Promise.resolve(lines.length === 1));
    await running.stop();
    expect(limits).toEqual([10, 20, 40, 80, 160, 320, 640]);
    expect(restored).toHaveLength(10 * SWEEP_WIDEN_MAX);
    expect(new Set(restored).size).toBe(restored.length);
  });

  it('says once that the ledger is away, and goes on when it is back', async () => {
    let rounds = 0;
    const due = () => {
      rounds++;
      if (rounds > 4 && rounds < 8) return Promise.resolve([{ id: 'row-a' }]);
      return Promise.reject(fail('ledger-away', 'no answer'));
    };
    const { sweep, lines } = options({ ledger: { ...NONE, deliveries: { due } } });
    const running = startSweep(sweep);
    await until(() => Promise.resolve(rounds > 10));
    await running.stop();
    const events = lines.map(({ event }) => event);
    expect(events).toEqual([
      'ledgerAway',
      'jobsRebuilt',
      'jobsRebuilt',
      'jobsRebuilt',
      'ledgerAway',
    ]);
    expect(lines[0]?.fields).toEqual({ code: 'ledger-away' });
  });

  it('asks a queue that is away for a handful of rows a round, not for all', async () => {
    let rounds = 0;
    let asked = 0;
    const { sweep, lines } = options({
      limit: 500,
      ledger: {
        ...NONE,
        deliveries: { due: () => Promise.resolve(rowsOf(500)) },
        assessments: {
          due: () => {
            throw new Error('a round ends with the queue');
          },
        },
      },
      queue: {
        restore: () => {
          asked++;
          return Promise.reject(fail('queue-away', 'no answer'));
        },
      },
      now: () => {
        rounds++;
        return NOW_MS;
      },
    });
    const running = startSweep(sweep);
    await until(() => Promise.resolve(rounds >= 5));
    await running.stop();
    expect(asked).toBeLessThanOrEqual(rounds * 4);
    expect(lines).toEqual([]);
  });

  it('never runs two rounds at a time, and stops only after the one under way', async () => {
    const gate = new Gate();
    let rounds = 0;
    let stopped = false;
    const due = () => {
      rounds++;
      return gate.opened.then(() => []);
    };
    const running = startSweep(options({ ledger: { ...NONE, deliveries: { due } } }).sweep);
    await pause(50);
    expect(rounds).toBe(1);
    const stopping = running.stop().then(() => {
      stopped = true;
    });
    await pause(20);
    expect(stopped).toBe(false);
    gate.open();
    await stopping;
    await pause(20);
    expect(rounds).toBe(1);
  });
});
