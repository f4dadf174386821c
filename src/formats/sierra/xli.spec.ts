import { describe, expect, test } from '@jest/globals';
import { decodeLzw } from './lzw.js';
import { decodeXli } from './xli.js';

/** Ten bits a code, the highest first, zeros to fill the last byte. */
function packed(...codes: number[]): Uint8Array {
  const bits = codes.map((code) => code.toString(2).padStart(10, '0')).join('');
  const bytes = bits.padEnd(Math.ceil(bits.length / 8) * 8, '0').match(/.{8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) => parseInt(byte, 2));
}

function unpacked(bytes: Uint8Array, bytesMax = 64): Uint8Array | string {
  const out = new Uint8Array(bytesMax);
  const length = decodeLzw(bytes, 0, bytes.length, out);
  return length.ok ? out.subarray(0, length.value) : length.failure.code;
}

describe('LZW with ten bits a code', () => {
  test('a code that is just being made is the string before and its first sign', () => {
    // 0001000001 (65 = A), 0100000000 (256, not there yet: A and A again), 1111111111 (the end):
    // 00010000 01010000 00001111 111111..
    const bytes = Uint8Array.of(0x10, 0x50, 0x0f, 0xfc);
    expect(unpacked(bytes)).toEqual(Uint8Array.from([65, 65, 65]));
  });

  test('strings grow from what was written before', () => {
    // 1, 2 (makes 256 = 1 2), 256 (makes 257 = 2 1), 257 (makes 258 = 1 2 2), 258.
    const text = [1, 2, 1, 2, 2, 1, 1, 2, 2];
    expect(unpacked(packed(1, 2, 256, 257, 258, 1023))).toEqual(Uint8Array.from(text));
  });

  test('the text ends with the bytes where no end is written', () => {
    expect(unpacked(packed(7, 8))).toEqual(Uint8Array.from([7, 8]));
  });

  test('a full dictionary stays as it is', () => {
    // 900 single signs would make codes 256 to 1154; the last that exists is 1022, which is the
    // 767th pair: signs 766 and 767, counted from nought.
    const singles = Array.from({ length: 900 }, (_, i) => i % 251);
    const text = unpacked(packed(...singles, 1022, 1023), 1000);
    expect(text).toEqual(Uint8Array.from([...singles, 766 % 251, 767 % 251]));
  });

  test('a code that cannot be there yet is refused', () => {
    expect(unpacked(packed(1, 258))).toBe('encoding-broken');
    expect(unpacked(packed(256))).toBe('encoding-broken');
  });

  test('no more is written than there is room for, however much a code stands for', () => {
    const growing = Array.from({ length: 766 }, (_, i) => 256 + i);
    expect(unpacked(packed(1, ...growing), 4096)).toBe('sample-count-differs');
    expect(unpacked(packed(1, 2, 3), 2)).toBe('sample-count-differs');
  });
});

/**
 * Samples 10, 12, 15, 13. The first second difference is 2 * 12 - 10 - 15 = -1; the next,
 * 2 * 15 - 12 - 13 = 5, is stored as 5 + 64 = 69, and a last one, that nothing needs, as 64.
 * High bytes 0 0 0 0, low bytes 10 12 69 64; as codes 0, 256 (0 0), 0, 10, 12, 69, 64, 1023:
 * 0000000000 0100000000 0000000000 0000001010 0000001100 0001000101 0001000000 1111111111.
 */
const CHUNK = [
  ...[10, 0, 0, 0, 1, 0, 0xff, 0xff],
  ...[0x00, 0x10, 0x00, 0x00, 0x0a, 0x03, 0x04, 0x51, 0x03, 0xff],
];

function samplesOf(bytes: number[], channels = 1, count: number | null = 4): number[][] | string {
  const decoded = decodeXli(Uint8Array.from(bytes), channels, count, 1000);
  return decoded.ok ? decoded.value.map((samples) => [...samples]) : decoded.failure.code;
}

describe('XLI', () => {
  test('a chunk is its second differences summed twice', () => {
    expect(samplesOf(CHUNK)).toEqual([[10, 12, 15, 13]]);
  });

  test('one chunk follows the other, and what is not asked for is passed over', () => {
    expect(samplesOf([...CHUNK, ...CHUNK, 1, 2, 3], 2)).toEqual([
      [10, 12, 15, 13],
      [10, 12, 15, 13],
    ]);
  });

  test('a stretch that stands twice is refused, a channel more that is its own is passed over', () => {
    // 0, 256, 0 is 0 0 0 0: the high bytes; the low ones begin with 20 instead of 10.
    const other = [...CHUNK.slice(0, 8), ...packed(0, 256, 0, 20, 12, 69, 64, 1023)];
    const read = samplesOf([...CHUNK, ...other, ...CHUNK], 2);
    expect(read).toEqual([[10, 12, 15, 13], samplesOf([...other])[0]]);
    expect(samplesOf([...CHUNK, ...CHUNK, ...other], 2)).toBe('encoding-broken');
  });

  test('negative samples and sums beyond sixteen bits come out as the recorder meant them', () => {
    // -30000, -30001, then 30000: 2 * -30001 + 30000 - d = 30000 where d = -60002 = 5534 mod 65536.
    const high = [0x8a, 0x8a, 0];
    const low = [0xd0, 0xcf, 64];
    const text = packed(...high, ...low, 1023);
    const chunk = [text.length, 0, 0, 0, 1, 0, 5534 & 255, 5534 >> 8, ...text];
    expect(samplesOf(chunk, 1, 3)).toEqual([[-30000, -30001, 30000]]);
  });

  test('a last low byte that was left out takes no part in a sample', () => {
    const text = packed(0, 256, 0, 10, 12, 69, 1023);
    const chunk = [text.length, 0, 0, 0, 1, 0, 0xff, 0xff, ...text];
    expect(samplesOf(chunk)).toEqual([[10, 12, 15, 13]]);
  });

  test('without a declared count the chunk says how many samples there are', () => {
    expect(samplesOf(CHUNK, 1, null)).toEqual([[10, 12, 15, 13]]);
  });

  test('the first chunk may have a few samples more or fewer than declared, the others not', () => {
    const decoded = decodeXli(Uint8Array.from([...CHUNK, ...CHUNK]), 2, 3, 1000, 1);
    expect(decoded.ok && decoded.value.map(({ length }) => length)).toEqual([4, 4]);
    expect(decodeXli(Uint8Array.from(CHUNK), 1, 2, 1000, 1).ok).toBe(false);
    expect(decodeXli(Uint8Array.from(CHUNK), 1, 6, 1000, 1).ok).toBe(false);
    expect(decodeXli(Uint8Array.from(CHUNK), 1, 3, 3, 1).ok).toBe(false);
  });

  test('a chunk cut short, one too few, or of another length is refused', () => {
    expect(samplesOf(CHUNK.slice(0, 7))).toBe('encoding-broken');
    expect(samplesOf(CHUNK.slice(0, -1))).toBe('encoding-broken');
    expect(samplesOf(CHUNK, 2)).toBe('encoding-broken');
    expect(samplesOf([0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0], 1)).toBe('encoding-broken');
    expect(samplesOf(CHUNK, 1, 5)).toBe('sample-count-differs');
    expect(samplesOf(CHUNK, 1, 3)).toBe('sample-count-differs');
    expect(samplesOf([0, 0, 0, 0, 1, 0, 0, 0], 1, null)).toBe('sample-count-differs');
  });
});
