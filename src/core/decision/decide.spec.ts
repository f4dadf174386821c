import { describe, expect, test } from '@jest/globals';
import { simulateEcg } from '../../../test/support/simulated.js';
import { createEcg, leadOf, type Ecg } from '../ecg/ecg.js';
import { INDEPENDENT_LEADS, type LeadName } from '../ecg/lead.js';
import { failure } from '../failure.js';
import type { ModelCard, ModelMode } from './card.js';
import { decide, type DecisionFacts } from './decide.js';
import { examine } from './examination.js';
import { EVALUATION_POLICY, type Policy } from './policy.js';
import type { ModelOutcome } from './scorer.js';

const NOW = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;
const estimate = { value: 0.8, low: 0.7, high: 0.9 };

const CARD: ModelCard = {
  schema: 1,
  id: 'm',
  version: '1.0.0',
  title: 'A model',
  intendedUse: 'tests',
  notIntendedUse: 'anything else',
  standing: 'validated',
  defaultMode: 'advise',
  labelProvenance: 'trace-reading',
  population: { ageYearsMin: 18, ageYearsMax: null },
  inputs: [
    {
      kind: 'waveform',
      tensor: 'ecg',
      leads: ['I', 'II'],
      sampleRateHz: 400,
      samples: 4096,
      windowSamples: 4000,
      unit: 'mV',
      filter: null,
    },
  ],
  outputs: [{ tensor: 'logits', activation: 'sigmoid', classes: ['mi'], temperature: 1 }],
  members: [],
  findings: [
    {
      id: 'mi',
      title: 'Infarct pattern',
      code: { system: 'urn:test', code: 'mi', display: 'Infarct pattern' },
      beside: [],
      output: 'logits',
      classes: ['mi'],
      decisionPoints: [
        {
          name: 'youden',
          threshold: 0.4,
          cohort: 'test cohort',
          sensitivity: estimate,
          specificity: estimate,
        },
      ],
      labelProvenance: 'trace-reading',
      calibration: null,
      trainingPrevalence: null,
      spreadMax: null,
    },
  ],
  distance: null,
  evidence: null,
  golden: { file: 'golden.json', tolerance: 1e-3, command: 'none' },
  training: { data: 'none', records: 0, command: 'none' },
  evaluation: [],
  selectiveRisk: [],
  limits: [],
  licence: 'none',
  credits: [],
};

const answer = (probability: number): ModelOutcome => ({
  kind: 'answer',
  modelId: 'm',
  modelVersion: '1.0.0',
  logits: { logits: [[0]] },
  findings: [{ findingId: 'mi', probability, spread: 0.02 }],
  inputStatistics: { mean: [], deviation: [], peak: [] },
  runMs: 1,
});

const policy = (mode: ModelMode, more: Partial<Policy> = {}): Policy => ({
  version: 'p1',
  approvedBy: 'A. Physician',
  validUntilMs: NOW + 86_400_000,
  models: { m: { mode, decisionPoint: null, threshold: null } },
  freshMinutesMax: 60,
  approvedFor: { m: 'f00d' },
  doubts: [],
  alerts: EVALUATION_POLICY.alerts,
  ...more,
});

const ordinary = simulateEcg({ seed: 3, condition: 'normal', ageYears: 60, sex: 'female' });

const facts = (more: Partial<DecisionFacts> = {}): DecisionFacts => ({
  ecg: ordinary,
  examination: examine(more.ecg ?? ordinary),
  acquisition: { instantMs: NOW - 5 * MINUTE, flags: [] },
  production: true,
  hasPatient: true,
  firstAssessment: true,
  cards: [CARD],
  modelSet: 'set',
  outcomes: [answer(0.9)],
  policy: policy('alert'),
  nowMs: NOW,
  ...more,
});

/** Both arms' electrodes in each other's place. */
function armsSwapped(ecg: Ecg): Ecg {
  const of = (name: LeadName) => leadOf(ecg, name).samples;
  const made = createEcg({
    sampleRateHz: ecg.sampleRateHz,
    patient: ecg.patient,
    leads: INDEPENDENT_LEADS.map((name) => {
      if (name === 'I') return { name, microvolts: Int16Array.from(of('I'), (value) => -value) };
      return { name, microvolts: name === 'II' ? of('III').slice() : of(name).slice() };
    }),
  });
  if (!made.ok) throw new Error(made.failure.detail);
  return made.value;
}

const young = simulateEcg({ seed: 3, condition: 'normal', ageYears: 17, sex: 'female' });
const short = simulateEcg({ seed: 3, condition: 'normal', ageYears: 60, sex: 'male', seconds: 5 });

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
    const models = { m: { mode: 'advise', decisionPoint: null, threshold: 0.95 } } as const;
    const [finding] = decide(facts({ policy: policy('advise', { models }) })).findings;
    expect(finding).toMatchObject({ positive: false, decisionPoint: null, threshold: 0.95 });
  });

  test('is for evaluation unless an approved policy and a validated model stand behind it', () => {
    expect(decide(facts()).evaluationOnly).toBe(false);
    expect(decide(facts({ policy: EVALUATION_POLICY })).evaluationOnly).toBe(true);
    const cards: ModelCard[] = [{ ...CARD, standing: 'placeholder' }];
    expect(decide(facts({ cards })).evaluationOnly).toBe(true);
  });
});

describe('a model abstains', () => {
  test.each<[string, Partial<DecisionFacts>]>([
    ['age-outside-card', { ecg: young }],
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

  test('not at all when it is switched off: it is then not spoken of', () => {
    expect(decide(facts({ policy: policy('off') }))).toMatchObject({
      findings: [],
      abstentions: [],
    });
  });
});
