import { beforeEach, describe, expect, test } from '@jest/globals';
import { fail } from '../../../core/failure.js';
import type { LogEvent } from '../../../core/log.js';
import type { HeardRecord } from '../../../ledger/feeds.js';
import type { FhirResource } from '../../../wire/fhir/resource.js';
import { EventKeeper } from './events.js';

const REFERENCE = 'Subscription/9';
let heard: HeardRecord;
let admitted: string[];
let settled: number;
let sweeps: number;
let asked: string[];
let told: LogEvent[];
let lacks: readonly string[];
let nowMs: number;

beforeEach(() => {
  nowMs = 1_000_000;
  heard = {
    handshakeAtMs: 1,
    heartbeatAtMs: nowMs,
    lastAtMs: nowMs,
    throughNumber: 0,
    lastNumber: 0,
    numbers: [],
  };
  [admitted, asked, told, lacks] = [[], [], [], []];
  [settled, sweeps] = [0, 0];
});

const answerTo = (type: string, count: number, numbers: readonly number[]): FhirResource =>
  ({
    resourceType: 'Bundle',
    entry: [
      {
        resource: {
          resourceType: 'Parameters',
          parameter: [
            { name: 'subscription', valueReference: { reference: REFERENCE } },
            { name: 'type', valueCode: type },
            { name: 'events-since-subscription-start', valueString: String(count) },
            ...numbers.map((number) => ({
              name: 'notification-event',
              part: [
                { name: 'event-number', valueString: String(number) },
                { name: 'focus', valueReference: { reference: `Observation/${number}` } },
              ],
            })),
          ],
        },
      },
    ],
  }) as FhirResource;
const keeper = (): EventKeeper =>
  new EventKeeper({
    client: {
      invoke: (_reference, operation, query) => {
        if (lacks.includes(operation)) return Promise.reject(fail('destination-refused', 'none'));
        asked.push(operation);
        if (operation === '$status') {
          return Promise.resolve(answerTo('query-status', heard.lastNumber, []));
        }
        const [from, to] = [Number(query['eventsSinceNumber']), Number(query['eventsUntilNumber'])];
        const numbers = Array.from({ length: to - from + 1 }, (_, i) => from + i);
        return Promise.resolve(answerTo('query-event', heard.lastNumber, numbers));
      },
    },
    feeds: {
      hear: () => Promise.resolve(),
      heardOf: () => Promise.resolve(heard),
      settle: (_reference, through) => {
        settled = Math.max(settled, through);
        heard = {
          ...heard,
          throughNumber: settled,
          numbers: heard.numbers.filter((number) => number > settled),
        };
        return Promise.resolve();
      },
      askSweep: () => {
        sweeps += 1;
        return Promise.resolve();
      },
    },
    intake: {
      submitReference: (_arrival, reference) => {
        admitted.push(reference);
        return Promise.resolve({} as never);
      },
    },
    serverUrls: [],
    heartbeatMs: 10_000,
    log: (event) => told.push(event),
    now: () => nowMs,
  });

describe('the events of a subscription', () => {
  test('that all came are dealt with', async () => {
    heard = { ...heard, lastNumber: 3, numbers: [1, 2, 3] };
    await keeper().watch(REFERENCE, []);
    expect([settled, admitted]).toEqual([3, []]);
  });

  test('that are missing at two looks are fetched, and only they', async () => {
    heard = { ...heard, lastNumber: 6, numbers: [1, 4, 6] };
    const events = keeper();
    await events.watch(REFERENCE, []);
    expect([settled, admitted]).toEqual([1, []]);
    await events.watch(REFERENCE, []);
    expect(admitted).toEqual(['Observation/2', 'Observation/3']);
    await events.watch(REFERENCE, []);
    await events.watch(REFERENCE, []);
    expect(admitted).toEqual(['Observation/2', 'Observation/3', 'Observation/5']);
    await events.watch(REFERENCE, []);
    expect(settled).toBe(6);
    expect(told).toContain('eventsMissed');
    expect(told).toContain('eventsRecovered');
  });

  test('that are under way between two looks are not asked for', async () => {
    heard = { ...heard, lastNumber: 2, numbers: [2] };
    const events = keeper();
    await events.watch(REFERENCE, []);
    heard = { ...heard, numbers: [1, 2] };
    await events.watch(REFERENCE, []);
    expect(asked).toEqual(['$status', '$status']);
  });

  test('of an EHR without $status and $events are the sweep’s, and that is shown as a mode', async () => {
    lacks = ['$status', '$events'];
    heard = { ...heard, handshakeAtMs: null, heartbeatAtMs: null, lastNumber: 2 };
    const events = keeper();
    await events.watch(REFERENCE, []);
    nowMs += 60_000;
    const { without, isDead } = await events.watch(REFERENCE, []);
    expect(without).toEqual(['$events', '$status', 'handshake', 'heartbeat']);
    expect([isDead, sweeps, settled]).toEqual([false, 1, 2]);
  });

  test('a subscription whose heart stops is dead, once for each silence', async () => {
    const events = keeper();
    nowMs += 26_000;
    expect((await events.watch(REFERENCE, [])).isDead).toBe(true);
    expect((await events.watch(REFERENCE, [])).isDead).toBe(false);
    expect(told.filter((event) => event === 'subscriptionSilent')).toHaveLength(1);
    heard = { ...heard, lastAtMs: nowMs };
    nowMs += 26_000;
    expect((await events.watch(REFERENCE, [])).isDead).toBe(true);
  });
});
