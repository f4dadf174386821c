import { describe, expect, test } from '@jest/globals';
import type { ModelCard } from './card.js';
import { decide, type DecisionFacts } from './decide.js';
import { answer, CARD, cardWith, facts, MINUTE, NOW, policy } from './decide.fixtures.js';
import { EVALUATION_POLICY } from './policy.js';

describe('a page', () => {
  test('goes out when every gate is open', () => {
    expect(decide(facts()).alert).toEqual({ raise: true, findingIds: ['mi'] });
  });

  test.each<[string, Partial<DecisionFacts>]>([
    ['nothing-positive', { outcomes: [answer(0.39)] }],
    ['nothing-positive', { outcomes: [] }],
    ['no-model-in-alert-mode', { policy: policy('advise') }],
    ['policy-not-approved', { policy: policy('alert', { approvedBy: null }) }],
    ['policy-not-approved', { policy: policy('alert', { validUntilMs: null }) }],
    ['policy-expired', { policy: policy('alert', { validUntilMs: NOW }) }],
    ['policy-not-matching', { policy: policy('alert', { doubts: [{ kind: 'unsigned' }] }) }],
    ['model-not-approved', { policy: policy('alert', { approvedFor: {} }) }],
    ['model-not-approved', { cards: [{ ...CARD, standing: 'placeholder' }] }],
    ['no-patient', { hasPatient: false }],
    ['not-production', { production: false }],
    ['not-fresh', { acquisition: { instantMs: NOW - 61 * MINUTE, flags: [] } }],
    ['clock-doubtful', { acquisition: { instantMs: NOW, flags: ['time-exists-twice'] } }],
    ['clock-doubtful', { acquisition: { instantMs: null, flags: ['time-missing'] } }],
    ['already-assessed', { firstAssessment: false }],
  ])('is held because: %s', (because, more) => {
    expect(decide(facts(more)).alert).toEqual({ raise: false, because });
  });
});

describe('a site that knows how frequent the condition is there', () => {
  const models = {
    m: { mode: 'advise', decisionPoint: null, threshold: null, prevalence: { mi: 0.02 } },
  } as const;

  test('is shown the probability of its own patients, decided on that of the card', () => {
    const cards = [cardWith({ trainingPrevalence: 0.2 })];
    const shifted = decide(
      facts({ cards, outcomes: [answer(0.5)], policy: policy('advise', { models }) }),
    ).findings[0];
    // Odds 1:1, and those before any evidence fall from 1:4 to 1:49.
    expect(shifted?.probability).toBeCloseTo(4 / 53, 9);
    expect(shifted).toMatchObject({
      cardProbability: 0.5,
      shift: { fromPrevalence: 0.2, toPrevalence: 0.02 },
      positive: true,
      likelihood: 'moderate',
    });
  });

  test('is shown that of the card where the card does not know its own share', () => {
    const [finding] = decide(facts({ policy: policy('advise', { models }) })).findings;
    expect(finding).toMatchObject({ probability: 0.9, cardProbability: 0.9, shift: null });
  });
});

describe('a finding', () => {
  test('is positive at its threshold and carries the cohort it was chosen on', () => {
    const [finding] = decide(facts({ outcomes: [answer(0.4)] })).findings;
    expect(finding).toMatchObject({
      positive: true,
      likelihood: 'moderate',
      threshold: 0.4,
      decisionPoint: { cohort: 'test cohort' },
      labelProvenance: 'trace-reading',
    });
  });

  test('at a threshold of the site claims no cohort', () => {
    const own = { mode: 'advise', decisionPoint: null, threshold: 0.95, prevalence: null } as const;
    const models = { m: own };
    const [finding] = decide(facts({ policy: policy('advise', { models }) })).findings;
    expect(finding).toMatchObject({ positive: false, decisionPoint: null, threshold: 0.95 });
  });

  test('is for evaluation unless a policy in force was approved for the model behind it', () => {
    expect(decide(facts()).evaluationOnly).toBe(false);
    expect(decide(facts({ policy: EVALUATION_POLICY })).evaluationOnly).toBe(true);
    const unlisted = policy('advise', { approvedFor: {} });
    expect(decide(facts({ policy: unlisted })).evaluationOnly).toBe(true);
    const cards: ModelCard[] = [{ ...CARD, standing: 'placeholder' }];
    expect(decide(facts({ cards })).evaluationOnly).toBe(true);
  });
});
