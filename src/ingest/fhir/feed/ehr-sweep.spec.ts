import { beforeEach, describe, expect, test } from '@jest/globals';
import { fail, failureOf } from '../../../core/failure.js';
import type { LogEvent } from '../../../core/log.js';
import type { SweepRecord } from '../../../ledger/feeds.js';
import type { SearchPage, SearchQuery } from '../../../wire/fhir/client.js';
import type { FhirResource } from '../../../wire/fhir/resource.js';
import { parseCriterion } from './criterion.js';
import { EhrSweep, SWEEP_PAGES_MAX, type EhrSweepOptions } from './ehr-sweep.js';

const CRITERION = parseCriterion('Observation?code=http://loinc.org|11524-6');
const NOW_MS = Date.UTC(2026, 5, 1, 12);
const PAGE = 3;

interface Stored {
  readonly id: string;
  readonly version: string | null;
  readonly updatedMs: number;
  readonly tag?: string;
}

let stored: Stored[];
let admitted: string[];
let known: Set<string>;
let sweep: SweepRecord | null;
let queries: SearchQuery[];
let told: LogEvent[];
let serverMs: number | null;
let takesElements: boolean;
let failsAtPage: number;

beforeEach(() => {
  stored = [];
  admitted = [];
  known = new Set();
  sweep = null;
  queries = [];
  told = [];
  serverMs = NOW_MS;
  takesElements = true;
  failsAtPage = Infinity;
});

/** Pages in no order at all, as a server may. */
const pageFrom = (all: readonly Stored[], offset: number): SearchPage => {
  if (offset / PAGE >= failsAtPage) throw fail('destination-away', 'torn down');
  return {
    resources: all.slice(offset, offset + PAGE).map(
      ({ id, version, updatedMs, tag }) =>
        ({
          resourceType: 'Observation',
          id,
          meta: {
            ...(version === null ? {} : { versionId: version }),
            lastUpdated: new Date(updatedMs).toISOString(),
            ...(tag === undefined ? {} : { tag: [{ system: tag, code: 'x' }] }),
          },
        }) as FhirResource,
    ),
    next:
      offset + PAGE < all.length ? JSON.stringify([all.map(({ id }) => id), offset + PAGE]) : null,
    serverMs,
  };
};
const run = (more: Partial<EhrSweepOptions> = {}): Promise<number> =>
  new EhrSweep({
    client: {
      search: (_type, query) => {
        if ('_elements' in query && !takesElements) throw fail('destination-refused', 'unknown');
        queries.push(query);
        const limits = [query['_lastUpdated'] ?? []].flat();
        const holds = ({ updatedMs }: Stored): boolean =>
          limits.every((limit) => {
            const atMs = Date.parse(limit.slice(2));
            return limit.startsWith('ge') ? updatedMs >= atMs : updatedMs < atMs;
          });
        return Promise.resolve(pageFrom(stored.filter(holds), 0));
      },
      nextPage: (next) => {
        const [ids, offset] = JSON.parse(next) as [string[], number];
        return Promise.resolve(
          pageFrom(
            stored.filter(({ id }) => ids.includes(id)),
            offset,
          ),
        );
      },
    },
    feeds: {
      known: (_sender, ids) => Promise.resolve(new Set(ids.filter((id) => known.has(id)))),
      sweeps: () => Promise.resolve(sweep ? [sweep] : []),
      saveSweep: (saved) => {
        sweep = { ...saved, askedAtMs: 0 };
        return Promise.resolve();
      },
    },
    intake: {
      submitReference: (arrival, reference) => {
        known.add(arrival.messageId ?? '');
        admitted.push(reference);
        return Promise.resolve({} as never);
      },
    },
    overlapMs: 60_000,
    backMs: 3_600_000,
    log: (event) => told.push(event),
    now: () => NOW_MS,
    ...more,
  }).run(CRITERION);
const store = (count: number, updatedMs: (i: number) => number): void => {
  stored = Array.from({ length: count }, (_, i) => ({
    id: `${(i * 7) % count}`,
    version: '1',
    updatedMs: updatedMs((i * 7) % count),
  }));
};

describe('a sweep', () => {
  test('takes what is new, once, and a new version again', async () => {
    store(5, (i) => NOW_MS - 1_000 * i);
    expect([await run(), await run()]).toEqual([5, 0]);
    stored = stored.map((one) => (one.id === '3' ? { ...one, version: '2' } : one));
    expect(await run()).toBe(1);
    expect(admitted.at(-1)).toBe('Observation/3');
  });

  test('looks back over the overlap from where the EHR’s clock stood, not ours', async () => {
    serverMs = NOW_MS - 600_000;
    await run();
    expect(sweep?.throughMs).toBe(serverMs);
    stored = [{ id: 'late', version: '1', updatedMs: serverMs - 59_000 }];
    expect(await run()).toBe(1);
    expect(queries.at(-1)?.['_lastUpdated']).toEqual([
      `ge${new Date(serverMs - 60_000).toISOString()}`,
    ]);
  });

  test('cuts a crowded stretch in halves until each is read to its end, and loses nothing', async () => {
    const count = PAGE * SWEEP_PAGES_MAX * 4;
    store(count, (i) => NOW_MS - i * 9_000);
    await run();
    expect(new Set(admitted).size).toBe(count);
    expect(admitted).toHaveLength(count);
    expect(told).not.toContain('sweepCrowded');
    expect(sweep?.throughMs).toBe(NOW_MS);
  });

  test('that is torn down in the middle counts as not done', async () => {
    store(PAGE * 4, (i) => NOW_MS - i * 1_000);
    failsAtPage = 2;
    expect(await run().catch((error: unknown) => failureOf(error).code)).toBe('destination-away');
    expect(sweep).toBeNull();
    failsAtPage = Infinity;
    expect(await run()).toBe(PAGE * 2);
  });

  test('does without naming elements where a server refuses that', async () => {
    takesElements = false;
    store(1, () => NOW_MS);
    expect(await run()).toBe(1);
    expect(queries[0]).not.toHaveProperty('_elements');
  });

  test('leaves out what we wrote ourselves, and takes what has no version once', async () => {
    stored = [
      {
        id: 'ours',
        version: '1',
        updatedMs: NOW_MS,
        tag: 'https://leadwire.dev/fhir/CodeSystem/x',
      },
      { id: 'bare', version: null, updatedMs: NOW_MS },
    ];
    expect([await run(), await run()]).toEqual([1, 0]);
    expect(admitted).toEqual(['Observation/bare']);
  });

  test('says so when it finds what no notification told of', async () => {
    store(1, () => NOW_MS - 31_000);
    await run();
    expect(told).toContain('sweepCaught');
  });
});
