import { readFileSync } from 'node:fs';
import { BOARD } from './settings/board.js';
import { CDS_HOOKS } from './settings/cds-hooks.js';
import { DOORS } from './settings/doors.js';
import { EHR } from './settings/ehr.js';
import { accessContradictions, EHR_ACCESS } from './settings/ehr-access.js';
import { EHR_FEED, feedContradictions } from './settings/ehr-feed.js';
import type { Setting } from './settings/kinds.js';
import { ROUTES } from './settings/routes.js';
import { WORK } from './settings/work.js';

/**
 * The only reader of the environment. Every setting is one entry of `src/settings/`: its check, its
 * default and what it is for; `docs/configuration.md` is generated from the same entries.
 */
export const SETTINGS = {
  ...WORK,
  ...DOORS,
  ...CDS_HOOKS,
  ...EHR,
  ...EHR_ACCESS,
  ...EHR_FEED,
  ...ROUTES,
  ...BOARD,
} as const;

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
  problems.push(...boardContradictions(config));
  if (config.webhookUrl !== null) {
    if (config.webhookSecretFile === null) {
      problems.push('LEADWIRE_WEBHOOK_URL needs LEADWIRE_WEBHOOK_SECRET_FILE');
    }
    const { webhookUrl, webhookHosts } = config;
    if (!URL.canParse(webhookUrl) || !webhookHosts.includes(new URL(webhookUrl).hostname)) {
      problems.push('LEADWIRE_WEBHOOK_URL: its host is not in LEADWIRE_WEBHOOK_HOSTS');
    }
  }
  if (config.retrySecondsFirst > config.retrySecondsMax) {
    problems.push('LEADWIRE_RETRY_SECONDS_FIRST is longer than LEADWIRE_RETRY_SECONDS_MAX');
  }
  problems.push(...accessContradictions(config), ...feedContradictions(config));
  return problems;
}

/** A login comes back to an address of ours, and no secret travels in the clear. */
function boardContradictions({ boardOidcIssuer, publicUrl }: Config): string[] {
  if (boardOidcIssuer === null) return [];
  if (publicUrl === null) return ['LEADWIRE_BOARD_OIDC_ISSUER needs LEADWIRE_PUBLIC_URL'];
  const inTheClear = [
    ['LEADWIRE_BOARD_OIDC_ISSUER', boardOidcIssuer],
    ['LEADWIRE_PUBLIC_URL', publicUrl],
  ].filter(([, url]) => url?.startsWith('http://') && !isLoopback(hostIn(url)));
  return inTheClear.map(([key]) => `${key}: must start with https:// unless it is loopback`);
}

function hostIn(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : '';
}

/** Bound to one of these, a port is for trying out on one machine and needs no credential. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
