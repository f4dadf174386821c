import { simulateEcg } from '../../../test/support/simulated.js';
import { createEcg, leadOf, MISSING, type Ecg } from '../ecg/ecg.js';
import { INDEPENDENT_LEADS, LEAD_NAMES, type LeadName } from '../ecg/lead.js';
import { STANDARD_PAGE } from '../image/picture/standard-page.js';
import type { FindingSpec, ModelCard, ModelMode } from './card.js';
import type { DecisionFacts } from './decide.js';
import { examine, type Examination } from './examination.js';
import { EVALUATION_POLICY, type Policy } from './policy.js';
import type { ModelAnswer, ModelOutcome } from './scorer.js';

export const NOW = Date.UTC(2026, 10, 21, 12);
export const MINUTE = 60_000;
const estimate = { value: 0.8, low: 0.7, high: 0.9 };

export const CARD: ModelCard = {
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
      besideCriteria: true,
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

export const answer = (probability: number): ModelOutcome => ({
  kind: 'answer',
  modelId: 'm',
  modelVersion: '1.0.0',
  logits: { logits: [[0]] },
  findings: [{ findingId: 'mi', probability, spread: 0.02, evidence: null }],
  distance: null,
  inputStatistics: { mean: [], deviation: [], peak: [] },
  runMs: 1,
});

export const policy = (mode: ModelMode, more: Partial<Policy> = {}): Policy => ({
  version: 'p1',
  approvedBy: 'A. Physician',
  validUntilMs: NOW + 86_400_000,
  models: { m: { mode, decisionPoint: null, threshold: null, prevalence: null } },
  freshMinutesMax: 60,
  approvedFor: { m: 'f00d' },
  doubts: [],
  alerts: EVALUATION_POLICY.alerts,
  ...more,
});

export const ordinary = simulateEcg({ seed: 3, condition: 'normal', ageYears: 60, sex: 'female' });

/** One ECG is examined once, however many decisions are made on it. */
const examinations = new Map<Ecg, Examination>();

export function examined(ecg: Ecg): Examination {
  const known = examinations.get(ecg) ?? examine(ecg);
  examinations.set(ecg, known);
  return known;
}

export const facts = (more: Partial<DecisionFacts> = {}): DecisionFacts => ({
  ecg: ordinary,
  examination: examined(more.ecg ?? ordinary),
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
export function armsSwapped(ecg: Ecg): Ecg {
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

/** Each lead for its column's part of the time, as on a page of 3x4. */
export function onPaper(ecg: Ecg): Ecg {
  const width = ecg.sampleCount / STANDARD_PAGE.columns;
  const made = createEcg({
    sampleRateHz: ecg.sampleRateHz,
    patient: ecg.patient,
    partial: true,
    leads: LEAD_NAMES.map((name, i) => {
      const column = Math.floor((i * STANDARD_PAGE.columns) / LEAD_NAMES.length);
      const [from, to] = [column * width, (column + 1) * width];
      const shown = (value: number, at: number) => (at >= from && at < to ? value : MISSING);
      return { name, microvolts: Int16Array.from(leadOf(ecg, name).samples, shown) };
    }),
  });
  if (!made.ok) throw new Error(made.failure.detail);
  return made.value;
}

export const young = simulateEcg({ seed: 3, condition: 'normal', ageYears: 17, sex: 'female' });
export const short = simulateEcg({
  seed: 3,
  condition: 'normal',
  ageYears: 60,
  sex: 'male',
  seconds: 5,
});
/** The card with something more to say about its one finding. */
export const cardWith = (spec: Partial<FindingSpec>, more: Partial<ModelCard> = {}): ModelCard => ({
  ...CARD,
  ...more,
  findings: CARD.findings.map((one) => ({ ...one, ...spec })),
});

export const answerWith = (more: Partial<ModelAnswer>): ModelOutcome => ({
  ...(answer(0.9) as ModelAnswer),
  ...more,
});
