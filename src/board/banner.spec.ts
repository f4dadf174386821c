import { expect, test } from '@jest/globals';
import { bannersOf, DELIVERY_MS_MAX, type BannerFacts } from './banner.js';

const NOW_MS = Date.UTC(2026, 5, 1, 12);
const MINUTE_MS = 60_000;
const counts = (senders: readonly { sender: string; lastSeenMs: number }[]) => ({
  receiptsByOutcome: {},
  assessmentsByState: {},
  deliveriesByState: {},
  oldestMs: { fetch: 0, score: 0, deliver: 0 },
  senders,
});
const WELL: BannerFacts = {
  counts: counts([]),
  ledgerAway: false,
  ledgerFull: false,
  diskUsed: 0.5,
  destinations: [],
  modelProblems: [],
  queueAway: false,
  evaluation: [],
  isCut: false,
  intervalsMinutes: {},
  startedAtMs: NOW_MS - 90 * MINUTE_MS,
  nowMs: NOW_MS,
};
const idsOf = (more: Partial<BannerFacts>) => bannersOf({ ...WELL, ...more }).map(({ id }) => id);

test('where all is well nothing is told', () => {
  expect(idsOf({})).toEqual([]);
});

test('a feed that is silent for longer than usual is told, with since when', () => {
  const intervalsMinutes = { 'CART|ED': '60', 'CART|ICU': '60', 'CART|NEW': '60', SLOW: '600' };
  const seen = counts([
    { sender: 'CART|ED', lastSeenMs: NOW_MS - 61 * MINUTE_MS },
    { sender: 'CART|ICU', lastSeenMs: NOW_MS - 59 * MINUTE_MS },
  ]);
  const told = bannersOf({ ...WELL, intervalsMinutes, counts: seen });
  expect(told.map(({ id }) => id)).toEqual(['silent:CART|ED', 'silent:CART|NEW']);
  expect(told[0]?.since).toBe(new Date(NOW_MS - 61 * MINUTE_MS).toISOString());
  expect(told[1]?.text).toBe('Nothing has come from CART|NEW yet.');
});

test('a full disk, a ledger or a queue that is away, and models that are not ready are told', () => {
  expect(idsOf({ ledgerAway: true, queueAway: true })).toEqual(['ledger', 'queue']);
  expect(bannersOf({ ...WELL, diskUsed: 0.95 })).toMatchObject([{ id: 'disk', level: 'warning' }]);
  expect(bannersOf({ ...WELL, ledgerFull: true })).toMatchObject([
    { id: 'disk', level: 'critical' },
  ]);
  expect(idsOf({ modelProblems: ['omi: gone'], isCut: true, evaluation: ['No policy.'] })).toEqual([
    'models',
    'cut',
    'evaluation',
  ]);
});

test('a destination that holds back is told: given up, paused, late', () => {
  const state = { name: 'ehr', parked: 0, paused: false, oldestMs: 0 };
  const late = { ...state, oldestMs: DELIVERY_MS_MAX + 1 };
  expect(idsOf({ destinations: [state] })).toEqual([]);
  expect(idsOf({ destinations: [{ ...state, parked: 2 }] })).toEqual(['parked:ehr']);
  expect(idsOf({ destinations: [late] })).toEqual(['late:ehr']);
  expect(idsOf({ destinations: [{ ...late, paused: true }] })).toEqual(['paused:ehr']);
});
