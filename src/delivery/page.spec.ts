import { expect, test } from '@jest/globals';
import { sampleReading } from '../../test/support/reading.js';
import { sampleAssessment, sampleFinding } from './order.fixtures.js';
import { toPage } from './page.js';

test('a finding of a model in shadow is not written on the paper that people see', () => {
  const written = (mode: 'advise' | 'shadow'): string =>
    JSON.stringify(
      toPage(sampleReading(), sampleAssessment({ findings: [sampleFinding({ mode })] })),
    );
  expect(written('advise')).toContain('Occlusion myocardial');
  expect(written('shadow')).not.toContain('Occlusion myocardial');
});
