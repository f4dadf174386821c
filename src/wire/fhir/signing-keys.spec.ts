import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { JSONWebKeySet } from 'jose';
import { failureOf } from '../../core/failure.js';
import { publicKeySet, readSigningKeys } from './signing-keys.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leadwire-keys-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const pem = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }).toString();
const ec = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
const rsa = (bits = 2048): KeyObject =>
  generateKeyPairSync('rsa', { modulusLength: bits }).privateKey;
const write = (name: string, text: string): void => {
  writeFileSync(join(folder, name), text);
};
const published = async (): Promise<JSONWebKeySet> =>
  publicKeySet(await readSigningKeys(folder)) as JSONWebKeySet;

describe('keys', () => {
  test.each([
    ['an RSA key that is too short', () => pem(rsa(1024))],
    [
      'a key on another curve',
      () => pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
    ],
    ['a public key', () => JSON.stringify({ kty: 'EC', crv: 'P-384', x: 'AA', y: 'AA' })],
    ['no key', () => 'hello'],
  ])('that are %s are refused, and nothing of them is told', async (_what, text) => {
    write('a.pem', text());
    const why = await readSigningKeys(folder).catch((error: unknown) => failureOf(error));
    expect(why).toMatchObject({ code: 'destination-unauthorised' });
    expect(JSON.stringify(why)).not.toContain('BEGIN');
  });

  test('are published without their private parts', async () => {
    write('a.pem', pem(ec()));
    write('b.pem', pem(rsa()));
    const { keys } = await published();
    expect(keys.map(({ alg }) => alg)).toEqual(['ES384', 'RS384']);
    for (const key of keys)
      for (const part of ['d', 'p', 'q', 'dp']) expect(key).not.toHaveProperty(part);
  });
});
