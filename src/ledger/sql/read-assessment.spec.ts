import { expect, test } from '@jest/globals';
import { sampleAssessment } from '../../delivery/order.fixtures.js';
import { readAssessment } from './read-assessment.js';

test('an assessment of today is read as it was written', () => {
  const written = sampleAssessment();
  expect(readAssessment(JSON.stringify(written))).toEqual(written);
});

test('an assessment written before evidence, shifts and agreement were kept says nothing of them', () => {
  const { examination, agreement, findings, abstentions, ...rest } = sampleAssessment();
  const old = {
    ...rest,
    findings: findings.map(({ cardProbability, shift, evidence, ...one }) => one),
    abstentions: abstentions.map(({ findingId, ...one }) => one),
  };
  expect(readAssessment(JSON.stringify(old))).toEqual(sampleAssessment());
});
