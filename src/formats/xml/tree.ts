import { decodeText, type XmlSource } from './source.js';

/** Texts and attributes stay stretches of bytes until somebody asks for them. */
export interface XmlElement {
  readonly source: XmlSource;
  /** Without its prefix. */
  readonly name: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  readonly pieces: readonly XmlPiece[];
}

export interface XmlAttribute {
  /** With its prefix: `xsi:type` and `type` are two. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** A run of text: between tags, comments and CDATA sections it comes in several. */
export interface XmlPiece {
  readonly start: number;
  readonly end: number;
  /** From a CDATA section, where an ampersand is an ampersand; else whether one occurs. */
  readonly kind: 'plain' | 'with-references' | 'literal';
}

export interface ByteRange {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** A text that somebody reads is no longer than this; samples are taken by `contentOf`. */
const TEXT_CHARS_MAX = 4096;

export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** The first child, of the first child, and so on down the path. */
export function childOf(element: XmlElement | null, ...path: readonly string[]): XmlElement | null {
  let found = element;
  for (const name of path) found = found?.children.find((child) => child.name === name) ?? null;
  return found;
}

/**
 * Whether a part of a lead stands twice, or one lead inside of another: what belongs to which is then
 * anybody's guess, and a lead would take the samples of its neighbour.
 */
export function isTangled(element: XmlElement, parts: readonly string[]): boolean {
  return (
    parts.some((part) => childrenOf(element, part).length > 1) ||
    element.children.some(({ name }) => name === element.name)
  );
}

/** Every element of this name at any depth below, in the order of the document. */
export function descendantsOf(element: XmlElement, name: string): XmlElement[] {
  const found: XmlElement[] = [];
  const waiting: XmlElement[] = [...element.children].reverse();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (next.name === name) found.push(next);
    for (let i = next.children.length - 1; i >= 0; i -= 1) {
      waiting.push(next.children[i] as XmlElement);
    }
  }
  return found;
}

/** The text directly inside an element, without blanks around it; empty where there is none. */
export function textOf(element: XmlElement | null): string {
  if (element === null) return '';
  let text = '';
  for (const { start, end, kind } of element.pieces) {
    // No sign takes more than four bytes.
    const until = Math.min(end, start + 4 * TEXT_CHARS_MAX);
    const part = decodeText(element.source, start, until);
    text += kind === 'with-references' ? resolved(part) : part;
    if (text.length >= TEXT_CHARS_MAX) break;
  }
  return text.slice(0, TEXT_CHARS_MAX).trim();
}

/** The value of an attribute: by its full name, else by the name behind its prefix. */
export function attributeOf(element: XmlElement | null, name: string): string | null {
  const attributes = element?.attributes ?? [];
  const found =
    attributes.find((one) => one.name === name) ??
    attributes.find((one) => one.name.endsWith(`:${name}`));
  if (!element || !found) return null;
  const until = Math.min(found.end, found.start + 4 * TEXT_CHARS_MAX);
  return resolved(decodeText(element.source, found.start, until)).trim();
}

/** The namespace of an element that declares it itself, as every root does; empty without one. */
export function namespaceOf(root: XmlElement, prefix = ''): string {
  return attributeOf(root, prefix === '' ? 'xmlns' : `xmlns:${prefix}`) ?? '';
}

/** The bytes of an element's text: in place where it is one run, else put together. */
export function contentOf(element: XmlElement): ByteRange {
  const { pieces, source } = element;
  const [only] = pieces;
  if (!only) return { bytes: source.bytes, start: 0, end: 0 };
  if (pieces.length === 1 && only.kind !== 'with-references') {
    return { bytes: source.bytes, start: only.start, end: only.end };
  }
  const length = pieces.reduce((sum, { start, end }) => sum + end - start, 0);
  // A reference is never shorter than the UTF-8 of what it stands for.
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const { start, end, kind } of pieces) {
    const part = source.bytes.subarray(start, end);
    const plain = kind === 'with-references' ? encoded(source, start, end) : part;
    bytes.set(plain, at);
    at += plain.length;
  }
  return { bytes, start: 0, end: at };
}

function encoded(source: XmlSource, start: number, end: number): Uint8Array {
  let text = '';
  for (let i = start; i < end; i += 1) text += String.fromCharCode(source.bytes[i] as number);
  // What is not ASCII is no sample in any alphabet.
  return Uint8Array.from(resolved(text), (sign) => Math.min(255, sign.charCodeAt(0)));
}

const NAMED: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  apos: "'",
  quot: '"',
};

/** The reader has let no other reference pass. */
function resolved(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (_, hex, decimal, name) => {
    if (typeof name === 'string') return NAMED[name] ?? '';
    const code = typeof hex === 'string' ? parseInt(hex, 16) : Number(decimal);
    return String.fromCodePoint(code);
  });
}
