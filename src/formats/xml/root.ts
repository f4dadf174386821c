import {
  asciiOf,
  BANG,
  behind,
  endOfDoctype,
  endOfName,
  LESS,
  QUESTION,
  skipBlanks,
  startsWith,
} from './scan.js';
import { sourceOf, type XmlSource } from './source.js';

/** Comments and declarations before the root may take this much. Even, as UTF-16 has it. */
const LOOKED_AT_BYTES_MAX = 262_144;

/** The name of the root without its prefix, from the beginning of a file; null for no XML. */
export function xmlRootOf(bytes: Uint8Array): string | null {
  const beginning = bytes.subarray(0, LOOKED_AT_BYTES_MAX);
  const whole = sourceOf(beginning);
  // A sign of UTF-16 may take four bytes, and be cut in two.
  const source = whole.ok ? whole : sourceOf(beginning.subarray(0, -2));
  if (!source.ok) return null;
  return rootIn(source.value);
}

function rootIn({ bytes, start }: XmlSource): string | null {
  let at = skipBlanks(bytes, start);
  while (bytes[at] === LESS) {
    const next = bytes[at + 1];
    if (next !== QUESTION && next !== BANG) {
      const end = endOfName(bytes, at + 1);
      const name = asciiOf(bytes, at + 1, end);
      return name.slice(name.indexOf(':') + 1) || null;
    }
    const end = endOfAside(bytes, at);
    if (end < 0) return null;
    at = skipBlanks(bytes, end);
  }
  return null;
}

function endOfAside(bytes: Uint8Array, at: number): number {
  if (bytes[at + 1] === QUESTION) return behind(bytes, at + 2, '?>');
  if (startsWith(bytes, at, '<!--')) return behind(bytes, at + 4, '-->');
  if (startsWith(bytes, at, '<!DOCTYPE')) return endOfDoctype(bytes, at + 9);
  return -1;
}
