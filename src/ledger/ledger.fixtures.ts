import { createEcg, type Ecg, type EcgInput } from '../core/ecg/ecg.js';
import { INDEPENDENT_LEADS } from '../core/ecg/lead.js';
import type { Assessment } from '../core/decision/assessment.js';
import type { ModelOutcome } from '../core/decision/scorer.js';
import type { Arrival, AssessUnder, EcgEntry, Verdict } from './ledger.js';

export const UNDER: AssessUnder = { modelSet: 'placeholder@1', policyVersion: 'evaluation-1' };
export const NOON_MS = Date.UTC(2026, 5, 1, 12);

/** Microvolts that differ by seed and look alike in every run. */
export function microvolts(seed: number, count = 1000): number[][] {
  return INDEPENDENT_LEADS.map((_, lead) =>
    Array.from({ length: count }, (_, i) => {
      const beat = Math.exp(-(((i % 400) - 200) ** 2) / 60) * (800 - 70 * lead);
      return Math.round(beat + 60 * Math.sin(i / (7 + lead + seed)) + seed);
    }),
  );
}

export function ecgOf(values: readonly (readonly number[])[], more: Partial<EcgInput> = {}): Ecg {
  const made = createEcg({
    sampleRateHz: 500,
    leads: INDEPENDENT_LEADS.map((name, i) => ({ name, microvolts: values[i] ?? [] })),
    patient: { ageYears: 64, sex: 'female' },
    device: { manufacturer: 'Maker', model: 'Cart 5', serialNumber: 'S1' },
    ...more,
  });
  if (!made.ok) throw new RangeError(made.failure.detail);
  return made.value;
}

export function entryOf(seed = 1, more: Partial<EcgEntry> = {}): EcgEntry {
  return {
    ecg: ecgOf(microvolts(seed)),
    format: 'sample',
    patient: {
      authority: 'urn:oid:1.2.3',
      value: `MRN-${seed}`,
      others: [],
      name: { family: 'Doe', given: 'Jo' },
    },
    encounter: null,
    order: null,
    birthDate: '1962-01-01',
    acquisition: { instantMs: NOON_MS, flags: [] },
    status: 'final',
    production: true,
    vendorStatements: ['SINUS RHYTHM'],
    vendorMeasurements: null,
    sourceReference: null,
    ...more,
  };
}

export function ecgVerdict(entry = entryOf()): Verdict {
  return { outcome: 'ecg', ecg: entry, warning: null };
}

let serial = 0;

/** An arrival of its own: no two have the same message id or the same bytes. */
export function arrivalOf(more: Partial<Arrival> = {}): Arrival {
  serial += 1;
  return {
    door: 'mllp',
    sender: 'CART|ED',
    messageId: `MSG-${serial}`,
    contentType: 'application/hl7-v2',
    bytes: Buffer.from(`MSH|^~\\&|CART|ED|||20260601||ORU^R01|MSG-${serial}|P|2.6\r`),
    receivedAtMs: NOON_MS + serial,
    hints: { zone: 'Europe/Paris' },
    ...more,
  };
}

export const ASSESSMENT: Assessment = {
  modelSet: UNDER.modelSet,
  policyVersion: UNDER.policyVersion,
  findings: [],
  abstentions: [
    { modelId: 'omi', findingId: null, reason: 'recording-too-short', detail: 'two seconds' },
  ],
  examination: null,
  agreement: null,
  alert: { raise: false, because: 'nothing-positive' },
  evaluationOnly: true,
  timeFlags: [],
};

export const OUTCOMES: readonly ModelOutcome[] = [
  {
    kind: 'answer',
    modelId: 'omi',
    modelVersion: '1',
    logits: { class: [[0.5, -1.25]] },
    findings: [{ findingId: 'omi', probability: 0.2, spread: null, evidence: null }],
    distance: null,
    inputStatistics: { mean: [0], deviation: [1], peak: [3] },
    runMs: 12,
  },
];

export const DELIVERIES = [
  { destination: 'ehr', kind: 'result' },
  { destination: 'ehr', kind: 'alert' },
] as const;
