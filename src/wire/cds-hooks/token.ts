import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { fail, failureOf } from '../../core/failure.js';

/** A CDS client that the site trusts: who it says it is, and where its keys are. */
export interface CdsClient {
  readonly issuer: string;
  /** An https address, or a file of the site. */
  readonly keys: string;
}

export interface TokenCheckOptions {
  readonly clients: readonly CdsClient[];
  /** Our own address, as clients write it into `aud`, without a slash at the end. */
  readonly audience: string;
  /** False when this token was used before; it is remembered until it has expired. */
  readonly admit: (tokenKey: string, untilMs: number) => Promise<boolean>;
  readonly now: () => number;
}

export type TokenVerdict =
  | { readonly ok: true; readonly issuer: string }
  /** `why` is one of a few fixed sentences: nothing that a stranger wrote reaches a log. */
  | { readonly ok: false; readonly why: string };

export type TokenCheck = (authorization: string | undefined, path: string) => Promise<TokenVerdict>;

const ALGORITHMS = ['ES384', 'RS384'];
const CLOCK_SKEW_SECONDS = 60;
/** A token is for one call: one that lives longer could be used long after it leaked. */
export const TOKEN_LIFE_SECONDS_MAX = 300;
const TOKEN_CHARS_MAX = 8_192;
const KEYS_TIMEOUT_MS = 5_000;
const KEYS_COOLDOWN_MS = 30_000;
const KEYS_LIFE_MS = 600_000;

/** The JSON web token that a CDS client sends with each call, as CDS Hooks 2.0 wants it checked. */
export function createTokenCheck(options: TokenCheckOptions): TokenCheck {
  const known = new Map(
    options.clients.map((client) => [client.issuer, { client, keys: keysOf(client) }]),
  );
  return async (authorization, path) => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(authorization ?? '')?.[1];
    if (token === undefined || token.length > TOKEN_CHARS_MAX) {
      return no('the call carries no signed token');
    }
    const issuer = issuerIn(token);
    const trusted = issuer === null ? undefined : known.get(issuer);
    if (!trusted) return no('the issuer of the token is not listed');
    if (!isKeyPlaceListed(token, trusted.client)) return no('the key set it names is not listed');
    return verify(token, path, trusted, options);
  };
}

async function verify(
  token: string,
  path: string,
  { client, keys }: { readonly client: CdsClient; readonly keys: JWTVerifyGetKey },
  { audience, admit, now }: TokenCheckOptions,
): Promise<TokenVerdict> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ALGORITHMS,
      issuer: client.issuer,
      audience: [audience, `${audience}${path}`],
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: new Date(now()),
      requiredClaims: ['exp', 'iat', 'jti'],
    });
    const { exp = 0, iat = 0, jti } = payload;
    if (exp - iat > TOKEN_LIFE_SECONDS_MAX) return no('the token lives too long');
    if (iat * 1000 > now() + CLOCK_SKEW_SECONDS * 1000) return no('the token is from the future');
    if (typeof jti !== 'string' || jti === '') return no('the token has no id');
    const untilMs = (exp + CLOCK_SKEW_SECONDS) * 1000;
    const isFirst = await admit(keyOf(client.issuer, jti), untilMs);
    return isFirst ? { ok: true, issuer: client.issuer } : no('the token was used before');
  } catch (error) {
    if (isUnreachable(error)) {
      throw fail('destination-away', 'the keys of the CDS client cannot be had', { cause: error });
    }
    if (!(error instanceof errors.JOSEError)) throw error;
    return no(reasonOf(error));
  }
}

function no(why: string): TokenVerdict {
  return { ok: false, why };
}

function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.claim === 'aud' ? 'the token is for somebody else' : 'a claim of it does not hold';
  }
  return 'the signature does not hold';
}

/** Their server is away, which says nothing about the token. */
function isUnreachable(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout) return true;
  if (error instanceof errors.JOSEError) return error.constructor === errors.JOSEError;
  return error instanceof TypeError && failureOf(error).code === 'unexpected';
}

function keysOf({ keys }: CdsClient): JWTVerifyGetKey {
  if (keys.startsWith('https://')) {
    return createRemoteJWKSet(new URL(keys), {
      timeoutDuration: KEYS_TIMEOUT_MS,
      cooldownDuration: KEYS_COOLDOWN_MS,
      cacheMaxAge: KEYS_LIFE_MS,
    });
  }
  return createLocalJWKSet(JSON.parse(readFileSync(keys, 'utf8')) as JSONWebKeySet);
}

/** Read before it is checked, only to find whose key should check it. */
function issuerIn(token: string): string | null {
  try {
    const claims: unknown = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'),
    );
    const issuer = (claims as { iss?: unknown } | null)?.iss;
    return typeof issuer === 'string' ? issuer : null;
  } catch {
    return null;
  }
}

/** A `jku` may only repeat what the site has listed: keys are never fetched from where a token says. */
function isKeyPlaceListed(token: string, client: CdsClient): boolean {
  try {
    const { jku } = decodeProtectedHeader(token);
    return jku === undefined || jku === client.keys;
  } catch {
    return false;
  }
}

function keyOf(issuer: string, jti: string): string {
  return createHash('sha256')
    .update(JSON.stringify([issuer, jti]))
    .digest('hex');
}
