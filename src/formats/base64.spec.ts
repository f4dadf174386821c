import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeBase64, toBase64 } from './base64.js';

const read = (text: string): Uint8Array | null => decodeBase64(Buffer.from(text, 'latin1'));

describe('base64', () => {
  test('is what Node makes and reads', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect(toBase64(bytes)).toBe(text);
        expect(Buffer.from(read(text) ?? [])).toEqual(Buffer.from(bytes));
        expect(Buffer.from(read(text.replace(/=+$/, '')) ?? [])).toEqual(Buffer.from(bytes));
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  test('may be wrapped, at any place', () => {
    expect(read('aGVs\r\nbG8\n=\t ')).toEqual(new Uint8Array(Buffer.from('hello')));
  });

  test('may stand between other bytes', () => {
    const bytes = Buffer.from('|aGVsbG8=|');
    expect(decodeBase64(bytes, 1, 9)).toEqual(new Uint8Array(Buffer.from('hello')));
  });

  test('is refused with a foreign sign, a lone digit, or text behind its padding', () => {
    for (const text of ['aGVs*G8=', 'aGVsb', 'aGVsbG8=x', 'aGVsbG8===', 'aG\u00e9s']) {
      expect(read(text)).toBeNull();
    }
  });
});
