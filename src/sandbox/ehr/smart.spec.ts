import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { startSandboxEhr, type SandboxEhr } from './server.js';

type Key = { readonly kid: string; readonly alg: string; readonly key: CryptoKey; jwk: JWK };

async function keyOf(kid: string, alg: string): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, key: privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg } };
}

const CLIENT = 'leadwire-test';
const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
let jti = 0;
let keys: readonly Key[];
let ehr: SandboxEhr;

interface Claims {
  readonly exp?: number;
  readonly jti?: string;
  readonly aud?: string;
  readonly sub?: string;
}

const assertion = ({ kid, alg, key }: Key, claims: Claims = {}): Promise<string> => {
  jti += 1;
  const seconds = Math.floor(Date.now() / 1000);
  return new SignJWT({ jti: claims.jti ?? `j${jti}` })
    .setProtectedHeader({ alg, kid, typ: 'JWT' })
    .setIssuer(CLIENT)
    .setSubject(claims.sub ?? CLIENT)
    .setAudience(claims.aud ?? ehr.tokenUrl)
    .setExpirationTime(claims.exp ?? seconds + 240)
    .sign(key);
};
const ask = async (signed: string, scope = 'system/*.cruds') => {
  const answer = await fetch(ehr.tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: TYPE,
      client_assertion: signed,
      scope,
    }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
};
const read = async (token: string, path = 'Patient'): Promise<number> =>
  (await fetch(`${ehr.url}/${path}`, { headers: { authorization: `Bearer ${token}` } })).status;

beforeAll(async () => {
  keys = [await keyOf('es', 'ES384'), await keyOf('rs', 'RS384')];
}, 30_000);
beforeEach(async () => {
  ehr = await startSandboxEhr({
    clients: [{ clientId: CLIENT, keys: { keys: keys.map(({ jwk }) => jwk) } }],
    tokenSeconds: 1,
  });
});
afterEach(() => ehr.close());

const at = (i: number): Key => {
  const key = keys[i];
  if (!key) throw new RangeError('no such key');
  return key;
};

describe('SMART Backend Services', () => {
  test('tells where tokens are to be had, and lets nobody in without', async () => {
    const found = await fetch(`${ehr.url}/.well-known/smart-configuration`);
    expect(await found.json()).toMatchObject({ token_endpoint: ehr.tokenUrl });
    const refused = await fetch(`${ehr.url}/Patient`);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });

  test.each([0, 1])('gives a token for an assertion by key %i, for a short time', async (i) => {
    const { status, body } = await ask(await assertion(at(i)));
    expect([status, body['token_type'], body['expires_in']]).toEqual([200, 'bearer', 1]);
    expect(await read(body['access_token'] ?? '')).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(await read(body['access_token'] ?? '')).toBe(401);
  });

  test('refuses what the profile forbids, and says what it is', async () => {
    const seconds = Math.floor(Date.now() / 1000);
    const wrong: readonly (readonly [Claims, string])[] = [
      [{ aud: 'http://elsewhere.example' }, 'the claim aud is wrong'],
      [{ sub: 'somebody else' }, 'the claim sub is wrong'],
      [{ exp: seconds + 900 }, 'exp may lie at most 300 s ahead'],
      [{ exp: seconds - 60 }, 'the assertion is over'],
      [{ jti: '' }, 'jti is empty or too long'],
    ];
    for (const [claims, told] of wrong) {
      const { status, body } = await ask(await assertion(at(0), claims));
      expect([status, body['error'], body['error_description']]).toEqual([
        400,
        'invalid_client',
        told,
      ]);
    }
    const stranger = await keyOf('es', 'ES384');
    expect((await ask(await assertion(stranger))).status).toBe(400);
    const weak = await keyOf('es', 'ES256');
    expect((await ask(await assertion(weak))).status).toBe(400);
    expect((await ask('no assertion')).status).toBe(400);
  });

  test('takes an assertion once', async () => {
    const signed = await assertion(at(0));
    expect((await ask(signed)).status).toBe(200);
    const again = await ask(signed);
    expect(again.body['error_description']).toBe('this jti was used before');
  });

  test('lets a token do no more than was asked for, and asks for no more than registered', async () => {
    const { body } = await ask(await assertion(at(0)), 'system/Observation.rs');
    const token = body['access_token'] ?? '';
    expect(await read(token, 'Observation')).toBe(200);
    expect(await read(token, 'Patient')).toBe(403);
    const { jwk } = at(0);
    ehr.register({ clientId: CLIENT, keys: { keys: [jwk] }, scope: 'system/Observation.rs' });
    expect((await ask(await assertion(at(0)), 'system/Patient.rs')).body['error']).toBe(
      'invalid_scope',
    );
  });

  test('finds new keys at the address that a client registered', async () => {
    let published = [at(0).jwk];
    const site: Server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ keys: published }));
    });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    try {
      const jwksUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}/keys`;
      const address = ehr.url.replace('/fhir', `/sandbox/clients/${CLIENT}`);
      const set = await fetch(address, { method: 'PUT', body: JSON.stringify({ jwksUrl }) });
      expect(set.status).toBe(204);
      expect((await ask(await assertion(at(0)))).status).toBe(200);
      const next = await keyOf('next', 'ES384');
      expect((await ask(await assertion(next))).status).toBe(400);
      published = [at(0).jwk, next.jwk];
      expect((await ask(await assertion(next))).status).toBe(200);
    } finally {
      site.closeAllConnections();
      site.close();
    }
  });
});
