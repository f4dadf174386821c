import type { Charset } from './charset.js';

export interface Delimiters {
  readonly field: number;
  readonly component: number;
  /** -1 where the sender declares none: no byte equals it. */
  readonly repetition: number;
  readonly escape: number;
  readonly subcomponent: number;
}

const HEX_DIGITS_MAX = 4096;

/** Undoes the escape sequences of HL7 v2 chapter 2; one that means nothing stays as it stands. */
export function unescapeText(text: string, delimiters: Delimiters, charset: Charset): string {
  if (delimiters.escape < 0) return text;
  const escape = String.fromCharCode(delimiters.escape);
  if (!text.includes(escape)) return text;
  let out = '';
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf(escape, at);
    const close = open < 0 ? -1 : text.indexOf(escape, open + 1);
    if (close < 0) break;
    const meaning = meaningOf(text.slice(open + 1, close), delimiters, charset);
    out += text.slice(at, open) + (meaning ?? '');
    // An unknown pair may be two lone signs: the second one can still open a sequence.
    if (meaning === null) out += text.slice(open, close);
    at = meaning === null ? close : close + 1;
    if (meaning === null && text.indexOf(escape, close + 1) < 0) break;
  }
  return out + text.slice(at);
}

function meaningOf(sequence: string, delimiters: Delimiters, charset: Charset): string | null {
  switch (sequence) {
    case 'F':
      return String.fromCharCode(delimiters.field);
    case 'S':
      return String.fromCharCode(delimiters.component);
    case 'T':
      return delimiters.subcomponent < 0 ? '&' : String.fromCharCode(delimiters.subcomponent);
    case 'R':
      return delimiters.repetition < 0 ? '~' : String.fromCharCode(delimiters.repetition);
    case 'E':
      return String.fromCharCode(delimiters.escape);
    case 'P':
      return '#';
    case 'H':
    case 'N':
      return '';
    default:
      return sequence.startsWith('X') ? hexText(sequence.slice(1), charset) : formatting(sequence);
  }
}

function hexText(digits: string, charset: Charset): string | null {
  if (digits.length === 0 || digits.length % 2 !== 0 || digits.length > HEX_DIGITS_MAX) return null;
  if (!/^[0-9A-Fa-f]+$/.test(digits)) return null;
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i += 1) {
    bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  }
  return charset.decode(bytes);
}

/** Formatting commands of FT: line breaks matter, indents do not. */
function formatting(sequence: string): string | null {
  if (BREAKS.test(sequence)) return '\n';
  return /^\.(in|ti|sk|fi|nf)[+-]?\d*$/.test(sequence) ? '' : null;
}

/** Controls other than line ends and tabs mean nothing in a text, and stores refuse some of them. */
export function withoutControls(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '');
}

/** Makes a text safe inside a field: delimiters and line ends become escape sequences. */
export function escapeText(text: string, encoding = '|^~\\&'): string {
  const [field = '|', component = '^', repetition = '~', escape = '\\', sub = '&'] = encoding;
  let out = '';
  for (const sign of text) {
    if (sign === escape) out += `${escape}E${escape}`;
    else if (sign === field) out += `${escape}F${escape}`;
    else if (sign === component) out += `${escape}S${escape}`;
    else if (sign === repetition) out += `${escape}R${escape}`;
    else if (sign === sub) out += `${escape}T${escape}`;
    else if (sign === '\n') out += `${escape}.br${escape}`;
    else if (sign >= ' ' && sign !== '\x7f') out += sign;
  }
  return out;
}

const BREAKS = /^\.(br|sp[+-]?\d*|ce)$/;

/** The same for data that is no text of the message's character set: a file inside it. */
export function unescapeBytes(bytes: Uint8Array, delimiters: Delimiters): Uint8Array {
  const { escape } = delimiters;
  if (escape < 0 || !bytes.includes(escape)) return bytes;
  const out = new Uint8Array(bytes.length);
  let length = 0;
  let at = 0;
  while (at < bytes.length) {
    const close = bytes[at] === escape ? bytes.indexOf(escape, at + 1) : -1;
    const meant = close < 0 ? null : byteMeaning(bytes, at + 1, close, delimiters);
    if (meant === null) {
      out[length] = bytes[at] as number;
      length += 1;
      at += 1;
      continue;
    }
    out.set(meant, length);
    length += meant.length;
    at = close + 1;
  }
  return out.subarray(0, length);
}

/** What an escape sequence stands for in bytes, never more of them than it has itself. */
function byteMeaning(
  bytes: Uint8Array,
  from: number,
  to: number,
  delimiters: Delimiters,
): readonly number[] | null {
  if (to - from > HEX_DIGITS_MAX) return null;
  const sequence = String.fromCharCode(...bytes.subarray(from, to));
  if (BREAKS.test(sequence)) return [0x0a];
  if (/^X([0-9A-Fa-f]{2})+$/.test(sequence)) {
    const pairs = sequence.slice(1).match(/../g) ?? [];
    return pairs.map((pair) => Number.parseInt(pair, 16));
  }
  const signs: Readonly<Record<string, number>> = {
    F: delimiters.field,
    S: delimiters.component,
    R: delimiters.repetition,
    T: delimiters.subcomponent,
    E: delimiters.escape,
  };
  const sign = signs[sequence] ?? -1;
  return sign < 0 ? null : [sign];
}
