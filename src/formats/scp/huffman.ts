import { ok, refuse, type Result } from '../../core/failure.js';
import { Cursor } from '../cursor.js';

/** One code: a prefix, perhaps a number of bits behind it, and what both stand for. */
export interface HuffmanCode {
  readonly prefixBits: number;
  readonly totalBits: number;
  /** False for a code that turns to another table and stands for no sample. */
  readonly isValue: boolean;
  /** The value, to which the bits behind the prefix are added; or the number of the table, from 1. */
  readonly base: number;
  /** The prefix, its first bit lowest: the standard stores it so. */
  readonly prefix: number;
}

/** A tree walked bit by bit: two children a node, then the code that ends there (or -1). */
export interface HuffmanTable {
  readonly codes: readonly HuffmanCode[];
  readonly children: Int32Array;
  readonly ends: Int32Array;
}

export const DEFAULT_TABLE_MARK = 19999;
const TABLES_MAX = 64;
const CODES_MAX = 2048;
const PREFIX_BITS_MAX = 32;
const EXTRA_BITS_MAX = 24;

/**
 * The default table (EN 1064, 5.5.3): 0 is a single 0; a magnitude up to 8 is as many ones, a zero
 * and the sign; ten bits of which only the last differs come before a number of 8 or 16 bits.
 */
export const DEFAULT_CODES: readonly HuffmanCode[] = [
  { prefixBits: 1, totalBits: 1, isValue: true, base: 0, prefix: 0 },
  ...Array.from({ length: 8 }, (_, i) => i + 1).flatMap((size) =>
    [size, -size].map((base) => ({
      prefixBits: size + 2,
      totalBits: size + 2,
      isValue: true,
      base,
      prefix: 2 ** size - 1 + (base < 0 ? 2 ** (size + 1) : 0),
    })),
  ),
  { prefixBits: 10, totalBits: 18, isValue: true, base: 0, prefix: 0x1ff },
  { prefixBits: 10, totalBits: 26, isValue: true, base: 0, prefix: 0x3ff },
];

/** The tables of section 2. */
export function readHuffmanTables(bytes: Uint8Array): Result<readonly HuffmanTable[]> {
  const broken = (why: string): Result<never> =>
    refuse('encoding-broken', why, { location: 'section 2' });
  const cursor = new Cursor(bytes);
  const count = cursor.u16();
  if (count === DEFAULT_TABLE_MARK) return ok(DEFAULT_TABLES);
  if (cursor.overrun || count === 0 || count > TABLES_MAX) {
    return broken(`the number of Huffman tables is not 1 to ${TABLES_MAX}`);
  }
  const tables: HuffmanTable[] = [];
  let codesLeft = CODES_MAX;
  for (let i = 0; i < count; i += 1) {
    const codeCount = cursor.u16();
    codesLeft -= codeCount;
    if (codeCount === 0 || codesLeft < 0)
      return broken('a Huffman table has too many codes or none');
    const codes = Array.from({ length: codeCount }, () => readCode(cursor));
    if (hasEnded(cursor)) return broken('a Huffman table ends too early');
    const table = codes.every(isSound) ? tableOf(codes) : null;
    if (!table) return broken('a Huffman table cannot be told apart by its prefixes');
    tables.push(table);
  }
  return ok(tables);
}

function hasEnded(cursor: Cursor): boolean {
  return cursor.overrun;
}

function readCode(cursor: Cursor): HuffmanCode {
  const [prefixBits, totalBits] = [cursor.u8(), cursor.u8()];
  const isValue = cursor.u8() !== 0;
  return { prefixBits, totalBits, isValue, base: cursor.i16(), prefix: cursor.u32() };
}

function isSound({ prefixBits, totalBits }: HuffmanCode): boolean {
  const extraBits = totalBits - prefixBits;
  return (
    prefixBits >= 1 &&
    prefixBits <= PREFIX_BITS_MAX &&
    extraBits >= 0 &&
    extraBits <= EXTRA_BITS_MAX
  );
}

/** Null where one prefix begins another. */
function tableOf(codes: readonly HuffmanCode[]): HuffmanTable | null {
  const nodesMax = 1 + codes.reduce((sum, { prefixBits }) => sum + prefixBits, 0);
  const children = new Int32Array(2 * nodesMax);
  const ends = new Int32Array(nodesMax).fill(-1);
  let nodes = 1;
  for (const [index, { prefixBits, prefix }] of codes.entries()) {
    let node = 0;
    for (let bit = 0; bit < prefixBits; bit += 1) {
      const branch = 2 * node + ((prefix >>> bit) & 1);
      if ((ends[node] as number) >= 0) return null;
      if (children[branch] === 0) children[branch] = nodes++;
      node = children[branch] as number;
    }
    const isTaken = (ends[node] as number) >= 0;
    if (isTaken || children[2 * node] !== 0 || children[2 * node + 1] !== 0) return null;
    ends[node] = index;
  }
  return { codes, children, ends };
}

const DEFAULT_TABLES: readonly HuffmanTable[] = [tableOf(DEFAULT_CODES)].flatMap(
  (table) => table ?? [],
);

/** So many values out of a stream of bits, or null where it ends too early or leads nowhere. */
export function decodeHuffman(
  bytes: Uint8Array,
  count: number,
  tables: readonly HuffmanTable[],
): Int16Array | null {
  const bitCount = bytes.length * 8;
  // Each value takes a bit at least, so a count that cannot be is told before memory is taken.
  let table = tables[0];
  if (!table || count > bitCount) return null;
  const values = new Int16Array(count);
  let at = 0;
  for (let i = 0; i < count;) {
    let node = 0;
    let end = -1;
    while (end < 0) {
      if (at === bitCount) return null;
      const bit = ((bytes[at >> 3] as number) >> (7 - (at & 7))) & 1;
      at += 1;
      node = table.children[2 * node + bit] as number;
      if (node === 0) return null;
      end = table.ends[node] as number;
    }
    const code = table.codes[end] as HuffmanCode;
    if (!code.isValue) {
      table = tables[code.base - 1];
      if (!table) return null;
      continue;
    }
    const extraBits = code.totalBits - code.prefixBits;
    if (at + extraBits > bitCount) return null;
    let extra = 0;
    for (let bit = 0; bit < extraBits; bit += 1, at += 1) {
      extra = (extra << 1) | (((bytes[at >> 3] as number) >> (7 - (at & 7))) & 1);
    }
    const isNegative = extraBits > 0 && extra >> (extraBits - 1) === 1;
    values[i] = code.base + (isNegative ? extra - (1 << extraBits) : extra);
    i += 1;
  }
  return values;
}

const SHORT_MAX = 8;

/** Values in the default table's code, the last byte filled up with zeros. */
export function encodeHuffman(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((values.length * 26) / 8));
  let at = 0;
  const put = (bits: number, count: number): void => {
    for (let i = count - 1; i >= 0; i -= 1, at += 1) {
      bytes[at >> 3] = (bytes[at >> 3] as number) | (((bits >> i) & 1) << (7 - (at & 7)));
    }
  };
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    const size = Math.abs(value);
    if (value === 0) put(0, 1);
    else if (size <= SHORT_MAX) put((2 ** size - 1) * 4 + (value < 0 ? 1 : 0), size + 2);
    else if (value >= -128 && value <= 127) put((0x3fe << 8) | (value & 255), 18);
    else put(0x3ff * 65536 + (value & 0xffff), 26);
  }
  return bytes.subarray(0, Math.ceil(at / 8));
}
