import { randomBytes } from 'node:crypto';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { Problem } from './problem.js';
import { parseScope, within, type Scope } from './scopes.js';

/** A back end that may ask for tokens: its public keys by value, or where it publishes them. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly keys: JSONWebKeySet | URL;
  /** Separated by spaces; unset lets it do everything. */
  readonly scope?: string;
}

export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const ALGORITHMS = ['RS384', 'ES384'];
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const ASSERTION_SECONDS_MAX = 300;
const CLOCK_SECONDS = 5;
const KEYS_FETCH_MS_MAX = 5_000;
const TOKENS_MAX = 10_000;
const JTI_CHARS_MAX = 256;
export const TOKEN_SECONDS = 300;

interface Client {
  readonly keys: JWTVerifyGetKey;
  readonly scopes: readonly Scope[];
}

interface Issued {
  readonly scopes: readonly Scope[];
  readonly untilMs: number;
}

/** The authorization server of SMART Backend Services, as far as a back end meets it. */
export class SmartServer {
  readonly #clients = new Map<string, Client>();
  readonly #issued = new Map<string, Issued>();
  /** Assertions that were used, until they would have run out anyway. */
  readonly #used = new Map<string, number>();

  constructor(private readonly tokenSeconds: number) {}

  get isInUse(): boolean {
    return this.#clients.size > 0;
  }

  register({ clientId, keys, scope = 'system/*.cruds' }: RegisteredClient): void {
    const scopes = scope.split(' ').map(parseScope);
    if (!scopes.every((one) => one !== null)) {
      throw new Problem(400, 'value', 'a scope reads system/Type.cruds');
    }
    const found =
      keys instanceof URL
        ? createRemoteJWKSet(keys, { timeoutDuration: KEYS_FETCH_MS_MAX, cooldownDuration: 0 })
        : createLocalJWKSet(keys);
    this.#clients.set(clientId, { keys: found, scopes });
  }

  /** What this token lets do; null where it is none of ours or is over. */
  scopesOf(token: string): readonly Scope[] | null {
    const issued = this.#issued.get(token);
    if (!issued || issued.untilMs <= Date.now()) return null;
    return issued.scopes;
  }

  /** Every token is over at once, as after a restart of the authorization server. */
  revokeAll(): void {
    this.#issued.clear();
  }

  async grant(form: URLSearchParams, tokenUrl: string): Promise<TokenAnswer> {
    if (form.get('grant_type') !== 'client_credentials') {
      return refused(400, 'unsupported_grant_type', 'grant_type must be client_credentials');
    }
    if (form.get('client_assertion_type') !== ASSERTION_TYPE) {
      return refused(400, 'invalid_request', `client_assertion_type must be ${ASSERTION_TYPE}`);
    }
    const client = await this.#clientOf(form.get('client_assertion') ?? '', tokenUrl);
    if (typeof client === 'string') return refused(400, 'invalid_client', client);
    const asked = (form.get('scope') ?? '').split(' ').filter((one) => one !== '');
    const granted = asked.flatMap((text) => {
      const scope = parseScope(text);
      return scope && within(scope, client.scopes) ? [{ text, scope }] : [];
    });
    if (granted.length === 0) {
      return refused(400, 'invalid_scope', 'none of the scopes asked for is registered');
    }
    const token = this.#issue(granted.map(({ scope }) => scope));
    const body = {
      access_token: token,
      token_type: 'bearer',
      expires_in: this.tokenSeconds,
      scope: granted.map(({ text }) => text).join(' '),
    };
    return { status: 200, body };
  }

  /** The client whose key signed the assertion, or what is wrong with it. */
  async #clientOf(assertion: string, tokenUrl: string): Promise<Client | string> {
    try {
      const clientId = decodeJwt(assertion).iss ?? '';
      const client = this.#clients.get(clientId);
      if (!client) return 'no client is registered under iss';
      if (decodeProtectedHeader(assertion).kid === undefined) return 'the header names no kid';
      const { payload } = await jwtVerify(assertion, client.keys, {
        algorithms: ALGORITHMS,
        issuer: clientId,
        subject: clientId,
        audience: tokenUrl,
        requiredClaims: ['exp', 'jti'],
        clockTolerance: CLOCK_SECONDS,
      });
      return this.#useOnce(clientId, payload.jti ?? '', payload.exp ?? 0) ?? client;
    } catch (error) {
      if (error instanceof errors.JOSEError) return wordsFor(error);
      return 'the keys of the client cannot be had';
    }
  }

  #useOnce(clientId: string, jti: string, exp: number): string | null {
    const nowSeconds = Date.now() / 1000;
    if (exp > nowSeconds + ASSERTION_SECONDS_MAX + CLOCK_SECONDS) {
      return `exp may lie at most ${ASSERTION_SECONDS_MAX} s ahead`;
    }
    if (jti === '' || jti.length > JTI_CHARS_MAX) return 'jti is empty or too long';
    for (const [key, until] of this.#used) if (until < nowSeconds) this.#used.delete(key);
    const key = `${clientId} ${jti}`;
    if (this.#used.has(key)) return 'this jti was used before';
    this.#used.set(key, exp + CLOCK_SECONDS);
    return null;
  }

  #issue(scopes: readonly Scope[]): string {
    const nowMs = Date.now();
    for (const [token, { untilMs }] of this.#issued) {
      if (untilMs > nowMs && this.#issued.size < TOKENS_MAX) break;
      this.#issued.delete(token);
    }
    const token = randomBytes(24).toString('base64url');
    this.#issued.set(token, { scopes, untilMs: nowMs + this.tokenSeconds * 1000 });
    return token;
  }
}

function refused(status: number, error: string, told: string): TokenAnswer {
  return { status, body: { error, error_description: told } };
}

function wordsFor(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'the assertion is over';
  if (error instanceof errors.JWTClaimValidationFailed) return `the claim ${error.claim} is wrong`;
  if (error instanceof errors.JOSEAlgNotAllowed) return `alg must be ${ALGORITHMS.join(' or ')}`;
  if (error instanceof errors.JWKSNoMatchingKey) return 'no key of the client has this kid and alg';
  if (error instanceof errors.JWKSTimeout) return 'the keys of the client cannot be had';
  return 'the assertion is not signed by a key of the client';
}

/** What a client reads to find its way. */
export function smartConfiguration(tokenUrl: string): Readonly<Record<string, unknown>> {
  return {
    token_endpoint: tokenUrl,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
    scopes_supported: ['system/*.cruds'],
    capabilities: ['client-confidential-asymmetric', 'permission-v2'],
  };
}
