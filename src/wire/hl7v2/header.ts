import { UNDECLARED } from './charset.js';

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
/** Bytes before the header that are looked at: a byte-order mark, blank lines. */
const LEADING_BYTES_MAX = 64;
const HEADER_FIELDS_MAX = 25;
/** Longer header fields are cut: nothing in a header is that long for a good reason. */
export const HEADER_FIELD_BYTES_MAX = 1000;

/**
 * The MSH segment as its bytes stand there, readable even where nothing behind it is: an answer
 * must be possible to a message that cannot be parsed. Fields are kept byte for byte (one UTF-16
 * unit a byte), so that an answer can echo them in any character set.
 */
export class Header {
  readonly #fields: readonly string[];

  constructor(fields: readonly string[]) {
    this.#fields = fields;
  }

  /** MSH-n, byte for byte; empty where absent. MSH-1 is the separator itself. */
  field(n: number): string {
    return this.#fields[n - 1] ?? '';
  }

  /** One component of the first repetition of MSH-n, byte for byte, trimmed. */
  component(n: number, component: number): string {
    const [componentSeparator = '^', repetitionSeparator] = this.field(2);
    const first = repetitionSeparator
      ? (this.field(n).split(repetitionSeparator, 1)[0] ?? '')
      : this.field(n);
    return (first.split(componentSeparator)[component - 1] ?? '').trim();
  }

  /** MSH-n as a person reads it. */
  text(n: number): string {
    return UNDECLARED.decode(bytesOf(this.field(n)));
  }

  /** The five delimiters with which an answer can be written, whatever MSH-2 holds. */
  get signs(): string {
    const signs = `${this.field(1)}${this.field(2)}`;
    return isDelimiterSet(bytesOf(signs)) ? signs : '|^~\\&';
  }

  get version(): string {
    return this.component(12, 1);
  }
}

/** The field separator and one to five more, all different. */
export function isDelimiterSet(signs: Uint8Array): boolean {
  const { length } = signs;
  return length >= 2 && length <= 6 && new Set(signs).size === length && signs.every(isDelimiter);
}

/** The bytes of a text that holds one byte in each UTF-16 unit. */
export function bytesOf(byteText: string): Uint8Array {
  const bytes = new Uint8Array(byteText.length);
  for (let i = 0; i < byteText.length; i += 1) bytes[i] = byteText.charCodeAt(i);
  return bytes;
}

/** Where the first segment begins, behind a byte-order mark and blank lines; -1 if nowhere. */
export function startOf(bytes: Uint8Array, id: string): number {
  for (let at = 0; at < Math.min(bytes.length, LEADING_BYTES_MAX); at += 1) {
    const byte = bytes[at] as number;
    if (byte === id.charCodeAt(0)) return matches(bytes, at, id) ? at : -1;
    const skipped = byte <= 0x20 || (byte >= 0xbb && byte <= 0xbf) || byte === 0xef;
    if (!skipped) return -1;
  }
  return -1;
}

function matches(bytes: Uint8Array, at: number, id: string): boolean {
  for (let i = 0; i < id.length; i += 1) {
    if (bytes[at + i] !== id.charCodeAt(i)) return false;
  }
  return true;
}

/** The header of a message, or null where there is none. */
export function readHeader(bytes: Uint8Array): Header | null {
  const start = startOf(bytes, 'MSH');
  const separator = bytes[start + 3];
  if (start < 0 || separator === undefined || !isDelimiter(separator)) return null;
  const fields = [String.fromCharCode(separator)];
  let from = start + 4;
  let at = from;
  while (fields.length < HEADER_FIELDS_MAX) {
    const byte = bytes[at];
    const ended = byte === undefined || byte === CARRIAGE_RETURN || byte === LINE_FEED;
    if (ended || byte === separator) {
      const until = Math.min(at, from + HEADER_FIELD_BYTES_MAX);
      fields.push(withoutControls(bytes.subarray(from, until)));
      from = at + 1;
    }
    if (ended) break;
    at += 1;
  }
  return new Header(fields);
}

/** Controls in an echoed field would break the frame or the store that keeps the answer. */
function withoutControls(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte < 0x20 || byte === 0x7f ? '?' : String.fromCharCode(byte);
  return text;
}

/** A delimiter is a printable sign that is no letter, no digit and no space. */
export function isDelimiter(byte: number): boolean {
  if (byte <= 0x20 || byte >= 0x7f) return false;
  return !/[A-Za-z0-9]/.test(String.fromCharCode(byte));
}
