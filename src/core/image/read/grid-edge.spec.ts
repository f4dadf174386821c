import { describe, expect, test } from '@jest/globals';
import type { DarknessPlane } from '../ink/bitmap.js';
import { LOOK_SCALE } from './folds.js';
import { grownToEdges } from './grid-edge.js';
import type { Box } from './straighten.js';

const BOX: Box = { left: -60, top: -40, right: 60, bottom: 40 };
/** Where the grid of the paper ends. */
const GRID: Box = { left: -50, top: -30, right: 46, bottom: 32 };

/** Lines on each millimetre, strong ones on each fifth; beside them a darkness that has no lines. */
function paper(beside: (x: number, y: number) => number): DarknessPlane {
  const width = (BOX.right - BOX.left) * LOOK_SCALE;
  const height = (BOX.bottom - BOX.top) * LOOK_SCALE;
  const line = (pixel: number): number =>
    pixel % (5 * LOOK_SCALE) === 0 ? 90 : pixel % LOOK_SCALE === 0 ? 30 : 0;
  const data = Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const [u, v] = [BOX.left + x / LOOK_SCALE, BOX.top + y / LOOK_SCALE];
    const isGrid = u >= GRID.left && u < GRID.right && v >= GRID.top && v < GRID.bottom;
    return isGrid ? Math.max(line(x), line(y)) : beside(x, y);
  });
  return { width, height, data };
}

/** Strokes of no common distance (a linear congruence of each place). */
const writing = (x: number, y: number): number => {
  const place = Math.imul(x * 409 + y, 2654435761) >>> 0;
  return (Math.imul(place ^ (place >>> 15), 2246822519) >>> 0) % 10 < 3 ? 80 : 0;
};
const nothingHides = new Uint8Array(
  (BOX.right - BOX.left) * LOOK_SCALE * (BOX.bottom - BOX.top) * LOOK_SCALE,
);

describe.each([
  ['bare paper', () => 0],
  ['writing', writing],
])('a grid that ends beside %s', (_, beside) => {
  const grid = paper(beside);

  test('is taken to its end where the blocks stopped before', () => {
    const found = { left: -46, top: -22, right: 42, bottom: 28 };
    const grown = grownToEdges(grid, nothingHides, BOX, found);
    for (const side of ['left', 'top', 'right', 'bottom'] as const) {
      expect(grown[side]).toBeCloseTo(GRID[side], 6);
    }
  });

  test('and not beyond it', () => {
    expect(grownToEdges(grid, nothingHides, BOX, GRID)).toEqual(GRID);
  });
});

test('a page that is grid to the edge of the picture ends there', () => {
  const whole = { left: -54, top: -36, right: 56, bottom: 38 };
  const line = (pixel: number): number => (pixel % (5 * LOOK_SCALE) === 0 ? 90 : 0);
  const grid = paper((x, y) => Math.max(line(x), line(y)));
  const grown = grownToEdges(grid, nothingHides, BOX, whole);
  expect(grown).toEqual(BOX);
});
