import { expect, test } from '@jest/globals';
import { parseUpload } from './upload.js';

test('what stands beside a file is the patient, their name, age and sex', () => {
  const parsed = parseUpload({ patient: 'HOSP|42', name: 'Berg, Alva', age: '63', sex: 'female' });
  expect(parsed).toMatchObject({
    ok: true,
    upload: {
      beside: {
        patient: { authority: 'HOSP', value: '42' },
        name: { family: 'Berg', given: 'Alva' },
        ageYears: 63,
        sex: 'female',
      },
    },
  });
});

test.each([
  [{ name: 'Berg' }, 'with a patient number'],
  [{ patient: 'HOSP|42', name: 'x'.repeat(201) }, 'at most 200'],
  [{ patient: 'HOSP|42\rPID|evil' }, 'control character'],
  [{ patient: '42' }, 'authority|identifier'],
  [{ age: '-1' }, 'age must be'],
  [{ age: '1e9' }, 'age must be'],
  [{ sex: 'unknown' }, 'male or female'],
  [{ age: ['1', '2'] }, 'given once'],
  [{ weight: '70' }, 'no parameter'],
])('%j is refused in words', (query, words) => {
  expect(parseUpload(query)).toMatchObject({ ok: false, problem: expect.stringContaining(words) });
});
