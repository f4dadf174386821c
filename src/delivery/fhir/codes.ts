import type { CodeableConcept, Coding } from '@medplum/fhirtypes';

/** Our own names; everything else is HL7's. */
const OURS = 'https://leadwire.dev/fhir';
export const SYSTEMS = Object.freeze({
  assessment: `${OURS}/identifier/assessment`,
  alert: `${OURS}/identifier/alert`,
  /** Under which a double that was withdrawn is still known, so that searches find one. */
  withdrawn: `${OURS}/identifier/withdrawn`,
  ecg: `${OURS}/identifier/ecg`,
  modelSet: `${OURS}/identifier/model-set`,
  model: `${OURS}/identifier/model`,
  standing: `${OURS}/CodeSystem/standing`,
  kind: `${OURS}/CodeSystem/kind`,
  /** Tag by which a resource without identifiers of its own is found again. */
  ofAssessment: `${OURS}/CodeSystem/of-assessment`,
  authority: `${OURS}/authority`,
});

const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
export const RISK_PROBABILITY = `${TERMINOLOGY}/risk-probability`;
export const UCUM = 'http://unitsofmeasure.org';

export const EVALUATION_ONLY: Coding = Object.freeze({
  system: SYSTEMS.standing,
  code: 'evaluation-only',
  display: 'For evaluation only, not for care',
});

export const AI_ASSERTED: Coding = Object.freeze({
  system: `${TERMINOLOGY}/v3-ObservationValue`,
  code: 'AIAST',
  display: 'Artificial Intelligence asserted',
});

export function aiDeviceType(): CodeableConcept {
  return {
    coding: [
      {
        system: 'http://hl7.org/fhir/uv/aitransparency/CodeSystem/AIdeviceTypeCS',
        code: 'Artificial-Intelligence',
      },
    ],
    text: 'Artificial intelligence',
  };
}

export function ecgRiskCode(): CodeableConcept {
  return {
    coding: [{ system: SYSTEMS.kind, code: 'ecg-risk' }],
    text: 'Risk assessment of a 12-lead ECG',
  };
}

export function networksMethod(text: string): CodeableConcept {
  return { coding: [{ system: SYSTEMS.kind, code: 'neural-networks' }], text };
}

export function alertCategory(): CodeableConcept {
  return {
    coding: [{ system: `${TERMINOLOGY}/communication-category`, code: 'alert', display: 'Alert' }],
  };
}

export function authorAgent(): CodeableConcept {
  return {
    coding: [
      { system: `${TERMINOLOGY}/provenance-participant-type`, code: 'author', display: 'Author' },
    ],
  };
}
