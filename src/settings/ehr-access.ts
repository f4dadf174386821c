import { z } from 'zod';
import { list, optional, path, secret, setting, url, type Setting } from './kinds.js';

/** How the FHIR server lets us in. One of bearer token, user and password, or SMART. */
export const EHR_ACCESS = {
  fhirUser: optional(z.string().min(1), 'User of the FHIR server, for HTTP basic authentication.'),
  fhirPassword: secret(z.string().min(1), 'Password of that user.'),
  fhirClientId: optional(
    z.string().min(1),
    'Client id of SMART Backend Services; with it tokens are asked for with a signed assertion.',
  ),
  fhirKeys: optional(
    path,
    'Private keys of SMART Backend Services: a file or a folder of files (PEM, JWK, JWK set). All are published at /.well-known/jwks.json, the first by name signs.',
  ),
  fhirTokenUrl: optional(
    url('http', 'https'),
    'Token endpoint. Unset: as the FHIR server says in .well-known/smart-configuration.',
  ),
  fhirScope: setting(
    z.string().min(1).max(2_000),
    [
      // Read: ECGs, who and where the patient is, outcomes, what is said about our alerts.
      'system/Patient.rs system/Encounter.rs system/Location.rs system/DiagnosticReport.rs',
      'system/DocumentReference.rs system/Media.rs system/Binary.rs system/Condition.rs',
      'system/Procedure.rs system/Communication.rs',
      // Written, read back, brought up to date and taken back.
      'system/Subscription.cruds system/Observation.cruds system/RiskAssessment.cruds',
      'system/Device.cruds system/Provenance.cruds system/CommunicationRequest.cruds',
    ].join(' '),
    'Scopes asked for. Pictures, other carriers of results and other alerts want theirs beside.',
  ),
  fhirAllowedHosts: setting(
    list,
    Object.freeze([]) as readonly string[],
    'Hosts beside the FHIR server where tokens may be asked for, comma-separated. Nothing else is ever requested there.',
    'none',
  ),
  fhirAlsoKnownAs: setting(
    list.refine((names) => names.every((name) => URL.canParse(name)), {
      error: 'must list base URLs',
    }),
    Object.freeze([]) as readonly string[],
    'Other base URLs under which the FHIR server speaks of itself, comma-separated. References to them are asked for at LEADWIRE_FHIR_BASE_URL.',
    'none',
  ),
  fhirTlsCaFile: optional(path, 'Authorities (PEM) that the FHIR server is checked against.'),
  fhirTlsCertFile: optional(path, 'Client certificate (PEM) for the FHIR server (mutual TLS).'),
  fhirTlsKeyFile: optional(path, 'Private key (PEM) of that certificate.'),
} as const satisfies Record<string, Setting<never> | Setting<unknown>>;

interface Access {
  readonly fhirBaseUrl: string | null;
  readonly fhirToken: string | null;
  readonly fhirUser: string | null;
  readonly fhirPassword: string | null;
  readonly fhirClientId: string | null;
  readonly fhirKeys: string | null;
  readonly fhirTlsCertFile: string | null;
  readonly fhirTlsKeyFile: string | null;
}

export function accessContradictions(config: Access): string[] {
  const problems: string[] = [];
  const together = (one: keyof Access, two: keyof Access, names: string): void => {
    if ((config[one] === null) !== (config[two] === null)) {
      problems.push(`${names} belong together`);
    }
  };
  together('fhirUser', 'fhirPassword', 'LEADWIRE_FHIR_USER and LEADWIRE_FHIR_PASSWORD');
  together('fhirClientId', 'fhirKeys', 'LEADWIRE_FHIR_CLIENT_ID and LEADWIRE_FHIR_KEYS');
  together(
    'fhirTlsCertFile',
    'fhirTlsKeyFile',
    'LEADWIRE_FHIR_TLS_CERT_FILE and LEADWIRE_FHIR_TLS_KEY_FILE',
  );
  const ways = [config.fhirToken, config.fhirUser, config.fhirClientId].filter(
    (way) => way !== null,
  );
  if (ways.length > 1) {
    problems.push(
      'LEADWIRE_FHIR_TOKEN, LEADWIRE_FHIR_USER and LEADWIRE_FHIR_CLIENT_ID: set one of the three',
    );
  }
  return problems;
}
