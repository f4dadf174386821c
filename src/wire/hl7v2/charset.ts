/** How the bytes of a message become text. */
export interface Charset {
  /** As MSH-18 writes it (HL7 table 0211). */
  readonly name: string;
  /** Second bytes of a character may look like a delimiter: decode before looking for any. */
  readonly hidesDelimiters: boolean;
  /** Never throws: bytes that mean nothing become U+FFFD. */
  decode(bytes: Uint8Array): string;
}

/** Table 0211 beside the names of the WHATWG Encoding Standard that TextDecoder knows. */
const LABELS: ReadonlyMap<string, string> = new Map([
  ['8859/1', 'iso-8859-1'],
  ['8859/2', 'iso-8859-2'],
  ['8859/3', 'iso-8859-3'],
  ['8859/4', 'iso-8859-4'],
  ['8859/5', 'iso-8859-5'],
  ['8859/6', 'iso-8859-6'],
  ['8859/7', 'iso-8859-7'],
  ['8859/8', 'iso-8859-8'],
  ['8859/9', 'iso-8859-9'],
  ['8859/10', 'iso-8859-10'],
  ['8859/11', 'iso-8859-11'],
  ['8859/13', 'iso-8859-13'],
  ['8859/14', 'iso-8859-14'],
  ['8859/15', 'iso-8859-15'],
  ['UNICODE UTF-8', 'utf-8'],
  // Written before UTF-8 had a name of its own; a header we could read is not UTF-16.
  ['UNICODE', 'utf-8'],
  ['UTF-8', 'utf-8'],
  ['GB 18030-2000', 'gb18030'],
  ['GB18030', 'gb18030'],
  ['BIG-5', 'big5'],
  ['KS X 1001', 'euc-kr'],
]);

const HIDING = new Set(['gb18030', 'big5', 'euc-kr']);

const known = new Map<string, Charset>();

/** The character set of an MSH-18, or null where it is none that we can read. */
export function charsetOf(name: string): Charset | null {
  const key = name.trim().toUpperCase();
  if (key === '' || key === 'ASCII' || key === 'ISO IR6') return UNDECLARED;
  const label = LABELS.get(key) ?? LABELS.get(key.replace(/^ISO[ -]?8859-/, '8859/'));
  if (label === undefined) return null;
  const found = known.get(key);
  if (found) return found;
  const decoder = new TextDecoder(label);
  const charset: Charset = Object.freeze({
    name: key,
    hidesDelimiters: HIDING.has(label),
    decode: (bytes: Uint8Array) => decodeAscii(bytes) ?? decoder.decode(bytes),
  });
  known.set(key, charset);
  return charset;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const latin1 = new TextDecoder('iso-8859-1');

/**
 * A sender that declares nothing, or ASCII, and still writes an umlaut means UTF-8 or Latin-1. Text
 * that is valid UTF-8 beyond ASCII is practically never anything else.
 */
export const UNDECLARED: Charset = Object.freeze({
  name: 'ASCII',
  hidesDelimiters: false,
  decode(bytes: Uint8Array): string {
    const ascii = decodeAscii(bytes);
    if (ascii !== null) return ascii;
    try {
      return strictUtf8.decode(bytes);
    } catch {
      return latin1.decode(bytes);
    }
  },
});

const ASCII_BYTES_MAX = 64;

/** Most fields are a few ASCII letters, for which a TextDecoder is a heavy tool. */
function decodeAscii(bytes: Uint8Array): string | null {
  if (bytes.length > ASCII_BYTES_MAX) return null;
  let text = '';
  for (const byte of bytes) {
    if (byte >= 0x80) return null;
    text += String.fromCharCode(byte);
  }
  return text;
}
