import { ok, refuse, type Result } from '../../core/failure.js';
import type { Json } from '../json.js';

/** A long text where it stands: samples and files are read from bytes, never as a string. */
export interface LongText {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** A resource, its long texts left where they are. */
export interface Body {
  readonly json: Json;
  /** The text of a member `data`; null where it is none. */
  readonly longText: (value: Json) => LongText | null;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();

/**
 * A body as JSON. Nearly all of it is the value of some `data`: samples, or a file in base64. These
 * are cut out and their places numbered before the rest is parsed, so that a quarter of a megabyte
 * is not made a string to be read as bytes again.
 */
export function parseBody(bytes: Uint8Array): Result<Body> {
  const texts = textsIn(bytes);
  let json: Json;
  try {
    json = JSON.parse(utf8.decode(texts === null ? bytes : withoutTexts(bytes, texts)));
  } catch {
    return refuse('encoding-broken', 'the body is not JSON in UTF-8');
  }
  const body = bodyOf(json);
  if (texts === null) return ok(body);
  return ok({
    json,
    longText: (value) =>
      typeof value === 'number' ? (texts[value] ?? null) : body.longText(value),
  });
}

/** A resource that was parsed elsewhere. */
export function bodyOf(json: Json): Body {
  return {
    json,
    longText: (value) => {
      if (typeof value !== 'string') return null;
      const bytes = encoder.encode(/[\t\r\n]/.test(value) ? value.replace(/\s/g, ' ') : value);
      return { bytes, start: 0, end: bytes.length };
    },
  };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/**
 * Every text under the name `data` that has no escapes. A number in its place then can only be ours:
 * where the body has anything but texts under this name, or names with escapes in them, nothing is
 * cut out of it.
 */
function textsIn(bytes: Uint8Array): LongText[] | null {
  const texts: LongText[] = [];
  const strings = stringsIn(bytes);
  let isData = false;
  for (const { start, end, hasEscapes } of strings) {
    if (isData && !hasEscapes) texts.push({ bytes, start, end });
    const colon = blanksFrom(bytes, end + 1);
    const isName: boolean = !isData && bytes[colon] === COLON;
    isData = isName && isDataName(bytes, start, end);
    if (isName && hasEscapes) return null;
    if (isData && bytes[blanksFrom(bytes, colon + 1)] !== QUOTE) return null;
  }
  return texts.length > 0 ? texts : null;
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly hasEscapes: boolean;
}

/** The strings of a JSON text: outside of them a quotation mark cannot stand. */
function* stringsIn(bytes: Uint8Array): Generator<Span> {
  let backslash = indexOf(bytes, BACKSLASH, 0);
  let open = indexOf(bytes, QUOTE, 0);
  while (open < bytes.length) {
    let close = indexOf(bytes, QUOTE, open + 1);
    let hasEscapes = false;
    while (backslash < close) {
      hasEscapes = true;
      const behind = backslash + 2;
      if (close < behind) close = indexOf(bytes, QUOTE, behind);
      backslash = indexOf(bytes, BACKSLASH, behind);
    }
    if (close === bytes.length) return;
    yield { start: open + 1, end: close, hasEscapes };
    open = indexOf(bytes, QUOTE, close + 1);
  }
}

function indexOf(bytes: Uint8Array, byte: number, from: number): number {
  const found = bytes.indexOf(byte, from);
  return found < 0 ? bytes.length : found;
}

function blanksFrom(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0a || bytes[at] === 0x0d) {
    at += 1;
  }
  return at;
}

const DATA = encoder.encode('data');

function isDataName(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start === DATA.length && DATA.every((byte, i) => bytes[start + i] === byte);
}

/** The body with a number in place of each text and its quotation marks. */
function withoutTexts(bytes: Uint8Array, texts: readonly LongText[]): Uint8Array {
  const cut = texts.reduce((sum, { start, end }) => sum + end - start + 2, 0);
  const rest = new Uint8Array(bytes.length - cut + texts.length * `${texts.length}`.length);
  let from = 0;
  let at = 0;
  for (const [index, { start, end }] of texts.entries()) {
    const number = encoder.encode(`${index}`);
    rest.set(bytes.subarray(from, start - 1), at);
    at += start - 1 - from;
    rest.set(number, at);
    at += number.length;
    from = end + 1;
  }
  rest.set(bytes.subarray(from), at);
  return rest.subarray(0, at + bytes.length - from);
}
