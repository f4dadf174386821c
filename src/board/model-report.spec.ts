import { expect, test } from '@jest/globals';
import type { ModelCard } from '../core/decision/card.js';
import type { ModelRun, ModelRuns } from '../ledger/runs.js';
import { modelReport } from './model-report.js';

const NOW_MS = Date.UTC(2026, 5, 30, 12);
const DAY_MS = 86_400_000;
const CARD = {
  id: 'omi',
  version: '1',
  findings: [{ id: 'omi' }],
  inputs: [{ kind: 'waveform', leads: ['I', 'II'] }],
} as unknown as ModelCard;

function run(daysAgo: number, p: number, more: Partial<ModelRun> = {}): ModelRun {
  return {
    atMs: NOW_MS - daysAgo * DAY_MS,
    device: 'Cart 5',
    ageBand: '60-69',
    sex: 'male',
    scores: { omi: { p, positive: p >= 0.5 } },
    abstained: null,
    agreement: 'neither',
    inputs: { mean: [0, 0], deviation: [p, 1], peak: [1, 1] },
    ...more,
  };
}

/** Runs as the ledger pages them. */
function runsOf(all: readonly ModelRun[]): ModelRuns {
  return {
    page: ({ fromMs, toMs, limit, offset = 0, oldestFirst = false }) => {
      const found = all.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
      const sorted = found.sort((a, b) => (oldestFirst ? a.atMs - b.atMs : b.atMs - a.atMs));
      return Promise.resolve(sorted.slice(offset, offset + limit));
    },
    outcomes: () => Promise.resolve([]),
  };
}

test('counts each day by device, age, sex, agreement and score', async () => {
  const runs = [
    run(1, 0.95, { agreement: 'both' }),
    run(1, 0.15, { sex: null, device: null }),
    run(1, 0, { scores: null, abstained: 'quality', agreement: 'unknown' }),
    run(2, 1),
    run(31, 1),
  ];
  const { days, cut } = await modelReport(runsOf(runs), CARD, 'advise', NOW_MS);
  expect(cut).toBe(false);
  expect(days.map(({ day, count }) => [day, count])).toEqual([
    ['2026-06-28', 1],
    ['2026-06-29', 3],
  ]);
  expect(days[1]).toMatchObject({
    positives: 1,
    abstained: 1,
    scoreHistogram: [0, 1, 0, 0, 0, 0, 0, 0, 0, 1],
    byDevice: { 'Cart 5': 2, unknown: 1 },
    bySex: { male: 2, unknown: 1 },
    byAge: { '60-69': 3 },
    agreement: { both: 1, neither: 1, unknown: 1 },
  });
});

test('so many devices are named, the rest are counted together', async () => {
  const runs = Array.from({ length: 30 }, (_, i) => run(1, 0.1, { device: `cart ${i}` }));
  const { days } = await modelReport(runsOf(runs), CARD, 'advise', NOW_MS);
  expect(Object.keys(days[0]?.byDevice ?? {})).toHaveLength(21);
  expect(days[0]?.byDevice['others']).toBe(10);
});

test('drift holds the last week against the beginning, and says nothing before there is enough', async () => {
  const began = Array.from({ length: 500 }, (_, i) => run(25 - i / 1_000, (i % 100) / 100));
  const later = (count: number) =>
    Array.from({ length: count }, (_, i) => run(3 - i / 1_000, 0.5 + (i % 50) / 100));
  const few = await modelReport(runsOf([...began, ...later(50)]), CARD, 'advise', NOW_MS);
  expect(few.drift).toMatchObject({ enough: false, scores: [{ findingId: 'omi', psi: null }] });
  const { drift } = await modelReport(runsOf([...began, ...later(400)]), CARD, 'advise', NOW_MS);
  expect(drift.enough).toBe(true);
  expect(drift.baseline.count).toBe(500);
  expect(drift.scores[0]?.psi).toBeGreaterThan(0.25);
  expect(drift.inputs.map(({ lead }) => lead)).toEqual(['I', 'II']);
  expect(drift.inputs[0]?.psi).toBeGreaterThan(0.25);
  expect(drift.inputs[1]?.psi).toBeCloseTo(0, 3);
});
