import { compactVerify, createLocalJWKSet, errors, FlattenedSign, importJWK } from 'jose';
import type { JSONWebKeySet, JWK } from 'jose';
import { z } from 'zod';

/** Signatures of people's keys; none of these can be had with a shared secret. */
export const SIGNATURE_ALGORITHMS = ['ES256', 'ES384', 'ES512', 'EdDSA', 'PS256', 'PS384', 'RS256'];

const KEYS_MAX = 100;
const jwk = z.looseObject({ kty: z.string(), kid: z.string().optional() });
const jwks = z.looseObject({ keys: z.array(jwk).min(1).max(KEYS_MAX) });

/** The keys that a site lists; throws in plain words where the text is none. */
export function parseKeySet(text: string): JSONWebKeySet {
  const read = jwks.parse(JSON.parse(text));
  if (read.keys.some((key) => 'd' in key || key.kty === 'oct')) {
    throw new RangeError(
      'the key list holds a private or shared key; it may hold public ones only',
    );
  }
  return read as JSONWebKeySet;
}

/**
 * A detached JWS (RFC 7515, appendix F) over the bytes of the policy: whoever changes a letter of
 * the file breaks it.
 */
export async function isSignedBy(
  bytes: Uint8Array,
  signature: string,
  keys: JSONWebKeySet,
): Promise<boolean> {
  const [header = '', middle, tail = '', ...more] = signature.trim().split('.');
  if (middle !== '' || more.length > 0) return false;
  const payload = Buffer.from(bytes).toString('base64url');
  try {
    await compactVerify(`${header}.${payload}.${tail}`, createLocalJWKSet(keys), {
      algorithms: SIGNATURE_ALGORITHMS,
    });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}

/** The detached JWS of a policy by a private key that names its algorithm. */
export async function signPolicy(bytes: Uint8Array, key: JWK): Promise<string> {
  const { alg, kid } = key;
  if (alg === undefined || !SIGNATURE_ALGORITHMS.includes(alg)) {
    throw new RangeError(
      `the key must name its algorithm, one of ${SIGNATURE_ALGORITHMS.join(', ')}`,
    );
  }
  const header = { alg, ...(kid === undefined ? {} : { kid }) };
  const signed = await new FlattenedSign(bytes)
    .setProtectedHeader(header)
    .sign(await importJWK(key, alg));
  return `${signed.protected ?? ''}..${signed.signature}\n`;
}
