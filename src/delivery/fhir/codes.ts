import type { CodeableConcept, Coding } from '@medplum/fhirtypes';

/** Our own names; everything else is HL7's. */
const OURS = 'https://leadwire.dev/fhir';
export const SYSTEMS = Object.freeze({
  assessment: `${OURS}/identifier/assessment`,
  alert: `${OURS}/identifier/alert`,
  /** Of what is written beside a result: `assessment-1.st-levels`. */
  part: `${OURS}/identifier/part`,
  /** Under which a double that was withdrawn is still known, so that searches find one. */
  withdrawn: `${OURS}/identifier/withdrawn`,
  ecg: `${OURS}/identifier/ecg`,
  modelSet: `${OURS}/identifier/model-set`,
  model: `${OURS}/identifier/model`,
  /** A model by its id and version: `omi@1.2.0`. */
  modelCard: `${OURS}/identifier/model-card`,
  finding: `${OURS}/CodeSystem/finding`,
  measure: `${OURS}/CodeSystem/measure`,
  standing: `${OURS}/CodeSystem/standing`,
  kind: `${OURS}/CodeSystem/kind`,
  /** Tag by which a resource without identifiers of its own is found again. */
  ofAssessment: `${OURS}/CodeSystem/of-assessment`,
  authority: `${OURS}/authority`,
});

/** Our profiles, by what they describe. */
export const PROFILES = {
  risk: 'leadwire-risk-assessment',
  report: 'leadwire-report',
  result: 'leadwire-result-observation',
  document: 'leadwire-result-document',
  intervals: 'leadwire-intervals',
  stLevels: 'leadwire-st-levels',
  device: 'leadwire-device',
  provenance: 'leadwire-provenance',
  picture: 'leadwire-evidence-picture',
  media: 'leadwire-evidence-media',
  communication: 'leadwire-alert-communication',
  flag: 'leadwire-alert-flag',
  issue: 'leadwire-alert-issue',
  alertState: 'leadwire-alert-state',
  ecg: 'leadwire-ecg-observation',
} as const;
export type ProfileName = keyof typeof PROFILES;

export function profileOf(name: ProfileName): string {
  return `${OURS}/StructureDefinition/${PROFILES[name]}`;
}

/** The extension that says how far an alert is, in our own words. */
export const ALERT_STATE = profileOf('alertState');

const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
export const RISK_PROBABILITY = `${TERMINOLOGY}/risk-probability`;
export const UCUM = 'http://unitsofmeasure.org';
export const LOINC = 'http://loinc.org';
export const MDC = 'urn:oid:2.16.840.1.113883.6.24';
export const OBSERVATION_CATEGORY = `${TERMINOLOGY}/observation-category`;
export const INTERPRETATION = `${TERMINOLOGY}/v3-ObservationInterpretation`;
export const DIAGNOSTIC_SERVICE = `${TERMINOLOGY}/v2-0074`;
export const FLAG_CATEGORY = `${TERMINOLOGY}/flag-category`;

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
