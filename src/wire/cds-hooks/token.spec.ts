import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey } from 'jose';
import { createTokenCheck, TOKEN_LIFE_SECONDS_MAX, type TokenCheck } from './token.js';

const NOW_MS = Date.UTC(2026, 0, 31, 12);
const NOW = NOW_MS / 1000;
const ISSUER = 'https://ehr.example';
const AUDIENCE = 'https://leadwire.example';
const PATH = '/cds-services/leadwire-patient-view';

describe('the token of a CDS Hooks call', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leadwire-keys-'));
  const keyFile = join(folder, 'keys.json');
  let ours: CryptoKey;
  let rsa: CryptoKey;
  let strangers: CryptoKey;
  let check: TokenCheck;
  let serial = 0;

  beforeAll(async () => {
    const ec = await generateKeyPair('ES384');
    const two = await generateKeyPair('RS384');
    strangers = (await generateKeyPair('ES384')).privateKey;
    ours = ec.privateKey;
    rsa = two.privateKey;
    const keys = [
      { ...(await exportJWK(ec.publicKey)), kid: 'ec', alg: 'ES384' },
      { ...(await exportJWK(two.publicKey)), kid: 'rsa', alg: 'RS384' },
    ];
    writeFileSync(keyFile, JSON.stringify({ keys }));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(() => {
    const used = new Set<string>();
    check = createTokenCheck({
      clients: [{ issuer: ISSUER, keys: keyFile }],
      audience: AUDIENCE,
      admit: (key) => Promise.resolve(!used.has(key) && Boolean(used.add(key))),
      now: () => NOW_MS,
    });
  });

  const claims = (more: Record<string, unknown> = {}) => ({
    iss: ISSUER,
    aud: `${AUDIENCE}${PATH}`,
    iat: NOW - 5,
    exp: NOW + 60,
    jti: `call-${(serial += 1)}`,
    ...more,
  });

  const signed = (
    more: Record<string, unknown> = {},
    key: CryptoKey = ours,
    header: { alg: string; kid?: string; jku?: string } = { alg: 'ES384', kid: 'ec' },
  ): Promise<string> => new SignJWT(claims(more)).setProtectedHeader(header).sign(key);

  const said = async (token: string, path = PATH) => {
    const verdict = await check(`Bearer ${token}`, path);
    return verdict.ok ? verdict.issuer : verdict.why;
  };

  test('is taken once, by either algorithm, for the call or for the whole service', async () => {
    const token = await signed();
    await expect(said(token)).resolves.toBe(ISSUER);
    await expect(said(token)).resolves.toBe('the token was used before');
    await expect(said(await signed({}, rsa, { alg: 'RS384', kid: 'rsa' }))).resolves.toBe(ISSUER);
    await expect(said(await signed({ aud: AUDIENCE }))).resolves.toBe(ISSUER);
    const named = await signed({}, ours, { alg: 'ES384', kid: 'ec', jku: keyFile });
    await expect(said(named)).resolves.toBe(ISSUER);
  });

  test.each([
    [
      'another service',
      { aud: `${AUDIENCE}/cds-services/other` },
      'the token is for somebody else',
    ],
    ['nobody', { aud: undefined }, 'the token is for somebody else'],
    ['an hour ago', { iat: NOW - 3_700, exp: NOW - 3_600 }, 'the token has expired'],
    ['too long a time', { exp: NOW - 5 + TOKEN_LIFE_SECONDS_MAX + 1 }, 'the token lives too long'],
    ['tomorrow', { iat: NOW + 86_400, exp: NOW + 86_460 }, 'the token is from the future'],
    ['ever', { exp: undefined }, 'a claim of it does not hold'],
    ['no call in particular', { jti: undefined }, 'a claim of it does not hold'],
    ['no call at all', { jti: '' }, 'the token has no id'],
    ['a stranger', { iss: 'https://stranger.example' }, 'the issuer of the token is not listed'],
  ])('that is for %s is refused', async (_, more, why) => {
    await expect(said(await signed(more))).resolves.toBe(why);
  });

  test('that nobody signed, or somebody else, is refused', async () => {
    const unsigned = new UnsecuredJWT(claims()).encode();
    await expect(said(unsigned)).resolves.toBe('the call carries no signed token');
    const [head, body] = unsigned.split('.');
    await expect(said(`${head ?? ''}.${body ?? ''}.AAAA`)).resolves.toBe(
      'the signature does not hold',
    );
    await expect(said(await signed({}, strangers))).resolves.toBe('the signature does not hold');
    const elsewhere = { alg: 'ES384', kid: 'ec', jku: 'https://stranger.example/keys' };
    await expect(said(await signed({}, ours, elsewhere))).resolves.toBe(
      'the key set it names is not listed',
    );
    const altered = (await signed()).replace(/\.([^.]+)\./, (_, claim: string) => {
      const text = Buffer.from(claim, 'base64url').toString().replace('call-', 'fall-');
      return `.${Buffer.from(text).toString('base64url')}.`;
    });
    await expect(said(altered)).resolves.toBe('the signature does not hold');
  });

  test.each(['', 'Basic YTpi', 'Bearer', 'Bearer a.b', `Bearer ${'a'.repeat(9_000)}.b.c`])(
    'that is none (%#) is refused',
    async (authorization) => {
      await expect(check(authorization, PATH)).resolves.toMatchObject({ ok: false });
    },
  );
});
