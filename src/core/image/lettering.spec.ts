import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  fitText,
  parsePrintable,
  TEXT_CHARACTERS_MAX,
  textStrokes,
  textWidthMm,
  wrapText,
} from './lettering.js';

const PLAIN = { sizeMm: 3, bold: false };
const BOX = JSON.stringify(textStrokes('漢', PLAIN, 0, 0));

function isBox(character: string): boolean {
  return JSON.stringify(textStrokes(character, PLAIN, 0, 0)) === BOX;
}

describe('the letters of a page', () => {
  it('hold ASCII, the letters of Latin-1 and the signs that an ECG needs', () => {
    const ascii = Array.from({ length: 0x7e - 0x20 }, (_, i) => String.fromCodePoint(0x21 + i));
    const latin = Array.from({ length: 0x40 }, (_, i) => String.fromCodePoint(0xc0 + i));
    const signs = Array.from('µ°²³±·×÷≥≤≈–—−…«»§ŁłĐđŠšŽžČčŘřŐőŰűĄąĘęŞşĞğİıŒœ');
    expect([...ascii, ...latin, ...signs].filter(isBox)).toEqual([]);
  });

  it('differ from one another', () => {
    const ascii = Array.from({ length: 0x7e - 0x20 }, (_, i) => String.fromCodePoint(0x21 + i));
    const drawn = new Set(ascii.map((one) => JSON.stringify(textStrokes(one, PLAIN, 0, 0))));
    expect(drawn.size).toBe(ascii.length);
  });

  it('stand on their line, as high as their size says', () => {
    const heights = textStrokes('H', PLAIN, 0, 0).flatMap((s) => s.filter((_, i) => i % 2 === 1));
    expect(Math.max(...heights)).toBeCloseTo(0, 9);
    expect(Math.min(...heights)).toBeCloseTo(-0.72 * 3, 9);
  });

  it('show a box for what they do not hold', () => {
    expect(isBox('語')).toBe(true);
    expect(isBox('A')).toBe(false);
  });
});

describe('a text from outside', () => {
  it('becomes one bounded line that fits, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 800 }), fc.boolean(), (text, bold) => {
        const fitted = fitText(text, { sizeMm: 3, bold }, 60);
        expect(fitted.length).toBeLessThanOrEqual(2 * TEXT_CHARACTERS_MAX);
        expect(fitted).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u202e]/u);
        expect(textWidthMm(fitted, { sizeMm: 3, bold })).toBeLessThanOrEqual(60);
        expect(textStrokes(fitted, PLAIN, 0, 0).flat().every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('cannot turn its direction or break the line', () => {
    expect(parsePrintable('a\u202eb\nc\u0000d')).toBe('a b c d');
  });

  it('keeps its words together and no more lines than asked for', () => {
    const lines = wrapText('one two three four five six seven eight', PLAIN, 16, 3);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^one two/);
    expect(lines[2]).toMatch(/…$/);
    for (const line of lines) expect(textWidthMm(line, PLAIN)).toBeLessThanOrEqual(16);
  });
});
