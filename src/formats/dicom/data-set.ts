import { ok, refuse, type Result } from '../../core/failure.js';
import { Cursor } from '../cursor.js';
import { ITEM, ITEM_END, SEQUENCE_END, SEQUENCES, WANTED } from './tags.js';

/** How numbers and value representations are written (PS3.5 Annex A). */
export interface Syntax {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
}

/** A value as the place of its bytes: a file has thousands, and only dozens are ever read. */
export interface Element {
  readonly from: number;
  readonly to: number;
  /** The items of a sequence. */
  readonly items: readonly DataSet[];
}

export interface DataSet {
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  readonly elements: ReadonlyMap<number, Element>;
}

/** An ECG needs four levels; the deepest objects in use have about ten. */
const DEPTH_MAX = 16;
const ELEMENTS_MAX = 500_000;
/** Items that are kept, not passed over: a Holter's beats are annotations too. */
const ITEMS_MAX = 50_000;
const UNDEFINED_LENGTH = 0xffffffff;
/** Value representations whose length is four bytes, behind two that are empty. */
const LONG_FORMS = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));

/** The elements of a data set that are of use, in a file that may be hostile. */
export function readDataSet(bytes: Uint8Array, from: number, syntax: Syntax): Result<DataSet> {
  const reader = new Reader(bytes, from, syntax);
  const set = reader.dataSet(bytes.length, 0);
  return reader.fault === null ? ok(set) : refuse('encoding-broken', reader.fault);
}

interface Header {
  readonly tag: number;
  readonly representation: string;
  readonly length: number;
}

class Reader {
  readonly #cursor: Cursor;
  readonly #bytes: Uint8Array;
  readonly #littleEndian: boolean;
  /** False inside a sequence of unknown representation, which is always written implicitly. */
  #explicit: boolean;
  #elements = 0;
  #items = 0;
  fault: string | null = null;

  constructor(bytes: Uint8Array, from: number, syntax: Syntax) {
    this.#bytes = bytes;
    this.#explicit = syntax.explicit;
    this.#littleEndian = syntax.littleEndian;
    this.#cursor = new Cursor(bytes, from, bytes.length, syntax.littleEndian);
  }

  /** Elements up to `until`, or up to the mark that ends an item. */
  dataSet(until: number, depth: number): DataSet {
    const elements = new Map<number, Element>();
    const cursor = this.#cursor;
    while (this.fault === null && cursor.at < until) {
      const header = this.#header();
      // No element has tag 0: zeros behind the last one fill up a block.
      if (header === null || header.tag === ITEM_END || header.tag === 0) break;
      const element = this.#element(header, depth);
      // The first counts, should a tag stand twice.
      if (element && !elements.has(header.tag)) elements.set(header.tag, element);
      if (cursor.at > until) this.#fail('an element is longer than what it stands in');
    }
    return { bytes: this.#bytes, littleEndian: this.#littleEndian, elements };
  }

  #header(): Header | null {
    const cursor = this.#cursor;
    if ((this.#elements += 1) > ELEMENTS_MAX)
      return this.#fail(`more than ${ELEMENTS_MAX} elements`);
    const tag = cursor.u16() * 65536 + cursor.u16();
    let representation = '';
    let length: number;
    if (!this.#explicit || tag >= ITEM) length = cursor.u32();
    else {
      representation = String.fromCharCode(cursor.u8(), cursor.u8());
      if (!/^[A-Z]{2}$/.test(representation)) {
        return this.#fail('a data element names no value representation');
      }
      if (LONG_FORMS.has(representation)) {
        cursor.skip(2);
        length = cursor.u32();
      } else length = cursor.u16();
    }
    return cursor.overrun
      ? this.#fail('the data set ends inside an element')
      : { tag, representation, length };
  }

  /** The value behind a header, or null where nobody needs it. */
  #element({ tag, representation, length }: Header, depth: number): Element | null {
    const cursor = this.#cursor;
    const wanted = WANTED.has(tag);
    const isSequence =
      representation === 'SQ' ||
      (SEQUENCES.has(tag) && (!this.#explicit || representation === 'UN'));
    if (length === UNDEFINED_LENGTH) {
      if (representation === 'UN')
        return this.#implicitly(() => this.#sequence(null, depth, wanted));
      const isData = this.#explicit && !isSequence;
      return isData ? this.#fragments() : this.#sequence(null, depth, wanted);
    }
    if (length > cursor.left) return this.#fail('an element is longer than the file');
    const to = cursor.at + length;
    if (isSequence && wanted) {
      return representation === 'UN'
        ? this.#implicitly(() => this.#sequence(to, depth, true))
        : this.#sequence(to, depth, true);
    }
    const element = wanted ? { from: cursor.at, to, items: [] } : null;
    cursor.skip(length);
    return element;
  }

  #implicitly(read: () => Element | null): Element | null {
    const before = this.#explicit;
    this.#explicit = false;
    const element = read();
    this.#explicit = before;
    return element;
  }

  /** Items up to `to`, or up to the mark that ends a sequence of unknown length. */
  #sequence(to: number | null, depth: number, wanted: boolean): Element | null {
    const cursor = this.#cursor;
    if (depth === DEPTH_MAX) return this.#fail(`sequences deeper than ${DEPTH_MAX}`);
    const from = cursor.at;
    const items: DataSet[] = [];
    while (this.fault === null && (to === null || cursor.at < to)) {
      const header = this.#header();
      if (header === null) return null;
      if (header.tag === SEQUENCE_END) break;
      if (header.tag !== ITEM) return this.#fail('a sequence holds something that is no item');
      const { length } = header;
      const isOpen = length === UNDEFINED_LENGTH;
      if (!isOpen && length > cursor.left) return this.#fail('an item is longer than the file');
      if (!wanted && !isOpen) {
        cursor.skip(length);
        continue;
      }
      const item = this.dataSet(isOpen ? Infinity : cursor.at + length, depth + 1);
      if (!wanted) continue;
      if ((this.#items += 1) > ITEMS_MAX) return this.#fail(`more than ${ITEMS_MAX} items`);
      items.push(item);
    }
    if (to !== null && cursor.at > to) return this.#fail('an item is longer than its sequence');
    return { from, to: cursor.at, items };
  }

  /** Pixel data in pieces: never an ECG, so they are passed over. */
  #fragments(): null {
    while (this.fault === null) {
      const header = this.#header();
      if (header === null || header.tag === SEQUENCE_END) return null;
      if (header.tag !== ITEM || header.length > this.#cursor.left) {
        return this.#fail('data in pieces is broken');
      }
      this.#cursor.skip(header.length);
    }
    return null;
  }

  #fail(why: string): null {
    this.fault ??= why;
    return null;
  }
}
