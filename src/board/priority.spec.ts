import { expect, test } from '@jest/globals';
import type { CriterionResult } from '../core/criteria/criterion.js';
import type { AlertHold } from '../core/decision/assessment.js';
import { concordOf } from '../core/decision/concord.js';
import { byUrgency, priorityOf, type PriorityFacts } from './priority.js';

const rule = (verdict: CriterionResult['verdict']) => ({ verdict }) as CriterionResult;
const held = (because: AlertHold) =>
  ({ alert: { raise: false, because }, abstentions: [] }) as const;
const NOTHING: PriorityFacts = {
  state: 'done',
  assessment: held('nothing-positive'),
  findings: [{ positive: false }],
  criteria: [rule('negative')],
  alert: null,
  corrected: null,
};
const of = (more: Partial<PriorityFacts>) => priorityOf({ ...NOTHING, ...more });
const FOUND = [{ positive: true }];

test('an alert that nobody has taken comes before everything, also before it is scored anew', () => {
  for (const state of ['raised', 'delivered', 'escalated']) {
    expect(of({ alert: { state }, state: 'pending' })).toBe(0);
  }
  expect(of({ alert: { state: 'acknowledged' }, findings: FOUND })).toBe(1);
});

test('an alert that is over, and an ECG that was taken back, ask for nobody', () => {
  expect(of({ alert: { state: 'resolved' }, findings: FOUND })).toBe(4);
  expect(of({ corrected: 'withdrawn', findings: FOUND, alert: { state: 'raised' } })).toBe(4);
});

test('a finding of now comes before one of another time', () => {
  for (const because of ['policy-not-approved', 'no-model-in-alert-mode'] as const) {
    expect(of({ findings: FOUND, assessment: held(because) })).toBe(1);
  }
  for (const because of ['not-fresh', 'not-production', 'clock-doubtful'] as const) {
    expect(of({ findings: FOUND, assessment: held(because) })).toBe(2);
  }
});

test('a rule that is met counts where the networks are silent or see nothing', () => {
  expect(of({ criteria: [rule('negative'), rule('positive')] })).toBe(2);
  expect(of({ criteria: [rule('positive')], findings: [] })).toBe(2);
});

test('not known is never last', () => {
  const abstained = {
    modelId: 'omi',
    findingId: null,
    reason: 'quality',
    detail: 'noise',
  } as const;
  expect(of({ state: 'pending', assessment: null })).toBe(3);
  expect(of({ state: 'parked', assessment: null })).toBe(3);
  expect(of({ findings: [] })).toBe(3);
  expect(of({ assessment: { ...held('nothing-positive'), abstentions: [abstained] } })).toBe(3);
  expect(of({})).toBe(4);
});

test('of equal rank who waits longest comes first', () => {
  const row = (ecgId: string, priority: 0 | 4, minute: string) => ({
    ecgId,
    priority,
    waitingSince: `2026-06-01T12:${minute}:00.000Z`,
  });
  const rows = [row('c', 4, '00'), row('b', 0, '05'), row('a', 0, '01'), row('d', 4, '00')];
  expect(rows.sort(byUrgency).map(({ ecgId }) => ecgId)).toEqual(['a', 'b', 'c', 'd']);
});

test('two agree only where both could speak', () => {
  const yes = [{ positive: true }];
  const no = [{ positive: false }];
  expect(concordOf(yes, [rule('positive')])).toBe('both');
  expect(concordOf(yes, [rule('negative'), rule('not-applicable')])).toBe('network-only');
  expect(concordOf(no, [rule('positive'), rule('depends')])).toBe('criteria-only');
  expect(concordOf(no, [rule('negative')])).toBe('neither');
  expect(concordOf([], [rule('positive')])).toBe('unknown');
  expect(concordOf(yes, [rule('not-applicable')])).toBe('unknown');
  expect(concordOf(yes, [rule('negative'), rule('depends')])).toBe('unknown');
});
