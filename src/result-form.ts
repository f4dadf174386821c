import type { Config } from './config.js';
import type { ResultForm } from './delivery/fhir/form.js';

/** How this site wants its results written. */
export function resultFormOf(config: Config): ResultForm {
  return Object.freeze({
    probability: config.fhirProbability,
    aiLabel: config.fhirAiLabel === 'on',
    measurements: config.fhirMeasurements === 'on',
    profiles: config.fhirProfiles === 'on',
    picture: config.fhirPicture,
    alert: config.fhirAlert,
  });
}
