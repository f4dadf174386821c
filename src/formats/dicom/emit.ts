import { concatenated, u16, u32, u8 } from '../octets.js';
import { TAG } from './tags.js';

/** An element ready to be written; sequences hold theirs in order. */
export interface Emitted {
  readonly tag: number;
  readonly bytes: Uint8Array;
}

const LONG_FORMS = new Set(['OB', 'OW', 'SQ', 'UC', 'UT']);
/** Identifiers and binary data are filled up with a zero, texts with a blank. */
const ZERO_FILLED = new Set(['UI', 'OB', 'OW']);
const SHORT_LENGTH_MAX = 0xfffe;
const ITEM_START = u8(0xfe, 0xff, 0x00, 0xe0);

const utf8 = new TextEncoder();

/** An element of explicit representation, little endian. */
export function emit(tag: number, representation: string, value: Uint8Array): Emitted {
  const isLong = LONG_FORMS.has(representation);
  // No text of a reading is so long; a length that does not fit would break all that follows.
  const fitting = isLong ? value : value.subarray(0, SHORT_LENGTH_MAX);
  const odd = fitting.length % 2;
  const length = fitting.length + odd;
  const fill = u8(...(odd ? [ZERO_FILLED.has(representation) ? 0 : 0x20] : []));
  return {
    tag,
    bytes: concatenated([
      u16(tag >>> 16, tag & 0xffff),
      utf8.encode(representation),
      isLong ? u16(0) : u8(),
      isLong ? u32(length) : u16(length),
      fitting,
      fill,
    ]),
  };
}

export function emitText(tag: number, representation: string, text: string): Emitted {
  return emit(tag, representation, utf8.encode(text));
}

/** Nothing where there is no text. */
export function emitTextIf(tag: number, representation: string, text: string | null): Emitted[] {
  return text === null || text === '' ? [] : [emitText(tag, representation, text)];
}

export function emitItems(tag: number, items: readonly (readonly Emitted[])[]): Emitted {
  const written = items.map((item) => {
    const content = emitAll(item);
    return concatenated([ITEM_START, u32(content.length), content]);
  });
  return emit(tag, 'SQ', concatenated(written));
}

/** A data set stands in the order of its tags. */
export function emitAll(elements: readonly Emitted[]): Uint8Array {
  return concatenated([...elements].sort((a, b) => a.tag - b.tag).map(({ bytes }) => bytes));
}

export function codeItem(value: string, scheme: string, meaning: string): Emitted[] {
  return [
    emitText(TAG.codeValue, 'SH', value),
    emitText(TAG.codingScheme, 'SH', scheme),
    emitText(TAG.codeMeaning, 'LO', meaning),
  ];
}

const DECIMAL_CHARS_MAX = 16;

/** A decimal string has sixteen characters at most. */
export function decimal(value: number): string {
  const text = `${value}`;
  return text.length <= DECIMAL_CHARS_MAX ? text : value.toPrecision(9);
}
