import { ok, refuse, type Failure, type Result } from '../../core/failure.js';
import { XML_LIMITS } from './limits.js';
import {
  AMPERSAND,
  asciiOf,
  BANG,
  behind,
  DOUBLE_QUOTE,
  endOfDoctype,
  endOfName,
  endOfReference,
  EQUALS,
  GREATER,
  isBlank,
  isPadding,
  LESS,
  QUESTION,
  SINGLE_QUOTE,
  skipBlanks,
  SLASH,
  startsWith,
} from './scan.js';
import { sourceOf, type XmlSource } from './source.js';
import type { XmlAttribute, XmlElement, XmlPiece } from './tree.js';

/** The root of a document, or why it is none. It reaches for nothing and expands nothing. */
export function decodeXml(bytes: Uint8Array): Result<XmlElement> {
  if (bytes.length > XML_LIMITS.bytesMax) {
    return refuse('message-too-large', `the XML has more than ${XML_LIMITS.bytesMax} bytes`);
  }
  const source = sourceOf(bytes);
  return source.ok ? new Reader(source.value).read() : source;
}

const NO_ATTRIBUTES: XmlAttribute[] = [];
const NO_CHILDREN: XmlElement[] = [];
const NO_PIECES: XmlPiece[] = [];

interface Growing extends XmlElement {
  attributes: XmlAttribute[];
  children: XmlElement[];
  pieces: XmlPiece[];
}

interface Opened {
  readonly element: Growing;
  /** The name with its prefix, as the end tag has to repeat it. */
  readonly nameStart: number;
  readonly nameEnd: number;
}

/** A place behind what was read, or this one where the document is at fault. */
const FAULT = -1;
const NO_ENTITIES = 'a reference to an entity that is not built in';

class Reader {
  private readonly bytes: Uint8Array;
  private readonly open: Opened[] = [];
  private readonly names = new Map<string, string>();
  private root: XmlElement | null = null;
  private elements = 0;
  private pieces = 0;
  private failure: Failure | null = null;
  /** The next ampersand behind the last one that was asked for. */
  private ampersand = -1;

  constructor(private readonly source: XmlSource) {
    this.bytes = source.bytes;
  }

  read(): Result<XmlElement> {
    const { bytes } = this;
    let at = this.source.start;
    while (at < bytes.length) {
      at = bytes[at] === LESS ? this.markup(at) : this.text(at);
      if (at === FAULT) break;
    }
    if (this.failure) return { ok: false, failure: this.failure };
    if (this.open.length > 0) return refuse('encoding-broken', 'the XML is cut off');
    return this.root ? ok(this.root) : refuse('encoding-broken', 'the XML has no element');
  }

  private fault(at: number, what: string): typeof FAULT {
    this.failure = refuse('encoding-broken', `not well-formed XML: ${what}`, {
      location: `byte ${at}`,
    }).failure;
    return FAULT;
  }

  private tooMany(what: string, max: number): typeof FAULT {
    this.failure = refuse('message-too-large', `the XML has more than ${max} ${what}`).failure;
    return FAULT;
  }

  private markup(at: number): number {
    const next = this.bytes[at + 1];
    if (next === SLASH) return this.endTag(at);
    if (next === QUESTION) return this.passOver(at, '?>');
    if (next !== BANG) return this.startTag(at);
    if (startsWith(this.bytes, at, '<!--')) return this.passOver(at + 2, '-->');
    if (startsWith(this.bytes, at, '<![CDATA[')) return this.cdata(at);
    return this.doctype(at);
  }

  private passOver(at: number, ending: string): number {
    const end = behind(this.bytes, at + 2, ending);
    return end < 0 ? this.fault(at, `no ${ending} follows`) : end;
  }

  private doctype(at: number): number {
    if (!startsWith(this.bytes, at, '<!DOCTYPE') || this.elements > 0) {
      return this.fault(at, 'a declaration out of place');
    }
    const end = endOfDoctype(this.bytes, at + '<!DOCTYPE'.length);
    return end < 0 ? this.fault(at, 'a document type that declares what a text may hold') : end;
  }

  /** Native searches: most of a document is the text of a few elements, and most have no `&`. */
  private text(from: number): number {
    const { bytes } = this;
    const less = bytes.indexOf(LESS, from);
    const end = less < 0 ? bytes.length : less;
    let kind: XmlPiece['kind'] = 'plain';
    for (let at = this.ampersandFrom(from); at < end; at = this.ampersandFrom(at + 1)) {
      if (endOfReference(bytes, at) < 0) return this.fault(at, NO_ENTITIES);
      kind = 'with-references';
    }
    const isAllBlank = skipBlanks(bytes, from) >= end;
    if (isAllBlank && kind === 'plain') return end;
    if (less < 0 && this.open.length === 0 && isPadding(bytes, from)) return end;
    return this.piece(from, end, end, kind);
  }

  private ampersandFrom(from: number): number {
    if (this.ampersand < from) {
      const found = this.bytes.indexOf(AMPERSAND, from);
      this.ampersand = found < 0 ? this.bytes.length : found;
    }
    return this.ampersand;
  }

