import type { Row, RowAlert, RowFinding } from '../contract.js';

/** A row of a patient of whom nothing is known, for specs to say what matters to them. */
export function sampleRow(part: Partial<Row> = {}): Row {
  return {
    ecgId: 'ecg-1',
    assessmentId: 'assessment-1',
    patient: {
      key: 'patient-1',
      name: 'Berg, Alva',
      identifier: '1',
      birthDate: null,
      ageYears: 61,
      sex: 'female',
    },
    place: null,
    acquiredAt: null,
    arrivedAt: '2026-03-01T10:00:00Z',
    waitingSince: '2026-03-01T10:00:00Z',
    state: 'done',
    priority: 4,
    findings: [],
    criteria: [],
    agreement: 'neither',
    abstentions: [],
    quality: { verdict: 'good', sentences: [] },
    alert: null,
    held: null,
    evaluationOnly: true,
    timeFlags: [],
    corrected: null,
    ...part,
  };
}

export function sampleFinding(part: Partial<RowFinding> = {}): RowFinding {
  return {
    modelId: 'omi',
    modelVersion: '1.0.0',
    findingId: 'omi',
    title: 'Occlusion pattern',
    probability: 0.93,
    spread: 0.04,
    threshold: 0.35,
    positive: true,
    likelihood: 'high',
    mode: 'alert',
    standing: 'evaluation',
    labelProvenance: 'simulated',
    ...part,
  };
}

export function sampleAlert(part: Partial<RowAlert> = {}): RowAlert {
  return {
    id: 'alert-1',
    state: 'raised',
    urgency: 'critical',
    raisedAt: '2026-03-01T10:00:30Z',
    deliveredAt: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    escalateAt: '2026-03-01T10:05:30Z',
    storm: false,
    ...part,
  };
}
