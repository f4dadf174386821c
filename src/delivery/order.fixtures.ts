import type { Assessment, Finding } from '../core/decision/assessment.js';
import type { AlertRecord } from '../ledger/alerts.js';
import type { EcgEntry, EcgRecord } from '../ledger/ledger.js';
import { sampleReading } from '../../test/support/reading.js';
import type { Order } from './destination.js';

/** An assessed ECG as the station hands it to a destination, the same in every run. */
export function sampleFinding(more: Partial<Finding> = {}): Finding {
  return {
    modelId: 'omi',
    modelVersion: '1.2.0',
    standing: 'evaluation',
    labelProvenance: 'angiography',
    mode: 'alert',
    findingId: 'omi',
    title: 'Occlusion myocardial infarction',
    code: {
      system: 'https://leadwire.dev/fhir/CodeSystem/finding',
      code: 'omi',
      display: 'Occlusion myocardial infarction',
    },
    beside: [
      {
        system: 'http://snomed.info/sct',
        code: '57054005',
        display: 'Acute myocardial infarction',
      },
    ],
    probability: 0.93412,
    cardProbability: 0.93412,
    shift: null,
    spread: 0.021,
    threshold: 0.55,
    decisionPoint: {
      name: 'balanced',
      threshold: 0.55,
      cohort: '4,000 patients of two emergency departments',
      sensitivity: { value: 0.81, low: 0.77, high: 0.85 },
      specificity: { value: 0.95, low: 0.94, high: 0.96 },
    },
    positive: true,
    likelihood: 'high',
    evidence: null,
    ...more,
  };
}

export function sampleAssessment(more: Partial<Assessment> = {}): Assessment {
  return {
    modelSet: 'models-0123456789ab',
    policyVersion: 'evaluation-1',
    findings: [sampleFinding()],
    abstentions: [
      {
        modelId: 'arrest',
        findingId: null,
        reason: 'age-outside-card',
        detail: 'made for patients of 18 years',
      },
    ],
    examination: null,
    agreement: null,
    alert: { raise: false, because: 'policy-not-approved' },
    evaluationOnly: true,
    timeFlags: [],
    ...more,
  };
}

export function sampleEntry(more: Partial<EcgEntry> = {}): EcgEntry {
  const reading = sampleReading();
  return {
    ecg: reading.ecg,
    format: reading.format,
    patient: reading.patient,
    encounter: reading.encounter,
    order: reading.order,
    birthDate: reading.birthDate,
    acquisition: { instantMs: Date.UTC(2026, 0, 31, 17, 29), flags: [] },
    status: 'final',
    production: true,
    vendorStatements: [],
    vendorMeasurements: null,
    sourceReference: null,
    ...more,
  };
}

export function sampleOrder(more: Partial<Order> = {}, ecg: Partial<EcgRecord> = {}): Order {
  return {
    deliveryId: 'delivery-1',
    kind: 'result',
    assessmentId: 'assessment-1',
    assessment: sampleAssessment(),
    assessedAtMs: Date.UTC(2026, 0, 31, 17, 29, 30),
    ecg: {
      ...sampleEntry(),
      id: 'ecg-1',
      arrivedAtMs: Date.UTC(2026, 0, 31, 17, 29, 20),
      sources: [{ receiptId: 'receipt-1', door: 'mllp' }],
      ...ecg,
    },
    ...more,
  };
}

export function sampleAlert(more: Partial<AlertRecord> = {}): AlertRecord {
  const raisedAtMs = Date.UTC(2026, 0, 31, 17, 29, 30);
  return {
    id: 'alert-1',
    assessmentId: 'assessment-1',
    ecgId: 'ecg-1',
    patientKey: 'patient-1',
    department: 'ED',
    findingIds: ['omi'],
    urgency: 'critical',
    state: 'raised',
    raisedAtMs,
    deliveredAtMs: null,
    acknowledgedAtMs: null,
    acknowledgedBy: null,
    escalateAtMs: null,
    escalatedAtMs: null,
    endedAtMs: null,
    isStorm: false,
    stormOf: null,
    assessmentIds: ['assessment-1'],
    plan: {
      urgency: 'critical',
      routes: ['fhir'],
      escalationRoutes: [],
      updates: [],
      nextRouteAfterMs: 90_000,
      escalateAfterMs: null,
      quietMs: 7_200_000,
      department: 'ED',
      cap: null,
    },
    routesTaken: 1,
    nextRouteAtMs: null,
    events: [{ atMs: raisedAtMs, action: 'raise', actor: 'leadwire', via: 'service', note: null }],
    revision: 1,
    ...more,
  };
}
