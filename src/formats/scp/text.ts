import { boundedText } from '../identity.js';

/** Codes of the languages that a recorder may write in (EN 1064, 5.4.5, tag 14, byte 17). */
const LANGUAGES: ReadonlyMap<number, string> = new Map([
  [0x03, 'iso-8859-2'],
  [0x0b, 'iso-8859-4'],
  [0x13, 'iso-8859-5'],
  [0x1b, 'iso-8859-6'],
  [0x23, 'iso-8859-7'],
  [0x2b, 'iso-8859-8'],
  [0x33, 'windows-874'],
  [0x3b, 'iso-8859-15'],
  [0x07, 'utf-16le'],
  [0x0f, 'shift_jis'],
  [0x17, 'euc-jp'],
  [0x1f, 'euc-jp'],
  [0x27, 'gbk'],
  [0x2f, 'euc-kr'],
  [0x37, 'utf-8'],
]);

export const LATIN_1 = 0x01;
export const UTF_8 = 0x37;

export type TextReader = (bytes: Uint8Array) => string;

/** Reads texts of a record: each ends with a zero, or with its field. */
export function textReader(language: number): TextReader {
  const label = LANGUAGES.get(language) ?? 'latin1';
  const isWide = label === 'utf-16le';
  return (bytes) => boundedText(decoded(untilZero(bytes, isWide), label));
}

function untilZero(bytes: Uint8Array, isWide: boolean): Uint8Array {
  const step = isWide ? 2 : 1;
  for (let i = 0; i + step <= bytes.length; i += step) {
    if (bytes[i] === 0 && (!isWide || bytes[i + 1] === 0)) return bytes.subarray(0, i);
  }
  return bytes.subarray(0, bytes.length - (bytes.length % step));
}

function decoded(bytes: Uint8Array, label: string): string {
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    // A runtime built without all character sets.
    return new TextDecoder('latin1').decode(bytes);
  }
}

/** Texts one behind the other, each ended by a zero. */
export function textsIn(bytes: Uint8Array, read: TextReader): string[] {
  const texts: string[] = [];
  let from = 0;
  while (from < bytes.length && texts.length < 16) {
    const end = bytes.indexOf(0, from);
    const to = end < 0 ? bytes.length : end;
    texts.push(read(bytes.subarray(from, to)));
    from = to + 1;
  }
  return texts;
}
