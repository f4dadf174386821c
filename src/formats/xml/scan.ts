import { XML_LIMITS } from './limits.js';

/** Signs of markup. */
export const LESS = 0x3c;
export const GREATER = 0x3e;
export const SLASH = 0x2f;
export const EQUALS = 0x3d;
export const AMPERSAND = 0x26;
export const BANG = 0x21;
export const QUESTION = 0x3f;
export const DOUBLE_QUOTE = 0x22;
export const SINGLE_QUOTE = 0x27;
export const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const SEMICOLON = 0x3b;
const PERCENT = 0x25;
const END_OF_FILE = 0x1a;
/** Defaults stand in quotes; what begins with `%` is another declaration's text. */
const REFUSED_INSIDE = new Set([DOUBLE_QUOTE, SINGLE_QUOTE, PERCENT, AMPERSAND, LESS]);

const NAME = 1;
const NAME_START = 2;
const BLANK = 4;

/** Whatever is beyond ASCII may stand in a name: it matches none that anybody asks for. */
const KINDS = new Uint8Array(256).fill(NAME | NAME_START, 0x80);
for (const sign of '-.0123456789') KINDS[sign.charCodeAt(0)] = NAME;
for (const sign of '_:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz') {
  KINDS[sign.charCodeAt(0)] = NAME | NAME_START;
}
for (const sign of ' \t\r\n') KINDS[sign.charCodeAt(0)] = BLANK;

export function isBlank(byte: number | undefined): boolean {
  return byte !== undefined && KINDS[byte] === BLANK;
}

export function skipBlanks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && KINDS[bytes[at] as number] === BLANK) at += 1;
  return at;
}

/** One past a name, or `from` itself where none begins there or it is too long. */
export function endOfName(bytes: Uint8Array, from: number): number {
  if (from >= bytes.length || ((KINDS[bytes[from] as number] as number) & NAME_START) === 0) {
    return from;
  }
  let at = from + 1;
  while (at < bytes.length && ((KINDS[bytes[at] as number] as number) & NAME) !== 0) at += 1;
  return at - from > XML_LIMITS.nameBytesMax ? from : at;
}

/** Short ASCII as a string. */
export function asciiOf(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; i += 1) text += String.fromCharCode(bytes[i] as number);
  return text;
}

export function startsWith(bytes: Uint8Array, at: number, signs: string): boolean {
  if (at + signs.length > bytes.length) return false;
  for (let i = 0; i < signs.length; i += 1) {
    if (bytes[at + i] !== signs.charCodeAt(i)) return false;
  }
  return true;
}

/** One past the next occurrence of some signs, or -1. */
export function behind(bytes: Uint8Array, from: number, signs: string): number {
  const first = signs.charCodeAt(0);
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (startsWith(bytes, at, signs)) return at + signs.length;
  }
  return -1;
}

const REFERENCE_BYTES_MAX = 12;
const BUILT_IN = new Set(['lt', 'gt', 'amp', 'apos', 'quot']);

/** One past the reference at an ampersand; -1 where it is none of the five and no character. */
export function endOfReference(bytes: Uint8Array, ampersand: number): number {
  const until = Math.min(bytes.length, ampersand + REFERENCE_BYTES_MAX);
  let end = ampersand + 1;
  while (end < until && bytes[end] !== SEMICOLON) end += 1;
  if (end === until) return -1;
  const name = asciiOf(bytes, ampersand + 1, end);
  return BUILT_IN.has(name) || isCharacter(name) ? end + 1 : -1;
}

function isCharacter(reference: string): boolean {
  const match = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(reference);
  if (!match) return false;
  const code = match[1] === undefined ? Number(match[2]) : parseInt(match[1], 16);
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return code < 0xd800 || (code > 0xdfff && code < 0xfffe) || (code > 0xffff && code <= 0x10ffff);
}

/** What a buffer or an old editor leaves behind a document: noughts, blanks and the end of file. */
export function isPadding(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if (byte !== 0 && byte !== END_OF_FILE && KINDS[byte] !== BLANK) return false;
  }
  return true;
}

/**
 * One past a document type, or -1. A definition that it names is not fetched. Of what it declares
 * inside, only what puts nothing into the document is let pass, and that is passed over.
 */
export function endOfDoctype(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at >= 0 && at < bytes.length) {
    const byte = bytes[at] as number;
    if (byte === GREATER) return at + 1;
    if (byte === LESS || byte === CLOSE_BRACKET) return -1;
    if (byte === OPEN_BRACKET) at = endOfSubset(bytes, at + 1);
    else if (byte === DOUBLE_QUOTE || byte === SINGLE_QUOTE) at = behindByte(bytes, at + 1, byte);
    else at += 1;
  }
  return -1;
}

/** One past the bracket that closes the declarations, or -1 where one of them is not let pass. */
function endOfSubset(bytes: Uint8Array, from: number): number {
  for (let at = skipBlanks(bytes, from); at >= 0; at = skipBlanks(bytes, at)) {
    if (bytes[at] === CLOSE_BRACKET) return at + 1;
    at = endOfDeclaration(bytes, at);
    if (at < 0) return -1;
  }
  return -1;
}

/**
 * Of elements any, of attributes those without a default: a default would have to be added wherever
 * the attribute is missing. Entities, and references to those of the definition, are what expands.
 */
function endOfDeclaration(bytes: Uint8Array, at: number): number {
  if (startsWith(bytes, at, '<!--')) return behind(bytes, at + 4, '-->');
  const isElement = startsWith(bytes, at, '<!ELEMENT');
  if (!isElement && !startsWith(bytes, at, '<!ATTLIST')) return -1;
  for (let i = at + 2; i < bytes.length; i += 1) {
    const byte = bytes[i] as number;
    if (byte === GREATER) return i + 1;
    if (REFUSED_INSIDE.has(byte)) return -1;
  }
  return -1;
}

function behindByte(bytes: Uint8Array, from: number, byte: number): number {
  const found = bytes.indexOf(byte, from);
  return found < 0 ? -1 : found + 1;
}
