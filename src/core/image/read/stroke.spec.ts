import { expect, test } from '@jest/globals';
import { binarise } from '../ink/binarise.js';
import type { DarknessPlane } from '../ink/bitmap.js';
import { drawn as drawnIn, PEN, THRESHOLD } from './pen.fixtures.js';
import { runsOf, type Run } from './runs.js';
import { heightsOf } from './stroke.js';

const WIDTH = 120;
const HEIGHT = 100;
const BASE = 80;
const TIP = 60;

/** A peak of fifty pixels on a base of twelve, as high and as steep as a QRS on paper. */
function peak(x: number): number {
  return BASE - Math.max(0, 50 - (50 / 6) * Math.abs(x - TIP));
}

function drawn(line: (x: number) => number): DarknessPlane {
  return drawnIn(WIDTH, HEIGHT, line);
}

function runsIn(plane: DarknessPlane): readonly Run[] {
  const columns = runsOf(binarise(plane, THRESHOLD), plane, THRESHOLD, 0, HEIGHT);
  return columns.flatMap(([run]) => (run ? [run] : []));
}

function followed(plane: DarknessPlane): Float64Array {
  return heightsOf(runsIn(plane), plane, THRESHOLD, PEN).heights;
}

function widthAt(heights: ArrayLike<number>, level: number): number {
  return Array.from(heights).filter((y) => y < level).length;
}

test('a level line is where the middle of the pen was, to a part of a pixel', () => {
  const heights = followed(drawn(() => 40.3));
  const offs = Array.from(heights.slice(10, WIDTH - 10), (y) => Math.abs(y - 40.3));
  expect(Math.max(...offs)).toBeLessThan(0.1);
});

test('a peak keeps its height and is no broader than it was drawn, though its ink is', () => {
  const plane = drawn(peak);
  const heights = followed(plane);
  const half = BASE - 25;
  const truly = widthAt(
    Float64Array.from({ length: WIDTH }, (_, x) => peak(x + 0.5)),
    half,
  );
  const inked = runsIn(plane).filter(({ top }) => top < half).length;
  expect(inked - truly).toBeGreaterThanOrEqual(PEN - 1);
  expect(Math.abs(widthAt(heights, half) - truly)).toBeLessThanOrEqual(1);
  expect(Math.abs(Math.min(...heights.filter((y) => !Number.isNaN(y))) - (BASE - 50))).toBeLessThan(
    5,
  );
});

test('a tremor finer than the pen, whose ink runs together, is followed from tip to tip', () => {
  const tremor = (x: number): number => 50 + 6 * Math.sin((2 * Math.PI * x) / (1.6 * PEN));
  const heights = followed(drawn(tremor));
  const offs = Array.from(heights.slice(20, WIDTH - 20), (y, k) => Math.abs(y - tremor(k + 20.5)));
  expect(offs.reduce((sum, off) => sum + off, 0) / offs.length).toBeLessThan(1.5);
});

test('pieces of a faded stroke are one, pieces with bare paper between them are not', () => {
  const plane = drawn(peak);
  const cut = (darkness: number): number => {
    const data = plane.data.slice();
    for (let y = 50; y < 56; y += 1) data.fill(darkness, y * WIDTH, (y + 1) * WIDTH);
    const faded = { ...plane, data };
    const ink = binarise(faded, THRESHOLD);
    return runsOf(ink, faded, THRESHOLD, 0, HEIGHT)[TIP - 3]?.length ?? 0;
  };
  expect(cut(THRESHOLD - 20)).toBe(1);
  expect(cut(0)).toBe(2);
});
