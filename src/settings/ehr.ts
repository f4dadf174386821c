import { z } from 'zod';
import { count, list, optional, pairs, secret, setting, url, type Setting } from './kinds.js';

/** The EHR: where it is, how it is asked, what is written there. */
export const EHR = {
  fhirBaseUrl: optional(url('http', 'https'), 'FHIR R4 server that holds the results.'),
  fhirToken: secret(z.string().min(1), 'Bearer token for the FHIR server.'),
  fhirAuthoritySystems: setting(
    pairs,
    Object.freeze({}) as Readonly<Record<string, string>>,
    'Identifier systems of local assigning authorities: `HOSP=https://hospital.example/mrn;...`.',
    'none',
  ),
  fhirProbability: setting(
    z.enum(['decimal', 'range']),
    'decimal',
    'Form of the probability in the chart: 0 to 1, or a range in percent (some servers refuse it).',
  ),
  fhirAiLabel: setting(
    z.enum(['off', 'on']),
    'off',
    'Security label AIAST on what is written. Servers with R4 code lists only refuse it.',
  ),
  fhirMeasurements: setting(
    z.enum(['off', 'on']),
    'on',
    'Rate, intervals and ST levels as Observations of their own beside the result.',
  ),
  fhirPicture: setting(
    z.enum(['off', 'DocumentReference', 'Media']),
    'off',
    'The ECG on its paper with the evidence drawn in, as a picture beside the result.',
  ),
  fhirProfiles: setting(
    z.enum(['off', 'on']),
    'off',
    'Resources name our profiles. On only where the server holds them (fhir-profiles).',
  ),
  fhirAlert: setting(
    z.enum(['CommunicationRequest', 'Flag', 'DetectedIssue']),
    'CommunicationRequest',
    'Resource that carries an alert.',
  ),
  fhirAlertRecipients: setting(
    list,
    Object.freeze([]) as readonly string[],
    'Who alerts are addressed to, as references at the FHIR server, comma-separated.',
    'none',
  ),
  fhirRequestSecondsMax: setting(
    count(1, 300),
    20,
    'Longest wait for one answer of the FHIR server.',
  ),
} as const satisfies Record<string, Setting<never> | Setting<unknown>>;
