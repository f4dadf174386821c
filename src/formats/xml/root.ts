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
import { sourceOf } from './source.js';

/** Comments and declarations before the root may take this much. */
const LOOKED_AT_BYTES_MAX = 262_144;

/** The name of the root without its prefix, from the beginning of a file; null for no XML. */
export function xmlRootOf(bytes: Uint8Array): string | null {
  // An even count, lest a sign of UTF-16 be cut in two.
  const source = sourceOf(bytes.subarray(0, LOOKED_AT_BYTES_MAX & ~1));
  if (!source.ok) return null;
  const beginning = source.value.bytes;
  let at = skipBlanks(beginning, source.value.start);
  while (beginning[at] === LESS) {
    const next = beginning[at + 1];
    if (next !== QUESTION && next !== BANG) {
      const end = endOfName(beginning, at + 1);
      const name = asciiOf(beginning, at + 1, end);
      return name.slice(name.indexOf(':') + 1) || null;
    }
    const end = endOfAside(beginning, at);
    if (end < 0) return null;
    at = skipBlanks(beginning, end);
  }
  return null;
}

function endOfAside(bytes: Uint8Array, at: number): number {
  if (bytes[at + 1] === QUESTION) return behind(bytes, at + 2, '?>');
  if (startsWith(bytes, at, '<!--')) return behind(bytes, at + 4, '-->');
  if (startsWith(bytes, at, '<!DOCTYPE')) return endOfDoctype(bytes, at + 9);
  return -1;
}
