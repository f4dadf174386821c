import { describe, expect, test } from '@jest/globals';
import type { Row } from '../contract.js';
import { quietVerdict } from '../words.js';
import { Announcements } from './alarm.js';
import { arrange } from './order.js';
import { sampleAlert, sampleFinding, sampleRow } from './row.fixtures.js';

function listOf(...rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [row.ecgId, row]));
}

describe('the order of the list', () => {
  const late = sampleRow({ ecgId: 'late', priority: 1, waitingSince: '2026-03-01T10:20:00Z' });
  const early = sampleRow({ ecgId: 'early', priority: 1, waitingSince: '2026-03-01T10:10:00Z' });
  const quiet = sampleRow({ ecgId: 'quiet', waitingSince: '2026-03-01T08:00:00Z' });

  test('is most urgent first, and the longest waiting first among equals', () => {
    expect(arrange(listOf(quiet, late, early), null).order).toEqual(['early', 'late', 'quiet']);
  });

  test('stands still while it is held: what is new waits behind a count', () => {
    const urgent = sampleRow({ ecgId: 'urgent', priority: 0 });
    const held = ['quiet', 'late', 'early'];
    expect(arrange(listOf(urgent, early, late, quiet), held)).toEqual({
      order: held,
      waiting: ['urgent'],
    });
    expect(arrange(listOf(urgent, early), held).order).toEqual(held);
  });
});

describe('an alert is announced', () => {
  const found = { findings: [sampleFinding()], alert: sampleAlert() };

  test('once for a patient and finding, however often it comes', () => {
    const announcements = new Announcements();
    expect(announcements.take(sampleRow(found))).toBe(true);
    expect(announcements.take(sampleRow(found))).toBe(false);
    expect(announcements.take(sampleRow({ ...found, ecgId: 'ecg-2' }))).toBe(false);
    const scoring = sampleRow({ alert: sampleAlert(), ecgId: 'ecg-3', state: 'pending' });
    expect(announcements.take(scoring)).toBe(false);
    const other = { ...found, findings: [sampleFinding({ findingId: 'arrest' })] };
    expect(announcements.take(sampleRow(other))).toBe(true);
  });

  test.each([
    ['urgent', { alert: sampleAlert({ urgency: 'urgent' }) }],
    ['acknowledged', { alert: sampleAlert({ state: 'acknowledged' }) }],
    ['withdrawn', { corrected: 'withdrawn' as const }],
    ['none', { alert: null }],
  ])('never where it is %s', (_, part) => {
    expect(new Announcements().take(sampleRow({ ...found, ...part }))).toBe(false);
  });
});

describe('an ECG without a finding', () => {
  const rows: readonly Row[] = [
    sampleRow(),
    sampleRow({ findings: [sampleFinding({ positive: false })] }),
    sampleRow({ findings: [sampleFinding({ positive: false, findingId: 'mi' })] }),
    sampleRow({ state: 'pending' }),
    sampleRow({ state: 'parked' }),
    sampleRow({ corrected: 'withdrawn' }),
    sampleRow({ agreement: 'criteria-only' }),
  ];

  test.each(rows)('is never called normal', (row) => {
    const words = quietVerdict(row);
    expect(words).not.toBe('');
    expect(words.replace('not a normal ECG report', '')).not.toMatch(/normal|clear|healthy|ok\b/i);
  });

  const rule = {
    id: 'posterior',
    title: 'Posterior pattern',
    positive: true,
    applies: true,
    why: null,
    text: '',
  };
  const below = [sampleFinding({ positive: false })];

  test.each<[string, Partial<Row>, string]>([
    ['found nothing', { agreement: 'criteria-only', findings: below }, 'below its threshold'],
    ['had no say', { agreement: 'unknown', findings: [] }, 'No network finding'],
  ])('names the rules that are met where the network %s', (_, more, words) => {
    const verdict = quietVerdict(sampleRow({ ...more, criteria: [rule] }));
    expect(verdict).toContain('Criteria met: Posterior pattern. ');
    expect(verdict).toContain(words);
  });

  test('is not assessed where no rule is met either', () => {
    const unmet = { ...rule, positive: null };
    expect(quietVerdict(sampleRow({ findings: [], criteria: [unmet] }))).toContain('Not assessed');
  });
});
