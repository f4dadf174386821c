import { expect, test } from '@jest/globals';
import type { DarknessPlane } from '../ink/bitmap.js';
import { flatten } from './flatten.js';
import { SCALE } from './straighten.js';

const PIXELS_A_MM = 4;
const [WIDTH, HEIGHT] = [1000, 720];
/** Two strokes that stand so far apart on the paper. */
const [FIRST, SECOND] = [200, 800];
const PALE = 20;

type Box = readonly [left: number, top: number, right: number, bottom: number];

function plane(): DarknessPlane {
  return { width: WIDTH, height: HEIGHT, data: new Uint8Array(WIDTH * HEIGHT) };
}

function darken({ width, data }: DarknessPlane, [left, top, right, bottom]: Box, by: number): void {
  for (let y = top; y < bottom; y += 1) data.fill(by, y * width + left, y * width + right);
}

/** Pale lines on each millimetre, none stronger, and in `patch` strong ones that stand too far apart. */
function paper([left, top, right, bottom]: Box) {
  const [grid, pen] = [plane(), plane()];
  for (let x = 0; x < WIDTH; x += PIXELS_A_MM) darken(grid, [x, 0, x + 1, HEIGHT], PALE);
  for (let y = 0; y < HEIGHT; y += PIXELS_A_MM) darken(grid, [0, y, WIDTH, y + 1], PALE);
  const wrong = 5.2 * PIXELS_A_MM;
  for (let at = left; at < right; at += wrong) {
    darken(grid, [Math.round(at), top, Math.round(at) + 1, bottom], 4 * PALE);
  }
  for (let at = top; at < bottom; at += wrong) {
    darken(grid, [left, Math.round(at), right, Math.round(at) + 1], 4 * PALE);
  }
  for (const x of [FIRST, SECOND]) darken(pen, [x, 200, x + 3, 500], 255);
  return { pen, coarse: { pen, grid, factor: 1 } };
}

function strokesApartMm({ width, height, data }: DarknessPlane): number {
  const line = data.subarray(width * (height >> 1), width * ((height >> 1) + 1));
  return (line.lastIndexOf(255) - line.indexOf(255)) / SCALE;
}

test('a sheet is not laid by the few places that seem to show strong lines', () => {
  const { pen, coarse } = paper([600, 60, 760, 220]);
  const flat = flatten(pen, coarse);
  expect(flat?.turnedDegrees).toBeCloseTo(0, 1);
  const apart = strokesApartMm(flat?.pen ?? plane());
  expect(Math.abs(apart / ((SECOND - FIRST) / PIXELS_A_MM) - 1)).toBeLessThan(0.01);
  // Nor do they tell where the paper ends: what lies around may hold its pulses.
  expect(flat?.wider?.().width).toBeGreaterThanOrEqual(flat?.pen.width ?? Infinity);
});
