import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Who may call a machine route. With nothing configured a loopback port is open, for trying out;
 * any other port answers 401 until a credential is configured.
 */
export type BearerGuard = (authorization: string | undefined) => boolean;

export function createBearerGuard(token: string | null, loopback: boolean): BearerGuard {
  if (token === null) return () => loopback;
  const expected = digest(`Bearer ${token}`);
  return (authorization) => timingSafeEqual(digest(authorization ?? ''), expected);
}

/** Digests are of one length, so the comparison tells nothing, not even how long the secret is. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
