import { fileURLToPath } from 'node:url';
import { z } from 'zod';

export const port = z.coerce.number().int().min(0).max(65535);
export const count = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
export const path = z.string().min(1);
export const url = (...schemes: string[]) =>
  z.string().refine((text) => schemes.some((scheme) => text.startsWith(`${scheme}://`)), {
    error: `must start with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
  });
export const list = z
  .string()
  .transform((text) => Object.freeze(text.split(',').flatMap((part) => part.trim() || [])));
export const zone = z.string().refine(isTimeZone, { error: 'must be an IANA time zone' });
/** `key=value` pairs separated by semicolons; keys may hold `|`, as sender keys do. */
export const pairs = z.string().transform((text, context) => {
  const entries = text.split(';').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
  const parsed = entries.map((entry) => {
    const at = entry.lastIndexOf('=');
    if (at < 1) context.addIssue({ code: 'custom', message: 'must read key=value;key=value' });
    return [entry.slice(0, at).trim(), entry.slice(at + 1).trim()] as const;
  });
  return Object.freeze(Object.fromEntries(parsed));
});
export const packaged = (folder: string) =>
  fileURLToPath(new URL(`../../${folder}`, import.meta.url));

/** One setting: its check, its default and what it is for. */
export interface Setting<T> {
  readonly check: z.ZodType<T>;
  readonly fallback: T;
  readonly secret: boolean;
  readonly help: string;
  /** How the default reads in the documentation, where the value itself would mislead. */
  readonly shown?: string;
}

export function setting<T>(
  check: z.ZodType<T>,
  fallback: T,
  help: string,
  shown?: string,
): Setting<T> {
  return { check, fallback, secret: false, help, ...(shown === undefined ? {} : { shown }) };
}

export function optional<T>(check: z.ZodType<T>, help: string): Setting<T | null> {
  return { check, fallback: null, secret: false, help };
}

export function secret(check: z.ZodType<string>, help: string): Setting<string | null> {
  return { check, fallback: null, secret: true, help };
}

export function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
