import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { fail, failure, FailureError, failureOf, type Failure } from '../../core/failure.js';
import type { Log } from '../../core/log.js';
import type { Credentials } from './credentials.js';
import { faultOfAnswer, faultOfError } from './faults.js';
import { asRecord, asText } from './resource.js';
import type { SigningKey } from './signing-keys.js';
import { AnswerError, type Answer, type Transport } from './transport.js';

export interface SmartOptions {
  readonly clientId: string;
  /** Scopes asked for, separated by spaces. */
  readonly scope: string;
  readonly baseUrl: string;
  /** Null: as the server's own SMART configuration says. */
  readonly tokenUrl: string | null;
  /** Where else than at the FHIR server tokens may be had: `host` or `host:port`. */
  readonly allowedHosts: readonly string[];
  readonly keys: () => Promise<readonly SigningKey[]>;
  readonly transport: Pick<Transport, 'send'>;
  readonly requestMsMax: number;
  readonly log: Log;
  readonly now: () => number;
}

/** SMART allows five minutes; less leaves room for clocks. */
export const ASSERTION_SECONDS = 240;
/** A token is renewed this long before its end, or in the last fifth of a short life. */
export const RENEW_BEFORE_MS = 60_000;
const RENEW_SHARE = 0.2;
/** Where the answer does not say how long the token lasts. */
const TOKEN_SECONDS = 300;
const TOKEN_SECONDS_MAX = 86_400;
const TOKEN = /^[\x21-\x7e]{1,16384}$/;
/** After a refusal the next request waits so long at least: a storm must not reach the server. */
export const HOLD_MS = 1_000;
const HOLD_MS_MAX = 60_000;
/** A clock that differs by less explains no refusal. */
const SKEW_MS_MIN = 5_000;
const FOUND_MS_MAX = 3_600_000;

interface Held {
  readonly token: string;
  readonly renewAtMs: number;
  readonly untilMs: number;
}

/** Tokens by SMART Backend Services: asked for once by however many wait, and before they end. */
export function createSmartCredentials(options: SmartOptions): Credentials {
  return new SmartCredentials(options);
}

class SmartCredentials implements Credentials {
  readonly scheme = 'Bearer';
  #held: Held | null = null;
  #asking: Promise<string> | null = null;
  #failed: { readonly failure: Failure; readonly untilMs: number } | null = null;
  #found: { readonly url: string; readonly untilMs: number } | null = null;
  /** How far the server's clock is ahead of ours. */
  #skewMs = 0;
  /** Of the keys, the one the server took last. */
  #takenKid: string | null = null;

  constructor(private readonly options: SmartOptions) {}

