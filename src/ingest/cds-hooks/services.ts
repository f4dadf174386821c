import type { CdsServiceDescription } from '../../wire/cds-hooks/card.js';

/** What clients are asked to bring along, so that we need not ask their server back. */
export const PREFETCH = Object.freeze({
  patient: 'Patient/{{context.patientId}}',
  ecg: 'Observation?patient={{context.patientId}}&code=http://loinc.org|11524-6,http://loinc.org|34534-8&_sort=-date&_count=1',
});

const USAGE =
  'The prefetch of `patient` is needed, or its chart must be on the FHIR server that Leadwire is connected to. `ecg` may be left out.';

function service(id: string, hook: string, title: string): CdsServiceDescription {
  return Object.freeze({
    id,
    hook,
    title,
    description:
      'Tells what networks found on the latest 12-lead ECGs of the patient, and scores one that comes with the call. No card does not mean a normal ECG.',
    prefetch: PREFETCH,
    usageRequirements: USAGE,
  });
}

export const CDS_SERVICES: readonly CdsServiceDescription[] = Object.freeze([
  service('leadwire-patient-view', 'patient-view', 'ECG findings of this patient'),
  service('leadwire-encounter-start', 'encounter-start', 'ECG findings at the start of a visit'),
]);
