import { expect, test } from '@jest/globals';
import { sampleFinding } from '../../delivery/order.fixtures.js';
import type { WeightedSpan } from '../decision/evidence.js';
import { spansOfFindings } from './finding-spans.js';

const span = (lead: WeightedSpan['lead'], weight: number): WeightedSpan => ({
  lead,
  part: 'st-t',
  fromMs: 500,
  toMs: 800,
  weight,
});
const finding = (findingId: string, spans: readonly WeightedSpan[], positive = true) =>
  sampleFinding({ findingId, positive, evidence: { method: 'lead-occlusion', spans } });

test('findings that were driven by the same stretches share a letter and one shade', () => {
  const omi = finding('omi', [span('V2', 1), span('V3', 0.8), span('V6', 0.3)]);
  const culprit = finding('culprit', [span('V2', 1), span('V3', 0.9)]);
  const block = finding('block', [span(null, 1)]);
  const { spans, letters } = spansOfFindings([omi, culprit, block]);
  expect([omi, culprit, block].map((one) => letters.get(one))).toEqual(['A', 'A', 'B']);
  expect(spans).toEqual([
    { lead: 'V2', fromMs: 500, toMs: 800, label: 'A' },
    { lead: 'V3', fromMs: 500, toMs: 800, label: 'A' },
    { lead: null, fromMs: 500, toMs: 800, label: 'B' },
  ]);
});

test('a finding below its threshold and one without evidence are not drawn', () => {
  const below = finding('omi', [span('V2', 1)], false);
  const { spans, letters } = spansOfFindings([below, sampleFinding(), finding('x', [])]);
  expect(spans).toEqual([]);
  expect(letters.size).toBe(0);
});
