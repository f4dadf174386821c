import { ok, refuse, type Result } from '../../core/failure.js';

/** A document as bytes whose markup is ASCII, and the name of the encoding of its texts. */
export interface XmlSource {
  readonly bytes: Uint8Array;
  /** Where the document begins: behind a byte order mark. */
  readonly start: number;
  readonly encoding: string;
}

/** As much as an XML declaration may take. */
const DECLARATION_BYTES_MAX = 256;

/** Encodings in which no byte of another sign looks like markup, so that they are read as they are. */
const ASCII_BASED =
  /^(utf-?8|us-ascii|ascii|latin1|iso-8859-\d{1,2}|(windows|cp)-?(125\d|874|936|949)|koi8-[ru]|gbk|gb2312|gb18030|big5|shift_jis|euc-(jp|kr))$/;
const UTF_16 = /^(utf-?16(le|be)?|ucs-?2|iso-10646-ucs-2|unicode)$/;
/** Other ways to write the names above, by what stands in front of a number or for all of it. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/^iso[-_]?8859[-_]?(?=\d)/, 'iso-8859-'],
  [/^latin-1$/, 'latin1'],
  [/^(ansi|windows-?1252|cp-?1252)$/, 'windows-1252'],
];

/**
 * UTF-8 and its like stay as they are; UTF-16 becomes UTF-8. The bytes are believed before the
 * declaration: what says UTF-16 and has one byte a sign was written anew on its way.
 */
export function sourceOf(bytes: Uint8Array): Result<XmlSource> {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return ok({ bytes, start: 3, encoding: 'utf-8' });
  if ((a === 0 && b === 0) || (a === 0xff && b === 0xfe && c === 0 && d === 0)) {
    return refuse('charset-unsupported', 'the XML is in UTF-32');
  }
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0)) return fromUtf16(bytes, 'utf-16le');
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c)) return fromUtf16(bytes, 'utf-16be');
  const encoding = declaredEncoding(bytes);
  if (encoding === null || UTF_16.test(encoding)) return ok({ bytes, start: 0, encoding: 'utf-8' });
  if (!ASCII_BASED.test(encoding) || decoderOf(encoding) === null) {
    return refuse('charset-unsupported', 'the XML declares an encoding that is not read here');
  }
  return ok({ bytes, start: 0, encoding });
}

function declaredEncoding(bytes: Uint8Array): string | null {
  const beginning = String.fromCharCode(...bytes.subarray(0, DECLARATION_BYTES_MAX));
  const match = /^\s*<\?xml\s[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/.exec(beginning);
  const name = match?.[1]?.toLowerCase() ?? null;
  return name && SPELLINGS.reduce((text, [from, to]) => text.replace(from, to), name);
}

function fromUtf16(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): Result<XmlSource> {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return ok({ bytes: new TextEncoder().encode(text), start: 0, encoding: 'utf-8' });
  } catch {
    return refuse('encoding-broken', 'the XML is not the UTF-16 that it begins as');
  }
}

type Decoder = InstanceType<typeof TextDecoder>;

const decoders = new Map<string, Decoder | null>();

function decoderOf(encoding: string): Decoder | null {
  let decoder = decoders.get(encoding);
  if (decoder === undefined) {
    try {
      // "cp1252" is no label of the web's standard, and page 936 goes there by its name.
      const label = encoding.replace(/^cp-?/, 'windows-').replace('windows-936', 'gbk');
      decoder = new TextDecoder(label, { fatal: true });
    } catch {
      decoder = null;
    }
    decoders.set(encoding, decoder);
  }
  return decoder;
}

const western = new TextDecoder('windows-1252');

/** A text of the document. A name in Latin letters inside of would-be UTF-8 is read as it was meant. */
export function decodeText(source: XmlSource, start: number, end: number): string {
  const part = source.bytes.subarray(start, end);
  try {
    return decoderOf(source.encoding)?.decode(part) ?? western.decode(part);
  } catch {
    return western.decode(part);
  }
}
