import { escapeText, withoutControls } from '../../wire/hl7v2/text.js';

/**
 * HL7 v2 as we write it, by hand: of the builders there are, the one at hand lets a line end inside a
 * value begin a segment of its own, and a patient's name may hold one.
 */
declare const CLEAN: unique symbol;

/** Text that stands in a field as it is: its delimiters are meant. */
export type Field = string & { readonly [CLEAN]: true };

/** Any text as one component. */
export function text(value: string): Field {
  return escapeText(withoutControls(value.replaceAll('\r', '\n'))) as Field;
}

export function components(...parts: readonly string[]): Field {
  return joined(parts.map(text), '^');
}

export function subcomponents(...parts: readonly string[]): Field {
  return joined(parts.map(text), '&');
}

export function repetitions(...parts: readonly Field[]): Field {
  return joined(parts, '~');
}

/** Components that are put together already. */
export function composed(...parts: readonly Field[]): Field {
  return joined(parts, '^');
}

export const EMPTY = '' as Field;

/** `OBX` with its fields from the first; `MSH` from its second, which is the delimiters. */
export function segment(id: string, fields: Readonly<Record<number, Field | string>>): string {
  const last = Math.max(...Object.keys(fields).map(Number));
  const all = Array.from({ length: last }, (_, i) => fields[i + 1] ?? '');
  return trimmed([id, ...all], '|');
}

export function message(segments: readonly string[]): string {
  return segments.map((one) => `${one}\r`).join('');
}

/** HL7's own form of an instant, in UTC. */
export function instant(ms: number): string {
  return `${new Date(ms).toISOString().replace(/\D/g, '').slice(0, 14)}+0000`;
}

function joined(parts: readonly string[], separator: string): Field {
  return trimmed(parts, separator) as Field;
}

function trimmed(parts: readonly string[], separator: string): string {
  let count = parts.length;
  while (count > 0 && parts[count - 1] === '') count -= 1;
  return parts.slice(0, count).join(separator);
}
