import { z } from 'zod';
import { count, optional, setting, url, type Setting } from './kinds.js';

const CRITERION = /^[A-Z][A-Za-z]{1,63}(\?[^\s?]{1,500})?$/;
const CRITERIA_MAX = 8;
const criteria = z
  .string()
  .transform((text) => Object.freeze(text.split(';').flatMap((part) => part.trim() || [])))
  .refine((all) => all.length <= CRITERIA_MAX && all.every((one) => CRITERION.test(one)), {
    error: `must list up to ${CRITERIA_MAX} searches as Type?parameter=value;Type?parameter=value`,
  });
const codes = z
  .string()
  .transform((text) => Object.freeze(text.split(',').flatMap((part) => part.trim() || [])))
  .refine((all) => all.length <= 50 && all.every((one) => /^[^\s,;|$]{1,40}$/.test(one)), {
    error: 'must list LOINC codes, comma-separated',
  });
const listOf = (...list: string[]): readonly string[] => Object.freeze(list);

/** How the FHIR server tells us of ECGs, and what is read there beside them. */
export const EHR_FEED = {
  fhirFeed: setting(
    z.enum(['off', 'sweep', 'rest-hook', 'topic']),
    'off',
    'How we learn of ECGs at the FHIR server. sweep: by looking; rest-hook, topic: by a Subscription of our own, kept alive, and by looking. off: only what others send to the rest-hook.',
  ),
  fhirFeedCriteria: setting(
    criteria,
    listOf('Observation?code=http://loinc.org|11524-6,http://loinc.org|34534-8'),
    'Searches that find ECGs, separated by semicolons.',
    '`Observation?code=` with LOINC 11524-6 and 34534-8',
  ),
  fhirFeedEndpoint: optional(
    url('http', 'https'),
    'Our rest-hook as the FHIR server reaches it: `https://leadwire.hospital.example/fhir/rest-hook`.',
  ),
  fhirFeedPayload: setting(
    z.enum(['empty', 'id-only', 'full-resource']),
    'id-only',
    'What a notification is to carry. An empty one makes us look at once.',
  ),
  fhirFeedTopic: optional(
    z.string().min(1).max(500),
    'Canonical URL of the topic subscribed to, with `topic`.',
  ),
  fhirFeedHeartbeatSeconds: setting(
    count(10, 86_400),
    60,
    'Heartbeat asked for with `topic`; twice and a half as long without one is silence.',
  ),
  fhirFeedCheckSeconds: setting(count(1, 3_600), 30, 'How often our Subscription is looked at.'),
  fhirSweepSeconds: setting(count(1, 3_600), 60, 'How often the FHIR server is swept for ECGs.'),
  fhirSweepOverlapSeconds: setting(
    count(1, 86_400),
    120,
    'How far each sweep reaches back behind the one before, for what became visible late.',
  ),
  fhirSweepBackHours: setting(
    count(0, 87_600),
    24,
    'How far the very first sweep looks back. Old ECGs are scored and filed, and page nobody.',
  ),
  fhirAlertAnswersSeconds: setting(
    count(0, 3_600),
    15,
    'How often the FHIR server is asked what became of open alerts there (completed, revoked, answered); 0 does not ask.',
  ),
  besideEvidence: setting(
    z.enum(['off', 'on']),
    'on',
    'Read troponin, vital signs, complaint and earlier ECGs of the patient at the FHIR server.',
  ),
  besideTroponinCodes: setting(
    codes,
    listOf('10839-9', '6598-7', '67151-1', '89579-7'),
    'LOINC codes of troponin, in FHIR and in HL7 v2 results that come by.',
  ),
  besideVitalCodes: setting(
    codes,
    listOf('8867-4', '8480-6', '8462-4', '59408-5', '2708-6', '8310-5', '9279-1'),
    'LOINC codes of vital signs.',
  ),
  besideComplaintCodes: setting(codes, listOf('8661-1'), 'LOINC codes of the chief complaint.'),
} as const satisfies Record<string, Setting<never> | Setting<unknown>>;

interface Feed {
  readonly fhirFeed: string;
  readonly fhirBaseUrl: string | null;
  readonly fhirFeedEndpoint: string | null;
  readonly fhirFeedTopic: string | null;
}

export function feedContradictions(config: Feed): string[] {
  const { fhirFeed: feed } = config;
  const problems: string[] = [];
  if (feed !== 'off' && config.fhirBaseUrl === null) {
    problems.push('LEADWIRE_FHIR_FEED needs LEADWIRE_FHIR_BASE_URL');
  }
  if ((feed === 'rest-hook' || feed === 'topic') && config.fhirFeedEndpoint === null) {
    problems.push(`LEADWIRE_FHIR_FEED=${feed} needs LEADWIRE_FHIR_FEED_ENDPOINT`);
  }
  if (feed === 'topic' && config.fhirFeedTopic === null) {
    problems.push('LEADWIRE_FHIR_FEED=topic needs LEADWIRE_FHIR_FEED_TOPIC');
  }
  return problems;
}
