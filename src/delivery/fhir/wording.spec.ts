import { describe, expect, test } from '@jest/globals';
import { sampleAssessment, sampleFinding } from '../order.fixtures.js';
import { alertText, notesOf, percent, rationaleOf } from './wording.js';

describe('a share in words', () => {
  test.each([
    [0.93412, '93 %'],
    [0.5, '50 %'],
    [0, '0 %'],
    [1, '100 %'],
    [0.0042, '0.4 %'],
    [0.00007, '0.01 %'],
    [0.9996, '99.96 %'],
    [0.999_999_99, '>99.9999 %'],
    [0.000_000_01, '<0.0001 %'],
  ])('%d reads %s', (share, text) => {
    expect(percent(share)).toBe(text);
  });
});

describe('a rationale', () => {
  test('says the number in words, the threshold, its cohort, the model and what it is for', () => {
    expect(rationaleOf(sampleFinding())).toBe(
      'Occlusion myocardial infarction: 93 %, at or above the threshold of 55 %. ' +
        'The networks of the ensemble differ by 2 % (standard deviation). ' +
        'The threshold is the decision point balanced, measured on 4,000 patients of two ' +
        'emergency departments: sensitivity 81 % (77 % to 85 %), specificity 95 % (94 % to 96 %). ' +
        'Model omi 1.2.0, labels from angiography. ' +
        'The model is for evaluation only, not for care.',
    );
  });

  test('of a negative finding says that nothing is excluded', () => {
    const negative = sampleFinding({
      cardProbability: 0.1,
      probability: 0.1,
      positive: false,
      likelihood: 'low',
    });
    expect(rationaleOf(negative)).toContain('10 %, below the threshold of 55 %. This does not');
  });

  test('never shows a probability and a threshold alike when they differ', () => {
    const close = sampleFinding({
      cardProbability: 0.5496,
      probability: 0.5496,
      threshold: 0.55,
      positive: false,
    });
    expect(rationaleOf(close)).toContain('54.96 %, below the threshold of 55.00 %');
  });

  test('of a placeholder, or of a threshold that the site set, says so', () => {
    const text = rationaleOf(sampleFinding({ standing: 'placeholder', decisionPoint: null }));
    expect(text).toContain('placeholder');
    expect(text).toContain('The threshold was set by the site.');
  });
});

describe('a rationale at a prevalence of the site', () => {
  const shift = { fromPrevalence: 0.2, toPrevalence: 0.02 };
  const shifted = sampleFinding({ probability: 0.075, cardProbability: 0.6, shift });

  test('holds the threshold against the number of the card and says the shifted one apart', () => {
    expect(rationaleOf(shifted)).toContain(
      '60 %, at or above the threshold of 55 %. Where 2 % of patients have it, as at this site, ' +
        'and not 20 % as where the model was calibrated, that is a probability of 8 %.',
    );
  });

  test('says both numbers to the person who is called', () => {
    expect(alertText([shifted], null)).toContain(
      'infarction 8 % at a prevalence of 2 % (score 60 %, threshold 55 %)',
    );
  });
});

describe('what drove a finding', () => {
  const at = { fromMs: 500, toMs: 800 };
  const evidence = {
    method: 'lead-occlusion',
    spans: [
      { lead: 'V3', part: 'st-t', weight: 1, ...at },
      { lead: 'V3', part: 'st-t', weight: 1, fromMs: 1500, toMs: 1800 },
      { lead: 'V2', part: 'st-t', weight: 0.9, ...at },
      { lead: null, part: 'qrs', weight: 0.4, ...at },
    ],
  } as const;

  test('is told by lead and part of the beat, the heaviest first and each once', () => {
    expect(rationaleOf(sampleFinding({ evidence }))).toContain(
      'Driven by: V3, V2 ST-T; all leads QRS.',
    );
  });

  test('is not told of a finding below its threshold', () => {
    expect(rationaleOf(sampleFinding({ evidence, positive: false }))).not.toContain('Driven');
  });
});

describe('notes', () => {
  test('set networks and criteria side by side', () => {
    const agreement = { verdict: 'criteria-only', networks: [], criteria: ['stemi'] } as const;
    expect(notesOf(sampleAssessment({ agreement }))).toContain(
      'Classic criteria are met and the networks are below their thresholds.',
    );
  });

  test('tell an abstention as not known, never as normal, and why nobody was alerted', () => {
    expect(notesOf(sampleAssessment({ timeFlags: ['time-without-zone'] }))).toEqual([
      'For evaluation only, not for care: no policy in force was approved for the models that answered.',
      'Not known: Model arrest gave no finding (age-outside-card: made for patients of 18 years). ' +
        'This does not mean that the ECG is normal.',
      'The acquisition time is doubtful: time-without-zone.',
      'Nobody was alerted: the policy is not approved.',
    ]);
  });

  test('tell that an alert was raised', () => {
    const alert = { raise: true, findingIds: ['omi'] } as const;
    const notes = notesOf(sampleAssessment({ alert, evaluationOnly: false, abstentions: [] }));
    expect(notes).toEqual(['An alert was raised for omi.']);
  });
});

test('an alert says first what it is about', () => {
  expect(alertText([sampleFinding()], '2026-01-31T17:29:00.000Z')).toBe(
    '12-lead ECG acquired 2026-01-31T17:29:00.000Z: Occlusion myocardial infarction 93 % ' +
      '(threshold 55 %). Read the ECG now.',
  );
});