  async token(): Promise<string> {
    const held = this.#held;
    const nowMs = this.options.now();
    if (held && nowMs < held.renewAtMs) return held.token;
    try {
      return await this.#askOnce();
    } catch (error) {
      // Renewed early: while the old one holds, a token endpoint that is away stops nothing.
      if (held && held === this.#held && nowMs < held.untilMs) return held.token;
      throw error;
    }
  }

  refused(token: string): boolean {
    if (this.#held?.token === token) this.#held = null;
    return true;
  }

  #askOnce(): Promise<string> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #ask(): Promise<string> {
    const { now, log } = this.options;
    if (this.#failed && now() < this.#failed.untilMs) throw new FailureError(this.#failed.failure);
    try {
      const held = this.#toHeld(await this.#grant());
      this.#held = held;
      this.#failed = null;
      log('tokenRenewed', { elapsedMs: held.untilMs - now() });
      return held.token;
    } catch (error) {
      const why = failureOf(error);
      const holdMs = Math.min(Math.max(why.retryAfterMs ?? 0, HOLD_MS), HOLD_MS_MAX);
      this.#failed = { failure: why, untilMs: now() + holdMs };
      this.#found = null;
      log('tokenRefused', { code: why.code, detail: why.detail });
      throw error;
    }
  }

  /** The first key, or the one taken last; where it is refused each other one, once. */
  async #grant(): Promise<Answer> {
    const url = await this.#tokenUrl();
    const keys = [...(await this.options.keys())];
    keys.sort((a, b) => Number(b.kid === this.#takenKid) - Number(a.kid === this.#takenKid));
    let refusal: unknown = null;
    for (const key of keys) {
      const skewMs = this.#skewMs;
      try {
        return await this.#take(url, key);
      } catch (error) {
        if (!isRefusal(error)) throw this.#fault(error);
        refusal = this.#fault(error);
      }
      // Its clock, told with the refusal, may be all that was wrong.
      if (Math.abs(this.#skewMs - skewMs) < SKEW_MS_MIN) continue;
      try {
        return await this.#take(url, key);
      } catch (error) {
        if (!isRefusal(error)) throw this.#fault(error);
      }
    }
    throw refusal instanceof Error ? refusal : fail('destination-unauthorised', 'there is no key');
  }

  async #take(url: string, key: SigningKey): Promise<Answer> {
    const answer = await this.#post(url, key);
    this.#takenKid = key.kid;
    return answer;
  }

  async #post(url: string, key: SigningKey): Promise<Answer> {
    const { clientId, scope, transport, requestMsMax } = this.options;
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      scope,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await this.#assertion(clientId, url, key),
    });
    try {
      return await transport.send({
        method: 'POST',
        url,
        headers: {
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: body.toString(),
        signal: AbortSignal.timeout(requestMsMax),
      });
    } catch (error) {
      if (error instanceof AnswerError && error.serverMs !== null) {
        this.#skewMs = error.serverMs - this.options.now();
      }
      throw error;
    }
  }

  #assertion(clientId: string, audience: string, key: SigningKey): Promise<string> {
    const nowSeconds = Math.floor((this.options.now() + this.#skewMs) / 1000);
    return new SignJWT({})
      .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT' })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(audience)
      .setJti(randomUUID())
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + ASSERTION_SECONDS)
      .sign(key.privateKey);
  }

  #toHeld({ body }: Answer): Held {
    const token = asText(body['access_token']) ?? '';
    const type = (asText(body['token_type']) ?? 'bearer').toLowerCase();
    if (!TOKEN.test(token) || type !== 'bearer') {
      throw fail('destination-unauthorised', 'the token endpoint answered without a bearer token');
    }
    const told = Number(body['expires_in'] ?? TOKEN_SECONDS);
    const seconds = told > 0 ? Math.min(told, TOKEN_SECONDS_MAX) : TOKEN_SECONDS;
    const lifeMs = seconds * 1000;
    const untilMs = this.options.now() + lifeMs;
    return {
      token,
      untilMs,
      renewAtMs: untilMs - Math.min(RENEW_BEFORE_MS, lifeMs * RENEW_SHARE),
    };
  }

  async #tokenUrl(): Promise<string> {
    const { tokenUrl, baseUrl, transport, requestMsMax, now } = this.options;
    if (tokenUrl !== null) return this.#allowed(tokenUrl);
    if (this.#found && now() < this.#found.untilMs) return this.#found.url;
    let told: string | null;
    try {
      const { body } = await transport.send({
        method: 'GET',
        url: `${baseUrl.replace(/\/+$/, '')}/.well-known/smart-configuration`,
        headers: { accept: 'application/json' },
        body: null,
        signal: AbortSignal.timeout(requestMsMax),
      });
      told = asText(body['token_endpoint']);
    } catch (error) {
      throw this.#fault(error);
    }
    const url = this.#allowed(told ?? '');
    this.#found = { url, untilMs: now() + FOUND_MS_MAX };
    return url;
  }

  /** What we sign is a key to the chart: it goes to the EHR, or to where the site says. */
  #allowed(address: string): string {
    const { baseUrl, allowedHosts } = this.options;
    if (!URL.canParse(address)) {
      throw fail('destination-unauthorised', 'the FHIR server names no token endpoint');
    }
    const [wanted, own] = [new URL(address), new URL(baseUrl)];
    const isKnown = wanted.host === own.host || allowedHosts.includes(wanted.host);
    const isPlain = wanted.protocol === 'http:' && own.protocol !== 'http:';
    if (!isKnown || isPlain || wanted.username !== '' || !/^https?:$/.test(wanted.protocol)) {
      const told = 'the token endpoint is on a host that is not allowed';
      throw fail('destination-unauthorised', told);
    }
    return address;
  }

  #fault(error: unknown): FailureError {
    if (error instanceof FailureError) return error;
    if (!(error instanceof AnswerError)) return new FailureError(faultOfError(error, 'read'));
    const { fault } = error;
    const why = faultOfAnswer(fault, 'read', this.options.now());
    if (why.code === 'destination-busy' || why.code === 'destination-away') {
      return new FailureError(why);
    }
    const word = /^[a-z_]{1,40}$/.exec(asText(asRecord(fault.body)?.['error']) ?? '')?.[0] ?? '';
    const told = `the token endpoint answered ${fault.status} ${word}`.trim();
    return new FailureError(failure('destination-unauthorised', told));
  }
}

/** The assertion itself was looked at and not taken; a scope is refused whoever signs. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof AnswerError) || ![400, 401].includes(error.fault.status)) return false;
  return asRecord(error.fault.body)?.['error'] !== 'invalid_scope';
}
