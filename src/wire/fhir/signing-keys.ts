import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { fail } from '../../core/failure.js';
import { asList, asRecord, asText } from './resource.js';

/** One of our private keys, and what the world may know of it. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: 'RS384' | 'ES384';
  readonly privateKey: KeyObject;
  readonly publicJwk: JWK;
}

/** A key and its successor, and some room. */
export const KEYS_MAX = 8;
export const KEY_FILE_BYTES_MAX = 65_536;
const RSA_BITS_MIN = 2_048;
const KEY_FILE = /\.(pem|key|json|jwk|jwks)$/;

/**
 * The keys in a file, or in the files of a folder by name: PEM, a JWK or a set of JWKs. All are
 * published; the first signs. Read anew each time, so that a key is exchanged without a restart.
 * Throws where one is not usable: half a rotation would show weeks later.
 */
export async function readSigningKeys(path: string): Promise<readonly SigningKey[]> {
  const keys = await Promise.all(filesAt(path).map(keysIn));
  const found = keys.flat();
  if (found.length === 0) throw unusable(path, 'there is no key');
  if (found.length > KEYS_MAX) throw unusable(path, `there are more than ${KEYS_MAX} keys`);
  if (new Set(found.map(({ kid }) => kid)).size < found.length) {
    throw unusable(path, 'two keys have the same kid');
  }
  return found;
}

/** As `/.well-known/jwks.json` shows them: nothing private is in here. */
export function publicKeySet(keys: readonly SigningKey[]): { readonly keys: readonly JWK[] } {
  return { keys: keys.map(({ publicJwk }) => publicJwk) };
}

function filesAt(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path)
      .filter((name) => KEY_FILE.test(name) && !name.startsWith('.'))
      .sort()
      .map((name) => join(path, name));
  } catch {
    throw unusable(path, 'it cannot be read');
  }
}

async function keysIn(path: string): Promise<SigningKey[]> {
  let text: string;
  try {
    if (statSync(path).size > KEY_FILE_BYTES_MAX) throw new RangeError('too large');
    text = readFileSync(path, 'utf8');
  } catch {
    throw unusable(path, 'it cannot be read');
  }
  try {
    const jwks = text.trimStart().startsWith('{') ? jwksIn(text) : null;
    const keys = jwks
      ? jwks.map((jwk) => ({ key: createPrivateKey({ key: jwk, format: 'jwk' }), kid: jwk.kid }))
      : [{ key: createPrivateKey(text), kid: undefined }];
    return await Promise.all(keys.map(({ key, kid }) => toSigningKey(key, asText(kid))));
  } catch (error) {
    throw unusable(path, error instanceof RangeError ? error.message : 'it holds no private key');
  }
}

function jwksIn(text: string): (JsonWebKey & { kid?: unknown })[] {
  const parsed = asRecord(JSON.parse(text));
  const listed = parsed && 'keys' in parsed ? asList(parsed['keys']) : [parsed];
  return listed.map((one) => ({ ...asRecord(one) }));
}

async function toSigningKey(privateKey: KeyObject, kid: string | null): Promise<SigningKey> {
  const alg = algorithmOf(privateKey);
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' }) as JWK;
  const named = kid ?? (await calculateJwkThumbprint(jwk));
  const publicJwk = { ...jwk, kid: named, alg, use: 'sig', key_ops: ['verify'] };
  return Object.freeze({ kid: named, alg, privateKey, publicJwk: Object.freeze(publicJwk) });
}

function algorithmOf(key: KeyObject): SigningKey['alg'] {
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa' && modulusLength >= RSA_BITS_MIN) return 'RS384';
  if (key.asymmetricKeyType === 'ec' && namedCurve === 'secp384r1') return 'ES384';
  throw new RangeError('a key is RSA of 2048 bits or more, or EC on curve P-384');
}

function unusable(path: string, why: string): Error {
  return fail('destination-unauthorised', `signing keys (${basename(path)}): ${why}`);
}
