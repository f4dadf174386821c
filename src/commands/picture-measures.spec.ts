import { expect, test } from '@jest/globals';
import { simulateEcg } from '../../test/support/simulated.js';
import { measure } from '../core/signal/measure.js';
import { MEASURES, measuresOf } from './picture-measures.js';

const of = (values: Float32Array, name: string): number => values[MEASURES.indexOf(name)] as number;

test('what is written of an ECG stands in the order of its names', () => {
  const ecg = simulateEcg({ seed: 4, condition: 'anterior-occlusion', ageYears: 60, sex: 'male' });
  const measured = measure(ecg);
  if (measured.kind === 'not-measured') throw new Error(measured.detail);
  const values = measuresOf(ecg);
  expect(values).toHaveLength(MEASURES.length);
  const lead = measured.leads.find(({ name }) => name === 'V3');
  expect(of(values, 'V3.j60')).toBeCloseTo(lead?.st.j60 ?? NaN, 2);
  expect(of(values, 'V3.qMs')).toBeCloseTo(lead?.qrs.qMs ?? NaN, 2);
  expect(of(values, 'qrsMs')).toBeCloseTo(measured.intervals.qrsMs, 2);
});

test('what could not be measured is no number', () => {
  const ecg = simulateEcg({ seed: 4, condition: 'normal', ageYears: 60, sex: 'male', seconds: 1 });
  expect(measuresOf(ecg).every(Number.isNaN)).toBe(true);
});