  private cdata(at: number): number {
    const start = at + '<![CDATA['.length;
    const end = behind(this.bytes, start, ']]>');
    if (end < 0) return this.fault(at, 'no ]]> follows');
    return this.piece(start, end - ']]>'.length, end, 'literal');
  }

  private piece(start: number, end: number, next: number, kind: XmlPiece['kind']): number {
    const element = this.open.at(-1)?.element;
    if (!element) return this.fault(start, 'text outside of the root');
    this.pieces += 1;
    if (this.pieces > XML_LIMITS.textPiecesMax) {
      return this.tooMany('pieces of text', XML_LIMITS.textPiecesMax);
    }
    if (element.pieces === NO_PIECES) element.pieces = [];
    element.pieces.push({ start, end, kind });
    return next;
  }

  private startTag(at: number): number {
    const { bytes } = this;
    const nameStart = at + 1;
    const nameEnd = endOfName(bytes, nameStart);
    if (nameEnd === nameStart) return this.fault(at, 'a tag without a name');
    const element = this.element(nameStart, nameEnd);
    if (!element) return FAULT;
    let next = this.attributes(element, nameEnd);
    if (next === FAULT) return FAULT;
    const isEmpty = bytes[next] === SLASH;
    if (isEmpty) next += 1;
    if (bytes[next] !== GREATER) return this.fault(next, 'a tag that does not end');
    if (!isEmpty) this.open.push({ element, nameStart, nameEnd });
    if (this.open.length > XML_LIMITS.depthMax) {
      return this.tooMany('elements inside each other', XML_LIMITS.depthMax);
    }
    return next + 1;
  }

  private element(nameStart: number, nameEnd: number): Growing | null {
    const colon = this.bytes.subarray(nameStart, nameEnd).indexOf(0x3a);
    const element: Growing = {
      source: this.source,
      name: this.nameOf(nameStart + colon + 1, nameEnd),
      attributes: NO_ATTRIBUTES,
      children: NO_CHILDREN,
      pieces: NO_PIECES,
    };
    this.elements += 1;
    if (this.elements > XML_LIMITS.elementsMax) {
      this.tooMany('elements', XML_LIMITS.elementsMax);
      return null;
    }
    const parent = this.open.at(-1)?.element;
    if (parent) {
      if (parent.children === NO_CHILDREN) parent.children = [];
      parent.children.push(element);
    } else if (this.root) {
      this.fault(nameStart, 'a second root');
      return null;
    } else this.root = element;
    return element;
  }

  /** One string for each name, however often it occurs. */
  private nameOf(start: number, end: number): string {
    const name = asciiOf(this.bytes, start, end);
    const known = this.names.get(name);
    if (known !== undefined) return known;
    this.names.set(name, name);
    return name;
  }

  /** Reads up to the end of the tag, `>` or `/>`. */
  private attributes(element: Growing, from: number): number {
    const { bytes } = this;
    let at = from;
    for (;;) {
      const nameStart = skipBlanks(bytes, at);
      const nameEnd = endOfName(bytes, nameStart);
      if (nameEnd === nameStart) return nameStart;
      if (!isBlank(bytes[at])) return this.fault(at, 'attributes without a blank between them');
      const equals = skipBlanks(bytes, nameEnd);
      const open = skipBlanks(bytes, equals + 1);
      const quote = bytes[open];
      if (bytes[equals] !== EQUALS || (quote !== DOUBLE_QUOTE && quote !== SINGLE_QUOTE)) {
        return this.fault(nameStart, 'an attribute without a value in quotes');
      }
      const end = this.endOfValue(open + 1, quote);
      if (end === FAULT) return FAULT;
      const name = this.nameOf(nameStart, nameEnd);
      if (element.attributes.some((one) => one.name === name)) {
        return this.fault(nameStart, 'an attribute that stands twice');
      }
      if (element.attributes === NO_ATTRIBUTES) element.attributes = [];
      element.attributes.push({ name, start: open + 1, end });
      if (element.attributes.length > XML_LIMITS.attributesPerElementMax) {
        return this.tooMany('attributes in one tag', XML_LIMITS.attributesPerElementMax);
      }
      at = end + 1;
    }
  }

  private endOfValue(from: number, quote: number): number {
    const { bytes } = this;
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === quote) return at;
      if (byte === LESS) return this.fault(at, 'a < inside of an attribute');
      if (byte === AMPERSAND && endOfReference(bytes, at) < 0) {
        return this.fault(at, NO_ENTITIES);
      }
    }
    return this.fault(from, 'an attribute that does not end');
  }

  private endTag(at: number): number {
    const { bytes } = this;
    const opened = this.open.pop();
    if (!opened) return this.fault(at, 'an end tag without a start');
    const length = opened.nameEnd - opened.nameStart;
    const nameStart = at + 2;
    for (let i = 0; i < length; i += 1) {
      if (bytes[nameStart + i] !== bytes[opened.nameStart + i]) {
        return this.fault(at, 'an end tag of another element');
      }
    }
    const end = skipBlanks(bytes, nameStart + length);
    return bytes[end] === GREATER ? end + 1 : this.fault(at, 'an end tag of another element');
  }
}
