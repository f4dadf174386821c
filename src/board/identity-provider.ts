import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type Configuration,
} from 'openid-client';

/** The hospital's identity provider, spoken to by OpenID Connect: authorisation code with PKCE. */
export interface IdentityProvider {
  /** Where to send the browser, and what to remember until it comes back. */
  begin(): Promise<LoginBegun>;
  /** Who came back. Throws where anything does not fit: state, nonce, audience, issuer, signature. */
  finish(returned: URL, begun: Omit<LoginBegun, 'url'>): Promise<Person>;
}

export interface LoginBegun {
  readonly url: URL;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

export interface Person {
  readonly subject: string;
  readonly name: string;
  readonly groups: readonly string[];
}

export interface IdentityProviderOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly redirectUrl: string;
  readonly scopes: string;
  /** Where the groups stand among the claims: names joined by dots. */
  readonly rolesClaim: string;
  readonly requestMsMax: number;
  readonly now: () => number;
}

/** What the provider says of itself is asked for again after this. */
const DISCOVERED_MS_MAX = 24 * 3_600_000;
const GROUPS_MAX = 500;

export function createIdentityProvider(options: IdentityProviderOptions): IdentityProvider {
  let known: { readonly atMs: number; readonly configuration: Promise<Configuration> } | null =
    null;
  const configured = async (): Promise<Configuration> => {
    if (known === null || options.now() - known.atMs > DISCOVERED_MS_MAX) {
      known = { atMs: options.now(), configuration: discover(options) };
      // A provider that was away is asked again by the next who comes.
      known.configuration.catch(() => {
        known = null;
      });
    }
    return known.configuration;
  };
  return {
    async begin() {
      const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
      const url = buildAuthorizationUrl(await configured(), {
        redirect_uri: options.redirectUrl,
        scope: options.scopes,
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return { url, state, nonce, verifier };
    },
    async finish(returned, { state, nonce, verifier }) {
      const configuration = await configured();
      const tokens = await authorizationCodeGrant(configuration, returned, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw new Error('the provider gave no ID token');
      let told: Readonly<Record<string, unknown>> = claims;
      if (claimAt(claims, options.rolesClaim) === undefined && hasUserInfo(configuration)) {
        const info = await fetchUserInfo(configuration, tokens.access_token, claims.sub);
        told = { ...info, ...claims };
      }
      return toPerson(claims.sub, told, options.rolesClaim);
    },
  };
}

async function discover(options: IdentityProviderOptions): Promise<Configuration> {
  const issuer = new URL(options.issuer);
  const { clientSecret } = options;
  const configuration = await discovery(
    issuer,
    options.clientId,
    {},
    clientSecret === null ? None() : ClientSecretBasic(clientSecret),
    {
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- its only sign that plain HTTP is meant
      execute: issuer.protocol === 'http:' ? [allowInsecureRequests] : [],
      timeout: options.requestMsMax / 1000,
    },
  );
  // The signature too, and not only the channel by which the token came.
  enableNonRepudiationChecks(configuration);
  return configuration;
}

function hasUserInfo(configuration: Configuration): boolean {
  return configuration.serverMetadata().userinfo_endpoint !== undefined;
}

function toPerson(
  subject: string,
  claims: Readonly<Record<string, unknown>>,
  rolesClaim: string,
): Person {
  const name = [claims['name'], claims['preferred_username'], claims['email']].find(
    (one): one is string => typeof one === 'string' && one !== '',
  );
  return { subject, name: name ?? subject, groups: groupsIn(claimAt(claims, rolesClaim)) };
}

/** A claim by its whole name (some hold dots or are addresses), else step by step. */
export function claimAt(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let at: unknown = claims;
  for (const step of name.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[step];
  }
  return at;
}

/** A list, or one text with names between spaces. */
export function groupsIn(claim: unknown): readonly string[] {
  if (typeof claim === 'string')
    return claim
      .split(/\s+/)
      .filter((one) => one !== '')
      .slice(0, GROUPS_MAX);
  if (!Array.isArray(claim)) return [];
  return claim.filter((one): one is string => typeof one === 'string').slice(0, GROUPS_MAX);
}
