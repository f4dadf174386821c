import { createHash, randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';

export const SESSION_COOKIE = 'leadwire-session';
export const LOGIN_COOKIE = 'leadwire-login';

const SECRET_BYTES = 32;
/** A header longer than this is not searched: ours are short and stand among few. */
const HEADER_CHARACTERS_MAX = 8_192;

/** A secret for a browser to hold. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** What is kept of it. The secret is long and random: a plain digest cannot be searched through. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

export function readCookie(request: Request, name: string): string | null {
  const header = request.get('cookie') ?? '';
  if (header.length > HEADER_CHARACTERS_MAX) return null;
  for (const part of header.split(';')) {
    const [key, value] = part.trim().split('=');
    if (key === name && value !== undefined && /^[\w-]{43}$/.test(value)) return value;
  }
  return null;
}

/** Lax, because the identity provider sends the browser back by a link. */
export function setCookie(
  response: Response,
  name: string,
  secret: string,
  options: { readonly isSecure: boolean; readonly maxAgeMs: number },
): void {
  response.cookie(name, secret, {
    ...ATTRIBUTES,
    secure: options.isSecure,
    maxAge: options.maxAgeMs,
  });
}

export function clearCookie(response: Response, name: string): void {
  response.clearCookie(name, ATTRIBUTES);
}

const ATTRIBUTES = { path: '/board', httpOnly: true, sameSite: 'lax' } as const;
