import { expect, test } from '@jest/globals';
import { caseId, LABEL_HEAD, labelLine } from './labels.js';
import { simulateCase } from './simulate.js';

test('a case is told in one line with a field for each name', () => {
  const { truth } = simulateCase({
    seed: 2,
    condition: 'omi-rca',
    ageYears: 71,
    sex: 'female',
    seconds: 3,
  });
  const names = LABEL_HEAD.split(',');
  const fields = labelLine(caseId(7, 42), truth).split(',');
  expect(fields).toHaveLength(names.length);
  const told = Object.fromEntries(names.map((name, k) => [name, fields[k]]));
  expect(told).toMatchObject({
    id: 's7-000042',
    condition: 'omi-rca',
    culprit: 'RCA',
    occluded: '1',
    age: '71',
    sex: 'female',
    rhythm: 'sinus',
    st_aVL_uv: String(truth.stMicrovolts.aVL),
  });
});
