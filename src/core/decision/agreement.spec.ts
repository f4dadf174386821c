import { describe, expect, test } from '@jest/globals';
import { simulateEcg } from '../../../test/support/simulated.js';
import { decide } from './decide.js';
import { answer, CARD, cardWith, facts, ordinary } from './decide.fixtures.js';

describe('networks and criteria', () => {
  const occluded = simulateEcg({
    seed: 5,
    condition: 'anterior-occlusion',
    ageYears: 60,
    sex: 'male',
  });

  test.each([
    ['networks-and-criteria', occluded, 0.9],
    ['criteria-only', occluded, 0.1],
    ['networks-only', ordinary, 0.9],
    ['neither', ordinary, 0.1],
  ] as const)('are set side by side: %s', (verdict, ecg, probability) => {
    const { agreement } = decide(facts({ ecg, outcomes: [answer(probability)] }));
    expect(agreement).toMatchObject({
      verdict,
      networks: [{ modelId: 'm', findingId: 'mi', positive: probability > 0.5 }],
    });
    expect(agreement?.criteria.includes('stemi')).toBe(ecg === occluded);
  });

  test('are told apart where two networks differ', () => {
    const other = { ...CARD, id: 'n' };
    const outcomes = [answer(0.9), { ...answer(0.1), modelId: 'n' }];
    expect(decide(facts({ cards: [CARD, other], outcomes })).agreement?.verdict).toBe(
      'some-networks-only',
    );
  });

  test('are not compared where no finding speaks of the same or none was given', () => {
    const cards = [cardWith({ besideCriteria: false })];
    expect(decide(facts({ cards })).agreement?.verdict).toBe('not-comparable');
    expect(decide(facts({ outcomes: [] })).agreement?.verdict).toBe('not-comparable');
  });
});
