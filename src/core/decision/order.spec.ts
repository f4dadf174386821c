import { expect, test } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { readCards } from '../../scoring/models-folder.js';
import type { Finding } from './assessment.js';
import { CARD } from './decide.fixtures.js';
import { inClinicalOrder, refinedBy } from './order.js';

type Ordered = Parameters<typeof inClinicalOrder>[0][number];

function finding(findingId: string, probability: number, more: Partial<Ordered> = {}): Ordered {
  const mode: Finding['mode'] = 'advise';
  return { modelId: 'omi', findingId, mode, probability, positive: true, ...more };
}

const ARTERY = { refines: 'omi' } as const;

function told(findings: readonly Ordered[]): readonly string[] {
  return inClinicalOrder(findings).map(({ findingId }) => findingId);
}

test('the occlusion stands before its artery, however likely each is; the likelier artery first', () => {
  const found = [
    finding('omi', 0.4),
    finding('culprit-lcx', 0.5, ARTERY),
    finding('culprit-rca', 0.9, ARTERY),
    finding('lbbb', 0.99),
  ];
  expect(told(found)).toEqual(['omi', 'culprit-rca', 'culprit-lcx', 'lbbb']);
});

test('an artery without its occlusion stands behind what stands by itself', () => {
  const found = [
    finding('omi', 0.1, { positive: false }),
    finding('culprit-rca', 0.9, ARTERY),
    finding('infarct-pattern', 0.3),
  ];
  expect(told(found)).toEqual(['infarct-pattern', 'culprit-rca', 'omi']);
});

test('a model that may page speaks first, then the one whose first finding is likelier', () => {
  const ami = { modelId: 'ami' } as const;
  const pair = [finding('mi-pattern', 0.9, ami), finding('omi', 0.6)];
  expect(told(pair)).toEqual(['mi-pattern', 'omi']);
  const paging = [finding('mi-pattern', 0.9, ami), finding('omi', 0.6, { mode: 'alert' })];
  expect(told(paging)).toEqual(['omi', 'mi-pattern']);
});

test('of cards with steps in between the narrowest broader finding is meant', () => {
  const [base] = CARD.findings;
  if (!base) throw new Error('the card has no finding');
  const spec = (id: string, classes: readonly string[], output = 'o') => ({
    ...base,
    id,
    classes,
    output,
  });
  const findings = [spec('all', ['a', 'b', 'c']), spec('two', ['a', 'b']), spec('one', ['a'])];
  const named = findings.map((one) => refinedBy({ findings }, one));
  expect(named).toEqual([null, 'all', 'two']);
  expect(refinedBy({ findings }, spec('other', ['a'], 'another output'))).toBeNull();
});

test('the shipped card of occlusions knows its arteries as parts of the occlusion', async () => {
  const { ready } = await readCards(fileURLToPath(new URL('../../../models', import.meta.url)));
  const omi = ready.find(({ id }) => id === 'omi');
  const parts = omi?.findings.filter((spec) => refinedBy(omi, spec) === 'omi');
  expect(parts?.map(({ id }) => id)).toEqual(['culprit-lm-lad', 'culprit-lcx', 'culprit-rca']);
});
