import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/**
 * The only reader of the environment. Every setting is one line of SETTINGS: its check, its default
 * and what it is for; `docs/configuration.md` is generated from the same lines.
 */
const port = z.coerce.number().int().min(0).max(65535);
const count = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const path = z.string().min(1);
const url = (...schemes: string[]) =>
  z.string().refine((text) => schemes.some((scheme) => text.startsWith(`${scheme}://`)), {
    error: `must start with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
  });
const list = z
  .string()
  .transform((text) => Object.freeze(text.split(',').flatMap((part) => part.trim() || [])));
const zone = z.string().refine(isTimeZone, { error: 'must be an IANA time zone' });
/** `key=value` pairs separated by semicolons; keys may hold `|`, as sender keys do. */
const pairs = z.string().transform((text, context) => {
  const entries = text.split(';').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
  const parsed = entries.map((entry) => {
    const at = entry.lastIndexOf('=');
    if (at < 1) context.addIssue({ code: 'custom', message: 'must read key=value;key=value' });
    return [entry.slice(0, at).trim(), entry.slice(at + 1).trim()] as const;
  });
  return Object.freeze(Object.fromEntries(parsed));
});
const packaged = (folder: string) => fileURLToPath(new URL(`../${folder}`, import.meta.url));

interface Setting<T> {
  readonly check: z.ZodType<T>;
  readonly fallback: T;
  readonly secret: boolean;
  readonly help: string;
  /** How the default reads in the documentation, where the value itself would mislead. */
  readonly shown?: string;
}

function setting<T>(check: z.ZodType<T>, fallback: T, help: string, shown?: string): Setting<T> {
  return { check, fallback, secret: false, help, ...(shown === undefined ? {} : { shown }) };
}

function optional<T>(check: z.ZodType<T>, help: string): Setting<T | null> {
  return { check, fallback: null, secret: false, help };
}

function secret(check: z.ZodType<string>, help: string): Setting<string | null> {
  return { check, fallback: null, secret: true, help };
}

export const SETTINGS = {
  role: setting(
    z.enum(['all', 'gateway', 'worker']),
    'all',
    'What this process does: the doors, the scoring and delivery, or both.',
  ),
  dataDir: setting(path, '.leadwire', 'Folder of the embedded ledger: journal and database.'),
  databaseUrl: secret(
    url('postgres', 'postgresql'),
    'PostgreSQL for the ledger. Unset: embedded, one process only.',
  ),
  queueUrl: secret(
    url('redis', 'rediss', 'redis-sentinel', 'redis-cluster', 'postgres', 'postgresql'),
    'Where jobs wait. Unset: beside the ledger (embedded, or in its PostgreSQL).',
  ),
  httpHost: setting(z.string().min(1), '127.0.0.1', 'Address of the HTTP port.'),
  httpPort: setting(port, 3000, 'HTTP port: API, rest-hook, health, metrics. 0 picks a free one.'),
  httpBodyBytesMax: setting(count(1_024, 268_435_456), 33_554_432, 'Largest HTTP body taken.'),
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
  modelsDir: setting(path, packaged('models'), 'Folder of the models.', 'the models shipped'),
  policyFile: optional(path, "The site's policy (JSON). Unset: evaluation, nobody is paged."),
  scoreThreads: setting(count(0, 64), 0, 'Scoring threads. 0: as many as the CPU limit allows.'),
  scoreSecondsMax: setting(count(1, 600), 30, 'Longest time one ECG may take in a scoring thread.'),
  deliverConcurrency: setting(count(1, 64), 4, 'Deliveries under way at a time.'),
  leaseSeconds: setting(count(2, 600), 60, 'How long a delivery belongs to one worker.'),
  retrySecondsFirst: setting(count(1, 3_600), 1, 'Wait before the second attempt.'),
  retrySecondsMax: setting(count(1, 86_400), 300, 'Longest wait between attempts.'),
  retryAttemptsMax: setting(
    count(1, 100_000),
    1_000,
    'Attempts before work is parked for a person. At the default waits: about two and a half days.',
  ),
  sweepSeconds: setting(count(1, 3_600), 10, 'How often lost jobs are looked for in the ledger.'),
  retentionDays: setting(count(1, 36_500), 365, 'Receipts and ECGs older than this are purged.'),
  drainSecondsMax: setting(count(1, 600), 25, 'Longest time a stop may take before it is forced.'),
  logLevel: setting(
    z.enum(['debug', 'info', 'warn', 'error', 'silent']),
    'info',
    'Least level written.',
  ),
} as const satisfies Record<string, Setting<never> | Setting<unknown>>;

type Settings = typeof SETTINGS;
export type Config = {
  readonly [K in keyof Settings]: Settings[K] extends Setting<infer T> ? T : never;
};

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[] };

type Environment = Readonly<Record<string, string | undefined>>;

export function loadConfig(env: Environment): ConfigResult {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  const known = new Set<string>();
  for (const [name, { check, fallback, secret: isSecret }] of Object.entries(SETTINGS)) {
    const key = environmentName(name);
    known.add(key);
    if (isSecret) known.add(`${key}_FILE`);
    const text = readSetting(env, key, isSecret, problems);
    if (text === null) {
      values[name] = fallback;
      continue;
    }
    const parsed = check.safeParse(text);
    if (parsed.success) values[name] = parsed.data;
    else problems.push(...parsed.error.issues.map((issue) => `${key}: ${issue.message}`));
  }
  for (const [key, value] of Object.entries(env)) {
    if (!key.startsWith('LEADWIRE_') || known.has(key)) continue;
    if (!isInjectedByKubernetes(key, value ?? '')) problems.push(`${key}: no such setting`);
  }
  const config = Object.freeze(values) as Config;
  if (problems.length === 0) problems.push(...contradictions(config));
  return problems.length === 0 ? { ok: true, config } : { ok: false, problems };
}

/** `httpPort` is LEADWIRE_HTTP_PORT. */
export function environmentName(name: string): string {
  return `LEADWIRE_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function readSetting(
  env: Environment,
  key: string,
  isSecret: boolean,
  problems: string[],
): string | null {
  const plain = env[key];
  const file = isSecret ? env[`${key}_FILE`] : undefined;
  if (file !== undefined && file !== '') {
    if (plain !== undefined) problems.push(`${key}: set either this or ${key}_FILE, not both`);
    try {
      return readFileSync(file, 'utf8').trim();
    } catch {
      problems.push(`${key}_FILE: the file cannot be read`);
      return null;
    }
  }
  if (plain === undefined || plain === '' || isInjectedByKubernetes(key, plain)) return null;
  return plain;
}

/** Kubernetes announces a Service named leadwire-* in names that look like settings of ours. */
function isInjectedByKubernetes(key: string, value: string): boolean {
  return (
    /_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)$/.test(key) ||
    /_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(key) ||
    (key.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value))
  );
}

function contradictions(config: Config): string[] {
  const problems: string[] = [];
  if (config.role !== 'all' && config.databaseUrl === null) {
    problems.push(
      'LEADWIRE_ROLE: gateway and worker are separate processes and need LEADWIRE_DATABASE_URL; the embedded ledger serves one process',
    );
  }
  if ((config.mllpTlsCertFile === null) !== (config.mllpTlsKeyFile === null)) {
    problems.push('LEADWIRE_MLLP_TLS_CERT_FILE and LEADWIRE_MLLP_TLS_KEY_FILE belong together');
  }
  if (config.mllpTlsCaFile !== null && config.mllpTlsCertFile === null) {
    problems.push('LEADWIRE_MLLP_TLS_CA_FILE needs LEADWIRE_MLLP_TLS_CERT_FILE');
  }
  if (config.retrySecondsFirst > config.retrySecondsMax) {
    problems.push('LEADWIRE_RETRY_SECONDS_FIRST is longer than LEADWIRE_RETRY_SECONDS_MAX');
  }
  return problems;
}

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

/** Bound to one of these, a port is for trying out on one machine and needs no credential. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
