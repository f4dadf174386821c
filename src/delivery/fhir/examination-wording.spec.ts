import { describe, expect, test } from '@jest/globals';
import { levelEcg } from '../../../test/support/model-folder.js';
import { answered, notApplicable } from '../../core/criteria/criterion.js';
import { examine, type Examination } from '../../core/decision/examination.js';
import { simulateEcg } from '../../../test/support/simulated.js';
import { sampleAssessment } from '../order.fixtures.js';
import { examinationNotes } from './examination-wording.js';
import { notesOf } from './wording.js';

const occlusion = examine(
  simulateEcg({ seed: 4, condition: 'anterior-occlusion', ageYears: 60, sex: 'male' }),
);

describe('what was read off the trace', () => {
  test('stands in the notes with its millimetres and with each rule that is met', () => {
    const notes = examinationNotes(occlusion);
    expect(notes.find((note) => note.startsWith('Measured: rate '))).toMatch(
      /QRS \d+ ms.*ST at the J point in mm: I -?\d\.\d, II /,
    );
    const positive = occlusion.criteria.filter(({ verdict }) => verdict === 'positive');
    expect(positive.length).toBeGreaterThan(0);
    for (const { sentence } of positive) expect(notes).toContain(`Classic criterion: ${sentence}`);
  });

  test('names the rules that found nothing without calling anything normal', () => {
    const criteria = [
      answered('posterior', false, [], 'not met'),
      answered('aslanger', false, [], 'not met'),
      notApplicable('sgarbossa', 'there is no bundle branch block'),
    ];
    const notes = examinationNotes({ ...occlusion, criteria }).join(' ');
    expect(notes).toContain(
      'Classic criteria not met: Posterior pattern, Aslanger pattern. This excludes nothing. ' +
        'Classic criteria that do not apply here: Sgarbossa.',
    );
    expect(notes).not.toMatch(/\bnormal\b/);
  });

  test('says why nothing was measured', () => {
    expect(examinationNotes(examine(levelEcg(0)))).toContainEqual(
      expect.stringMatching(/^Not measured: .* This does not mean that the ECG is normal\.$/),
    );
  });

  test('stands in the chart beside the findings, and is absent where nothing was read', () => {
    const withIt = notesOf(sampleAssessment({ examination: occlusion }));
    const without = notesOf(sampleAssessment());
    expect(withIt.length).toBe(without.length + examinationNotes(occlusion).length);
  });

  test('survives being stored as JSON', () => {
    const stored = JSON.parse(JSON.stringify(occlusion)) as Examination;
    expect(examinationNotes(stored)).toEqual(examinationNotes(occlusion));
    expect(JSON.stringify(occlusion).length).toBeLessThan(20_000);
  });
});
