import { z } from 'zod';
import {
  count,
  isTimeZone,
  list,
  optional,
  pairs,
  path,
  port,
  secret,
  setting,
  url,
  zone,
  type Setting,
} from './kinds.js';

/** What the doors listen on and whom they let in. */
export const DOORS = {
  httpHost: setting(z.string().min(1), '127.0.0.1', 'Address of the HTTP port.'),
  httpPort: setting(port, 3000, 'HTTP port: API, rest-hook, health, metrics. 0 picks a free one.'),
  httpBodyBytesMax: setting(count(1_024, 268_435_456), 33_554_432, 'Largest HTTP body taken.'),
  publicUrl: optional(
    url('http', 'https').transform((text) => text.replace(/\/+$/, '')),
    'Address under which others reach the HTTP port, as behind a proxy: in links and in the audience of signed calls.',
  ),
  apiToken: secret(
    z.string().min(8),
    'Bearer token for the API. Needed unless the HTTP address is loopback.',
  ),
  resthookSecret: secret(
    z.string().min(8),
    'Shared secret of the FHIR rest-hook, sent by the EHR as `Authorization: Bearer`. Needed unless the HTTP address is loopback.',
  ),
  mllpHost: setting(z.string().min(1), '127.0.0.1', 'Address of the MLLP port.'),
  mllpPort: setting(port, 2575, 'MLLP port. 0 picks a free one.'),
  mllpAllowedAddresses: optional(
    list,
    'Senders allowed to connect, as addresses or CIDR blocks, comma-separated. Unset: everyone who can reach the port.',
  ),
  mllpTlsCertFile: optional(path, 'Certificate (PEM) of the MLLP port; with a key, TLS is on.'),
  mllpTlsKeyFile: optional(path, 'Private key (PEM) of the MLLP port.'),
  mllpTlsCaFile: optional(path, 'Authorities whose client certificates are required (mutual TLS).'),
  mllpFrameBytesMax: setting(count(1_024, 268_435_456), 33_554_432, 'Largest MLLP frame taken.'),
  mllpFrameSecondsMax: setting(count(1, 600), 60, 'Longest time a frame may take to arrive.'),
  mllpIdleSecondsMax: setting(count(1, 86_400), 3_600, 'A silent connection is closed after this.'),
  mllpConnectionsMax: setting(count(1, 10_000), 256, 'MLLP connections at a time.'),
  mllpFaultAnswer: setting(
    z.enum(['AA', 'AE', 'AR']),
    'AA',
    'Answer to a stored message whose ECG is at fault. AA with a warning keeps the feed moving.',
  ),
  senderZones: setting(
    pairs.refine((zones) => Object.values(zones).every(isTimeZone), {
      error: 'must map each sender to an IANA time zone',
    }),
    Object.freeze({}) as Readonly<Record<string, string>>,
    'Time zone of each sender that writes none: `CART|ED=Europe/Stockholm;...` (MSH-3|MSH-4).',
    'none',
  ),
  defaultZone: optional(
    zone,
    'Time zone of senders that are not listed. Unset: flagged, no alerts.',
  ),
  senderIntervalsMinutes: setting(
    pairs,
    Object.freeze({}) as Readonly<Record<string, string>>,
    'Longest usual silence of each sender in minutes, shown in the metrics: `CART|ED=60;...`.',
    'none',
  ),
} as const satisfies Record<string, Setting<never> | Setting<unknown>>;
