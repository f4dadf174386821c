import { z } from 'zod';
import { count, list, optional, pairs, path, setting, url, type Setting } from './kinds.js';

/** One MLLP receiver: `mllp://host:port` or, over TLS, `mllps://host:port`. */
const MLLP_ADDRESS = /^mllps?:\/\/(\[[0-9a-f:]+\]|[a-z0-9.-]+):\d{1,5}$/i;
/** A route's name stands in policies, logs and the ledger. */
const ROUTE_NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** Where results and pages go beside the EHR. */
export const ROUTES = {
  hl7Destinations: setting(
    pairs
      .refine((all) => Object.keys(all).every((name) => ROUTE_NAME.test(name) && name !== 'fhir'), {
        error: 'must name each destination in small letters, digits and hyphens, not `fhir`',
      })
      .refine((all) => Object.values(all).every((address) => MLLP_ADDRESS.test(address)), {
        error: 'must map each destination to mllp://host:port or mllps://host:port',
      }),
    Object.freeze({}) as Readonly<Record<string, string>>,
    'MLLP receivers of results (ORU^R01) and pages (ORU^R40): `ris=mllp://host:port;...`, `mllps` over TLS.',
    'none',
  ),
  hl7DestinationKinds: setting(
    pairs.refine(
      (all) => Object.values(all).every((kind) => kind === 'result' || kind === 'alert'),
      { error: 'must map each destination to `result` or `alert`' },
    ),
    Object.freeze({}) as Readonly<Record<string, string>>,
    'What a receiver takes, where not both: `ris=result;pager=alert`.',
    'results and alerts',
  ),
  hl7ReceivingApplications: setting(
    pairs,
    Object.freeze({}) as Readonly<Record<string, string>>,
    'MSH-5 and MSH-6 for each receiver: `ris=RIS|HOSPITAL;...`.',
    'empty',
  ),
  hl7AnswerSecondsMax: setting(count(1, 300), 20, 'Longest wait for an acknowledgement.'),
  hl7DestinationCaFile: optional(path, 'Authorities (PEM) that MLLP receivers over TLS must show.'),
  hl7Picture: setting(
    z.enum(['on', 'off']),
    'on',
    'The ECG with its evidence as a picture (PNG) in OBX of type ED.',
  ),
  webhookUrl: optional(
    url('http', 'https'),
    'Webhook for results and pages; its destination is named `webhook`. Needs a secret.',
  ),
  webhookSecretFile: optional(path, 'File with the secret that signs each call (HMAC-SHA256).'),
  webhookHosts: setting(
    list,
    Object.freeze([]) as readonly string[],
    'Hosts that the webhook may call, comma-separated.',
    'none',
  ),
} as const satisfies Record<string, Setting<never> | Setting<unknown>>;

/** Names of all destinations that are set up, the EHR first: what a policy may route to. */
export function destinationNames(config: {
  readonly fhirBaseUrl: string | null;
  readonly hl7Destinations: Readonly<Record<string, string>>;
  readonly webhookUrl: string | null;
}): readonly string[] {
  return [
    ...(config.fhirBaseUrl === null ? [] : ['fhir']),
    ...Object.keys(config.hl7Destinations),
    ...(config.webhookUrl === null ? [] : ['webhook']),
  ];
}
