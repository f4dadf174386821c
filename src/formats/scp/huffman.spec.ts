import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  DEFAULT_CODES,
  DEFAULT_TABLE_MARK,
  decodeHuffman,
  encodeHuffman,
  readHuffmanTables,
  type HuffmanTable,
} from './huffman.js';
import { bits, four, two } from './record.fixtures.js';

function tables(bytes: readonly number[]): readonly HuffmanTable[] | string {
  const read = readHuffmanTables(Uint8Array.from(bytes));
  return read.ok ? read.value : read.failure.code;
}

const standard = tables(two(DEFAULT_TABLE_MARK)) as readonly HuffmanTable[];

/** Prefix bits, all bits, 1 for a value, the value, the prefix with its first bit lowest. */
function code(
  prefixBits: number,
  totalBits: number,
  kind: number,
  base: number,
  prefix: number,
): number[] {
  return [prefixBits, totalBits, kind, ...two(base), ...four(prefix)];
}

function decode(stream: readonly number[], count: number, by = standard): number[] | null {
  const values = decodeHuffman(Uint8Array.from(stream), count, by);
  return values && [...values];
}

describe('the default Huffman code', () => {
  // 0 | 1: one one, zero, sign 0 | -1: the same with sign 1 | 2 | -8 |
  // 9: ten bits for "8 bits follow", 00001001 | -200: ten for "16 follow", 65536 - 200 = 0xff38.
  const stream = bits(
    '0',
    '100',
    '101',
    '1100',
    '1111111101',
    '1111111110 00001001',
    '1111111111 1111111100111000',
  );
  const values = [0, 1, -1, 2, -8, 9, -200];

  test('is read and written as the standard draws it', () => {
    expect(decode(stream, values.length)).toEqual(values);
    expect([...encodeHuffman(values)]).toEqual(stream);
    expect(DEFAULT_CODES).toHaveLength(19);
  });

  test('a stream that ends too early is told', () => {
    expect(decode(stream, 1000)).toBeNull();
    expect(decode(stream.slice(0, -2), values.length)).toBeNull();
    expect(decode([], 1)).toBeNull();
    expect(decode([], 0)).toEqual([]);
  });

  test('whatever is written is read again', () => {
    const value = fc.integer({ min: -32768, max: 32767 });
    const small = fc.integer({ min: -20, max: 20 });
    fc.assert(
      fc.property(fc.array(fc.oneof(small, value), { maxLength: 200 }), (all) => {
        expect(decode([...encodeHuffman(all)], all.length)).toEqual(all);
      }),
      { seed: 5, numRuns: 500 },
    );
  });
});

describe('Huffman tables of a file', () => {
  test('two tables, a switch from one to the other, and bits behind a prefix', () => {
    // First table: 0 is 5, 10 turns to the second table, 11 has four bits behind it.
    // Prefixes are stored with the first bit lowest: 10 is 0b01 = 1, 11 is 3.
    const read = tables([
      ...two(2),
      ...two(3),
      ...code(1, 1, 1, 5, 0),
      ...code(2, 2, 0, 2, 1),
      ...code(2, 6, 1, 100, 3),
      ...two(2),
      ...code(1, 1, 1, -7, 0),
      ...code(1, 1, 0, 1, 1),
    ]) as readonly HuffmanTable[];
    // 5 | 100 + 0011 = 103 | 100 + 1110 = 100 - 2 | switch, -7, -7, switch back | 5
    const stream = bits('0', '11 0011', '11 1110', '10', '0', '0', '1', '0');
    expect(decode(stream, 6, read)).toEqual([5, 103, 98, -7, -7, 5]);
    // A switch for ever takes a bit each time, so it ends with the stream.
    expect(decode(bits('10 1 10 1 10'), 2, read)).toBeNull();
  });

  test('what is no table is refused', () => {
    expect(tables(two(0))).toBe('encoding-broken');
    expect(tables(two(65))).toBe('encoding-broken');
    expect(tables([...two(1), ...two(0)])).toBe('encoding-broken');
    expect(tables([...two(1), ...two(4000)])).toBe('encoding-broken');
    expect(tables([...two(1), ...two(2), ...code(1, 1, 1, 0, 0)])).toBe('encoding-broken');
    expect(tables([...two(1), ...two(1), ...code(0, 4, 1, 0, 0)])).toBe('encoding-broken');
    expect(tables([...two(1), ...two(1), ...code(4, 2, 1, 0, 0)])).toBe('encoding-broken');
    // 1 begins 10.
    const ambiguous = [...code(1, 1, 1, 0, 1), ...code(2, 2, 1, 1, 1)];
    expect(tables([...two(1), ...two(2), ...ambiguous])).toBe('encoding-broken');
  });
});
