import { describe, expect, test } from '@jest/globals';
import type { Pixels } from '../raster.js';
import { binarise, type Bitmap } from './binarise.js';
import { components, withoutSpecks } from './components.js';
import { opening } from './opening.js';

const bitmapOf = (rows: readonly string[]): Bitmap => ({
  width: rows[0]?.length ?? 0,
  height: rows.length,
  bits: Uint8Array.from(rows.join(''), (sign) => Number(sign === '#')),
});
const rowsOf = ({ width, height, bits }: Bitmap): string[] =>
  Array.from({ length: height }, (_, y) =>
    Array.from(bits.subarray(y * width, (y + 1) * width), (bit) => (bit ? '#' : '.')).join(''),
  );
const pixelsOf = (width: number, colours: readonly number[]): Pixels => ({
  width,
  height: colours.length / width,
  colours: Uint32Array.from(colours),
});

describe('ink', () => {
  const [PAPER, GRID, TRACE] = [0xffffff, 0xf0b2ab, 0x0e0e14];

  test('is the trace and not the grid, on white paper and on grey', () => {
    for (const paper of [PAPER, 0xb0b0b0]) {
      const colours = [paper, paper, GRID, paper, TRACE, paper, GRID, paper, paper, paper];
      expect(rowsOf(binarise(pixelsOf(5, colours)))).toEqual(['....#', '.....']);
    }
  });

  test('is nowhere on a blank page, nor on one with a grid alone', () => {
    const blank = new Array<number>(40).fill(PAPER);
    expect(binarise(pixelsOf(8, blank)).bits.some(Boolean)).toBe(false);
    expect(binarise(pixelsOf(8, blank.with(3, GRID))).bits.some(Boolean)).toBe(false);
  });

  test('hangs together over corners, and arms that meet late are one piece', () => {
    const { labels, sizes } = components(bitmapOf(['#.#.#', '#.#..', '.#...', '....#']));
    expect([...sizes]).toEqual([0, 5, 1, 1]);
    expect(labels[0]).toBe(labels[2]);
    expect(labels[4]).not.toBe(labels[19]);
  });

  test('loses its specks', () => {
    const dirty = bitmapOf(['##..#', '#....', '..#..']);
    expect(rowsOf(withoutSpecks(dirty, 3))).toEqual(['##...', '#....', '.....']);
    expect(rowsOf(withoutSpecks(dirty, 1))).toEqual(rowsOf(dirty));
  });

  test('opened by a square, loses what is thinner and keeps the width of what is not', () => {
    const page = bitmapOf(['##.#..', '##.#..', '...#..', '.#####', '..####']);
    expect(rowsOf(opening(page, 2))).toEqual(['##....', '##....', '......', '..####', '..####']);
    expect(rowsOf(opening(page, 1))).toEqual(rowsOf(page));
    const once = opening(page, 2);
    expect(rowsOf(opening(once, 2))).toEqual(rowsOf(once));
  });
});
