import { describe, expect, test } from '@jest/globals';
import { failure } from '../failure.js';
import { STANDARD_PAGE, standardShape } from '../image/picture/standard-page.js';
import type { QualityFinding, QualityKind } from '../signal/quality.js';
import type { ModelCard } from './card.js';
import { decide, type DecisionFacts } from './decide.js';
import {
  answerWith,
  armsSwapped,
  CARD,
  cardWith,
  examined,
  facts,
  onPaper,
  ordinary,
  policy,
  short,
  young,
} from './decide.fixtures.js';
import type { Examination } from './examination.js';
import type { ModelOutcome } from './scorer.js';

const distance = { tensor: 'distance', max: 3 };
const STANDARD = {
  pipeline: { name: STANDARD_PAGE.name, version: STANDARD_PAGE.version },
  ...standardShape(1),
  pixelsPerMm: 1,
};
const far = answerWith({ distance: 3.01 });
const upTo = (ageYearsMax: number) => ({ ageYearsMin: 18, ageYearsMax });

function paced(isNoisyToo: boolean): Examination {
  const examination = examined(ordinary);
  const finding = (kind: QualityKind): QualityFinding => ({
    kind,
    lead: null,
    forbids: ['score'],
    numbers: {},
    sentence: `It is ${kind}.`,
  });
  const findings = [finding('paced'), ...(isNoisyToo ? [finding('muscle-noise')] : [])];
  return { ...examination, quality: { ...examination.quality, findings, forbidsScore: true } };
}

describe('a finding is withheld', () => {
  const twins = cardWith({ spreadMax: 0.1 }).findings[0];
  const cards: ModelCard[] = [
    { ...CARD, findings: twins ? [twins, { ...twins, id: 'other', spreadMax: null }] : [] },
  ];
  const outcome = (spread: number): ModelOutcome =>
    answerWith({
      findings: ['mi', 'other'].map((findingId) => ({
        findingId,
        probability: 0.9,
        spread,
        evidence: null,
      })),
    });

  test('when the members disagree about it, and the others of its model stand', () => {
    const decided = decide(facts({ cards, outcomes: [outcome(0.11)] }));
    expect(decided.findings.map(({ findingId }) => findingId)).toEqual(['other']);
    expect(decided.abstentions).toMatchObject([
      { modelId: 'm', findingId: 'mi', reason: 'members-disagree' },
    ]);
    expect(decided.abstentions[0]?.detail).toContain('differ by 11.0 percentage points');
  });

  test('only above the spread of the card', () => {
    expect(decide(facts({ cards, outcomes: [outcome(0.1)] })).abstentions).toEqual([]);
  });
});

describe('a model abstains', () => {
  test('only beyond the distance of its card', () => {
    const cards = [cardWith({}, { distance })];
    const near = answerWith({ distance: 3 });
    expect(decide(facts({ cards, outcomes: [near] })).abstentions).toEqual([]);
  });

  test.each<[string, Partial<DecisionFacts>]>([
    ['age-outside-card', { ecg: young }],
    ['age-outside-card', { cards: [cardWith({}, { population: upTo(59) })] }],
    ['paced', { examination: paced(false) }],
    ['quality', { examination: paced(true) }],
    ['unlike-training', { cards: [cardWith({}, { distance })], outcomes: [far] }],
    ['recording-too-short', { ecg: short }],
    ['quality', { ecg: armsSwapped(ordinary) }],
    [
      'model-failed',
      {
        outcomes: [
          {
            kind: 'silence',
            modelId: 'm',
            modelVersion: '1.0.0',
            failure: failure('model-run-failed', 'x'),
          },
        ],
      },
    ],
  ])('for the reason %s, and then has no finding', (reason, more) => {
    const { findings, abstentions } = decide(facts(more));
    expect(findings).toEqual([]);
    expect(abstentions).toMatchObject([{ modelId: 'm', reason }]);
  });

  test('on a page of paper where it is fed samples, and not where it is shown the picture', () => {
    const paper = { ecg: onPaper(ordinary) };
    expect(decide(facts(paper)).abstentions).toMatchObject([{ reason: 'lead-incomplete' }]);
    const picture = { ...STANDARD, kind: 'picture' as const, tensor: 'page' };
    const cards = [cardWith({}, { inputs: [picture] })];
    const shown = decide(facts({ ...paper, cards }));
    expect(shown.abstentions).toEqual([]);
    expect(shown.findings).toHaveLength(1);
    expect(shown.examination?.quality.findings).toMatchObject([{ kind: 'missing-part' }]);
  });

  test('not at all when it is switched off: it is then not spoken of', () => {
    expect(decide(facts({ policy: policy('off') }))).toMatchObject({
      findings: [],
      abstentions: [],
    });
  });
});
