import { expect, test } from '@jest/globals';
import type { DarknessPlane } from '../ink/bitmap.js';
import { flatten } from './flatten.js';
import { halved } from './planes.js';
import { SCALE } from './straighten.js';

const PIXELS_A_MM = 4;
const [WIDTH, HEIGHT] = [1000, 720];
/** Two strokes that stand so far apart on the paper. */
const [FIRST, SECOND] = [200, 800];
const PALE = 20;

type Box = readonly [left: number, top: number, right: number, bottom: number];

function plane(width = WIDTH, height = HEIGHT): DarknessPlane {
  return { width, height, data: new Uint8Array(width * height) };
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

const [PAGE_WIDTH_MM, PAGE_HEIGHT_MM] = [280, 190];
const STROKES = 25;
const STROKES_APART_MM = 10;
/** Much less than half a pixel of the page, by which its lines are off. */
const OFF_MM_MAX = 0.03;

/** A page as a screen draws it: lines on the nearest pixel, strokes where they belong. */
function drawnPage() {
  const perMm = 150 / 25.4;
  const [width, height] = [Math.round(PAGE_WIDTH_MM * perMm), Math.round(PAGE_HEIGHT_MM * perMm)];
  const [grid, pen] = [plane(width, height), plane(width, height)];
  for (let mm = 0; mm < PAGE_WIDTH_MM; mm += 1) {
    const at = Math.round(mm * perMm);
    const by = mm % 5 === 0 ? 84 : 38;
    darken(grid, [at, 0, at + 1, height], by);
    if (mm < PAGE_HEIGHT_MM) darken(grid, [0, at, width, at + 1], by);
  }
  for (let k = 0; k < STROKES; k += 1) {
    const at = (k + 2) * STROKES_APART_MM * perMm;
    for (let x = Math.floor(at) - 2; x <= at + 3; x += 1) {
      const share = Math.max(0, Math.min(1, 1.5 - Math.abs(x + 0.5 - at)));
      darken(pen, [x, 300, x + 1, 800], Math.round(200 * share));
    }
  }
  return {
    fine: { pen, grid, factor: 1 },
    coarse: { pen: halved(pen, 2), grid: halved(grid, 2), factor: 2 },
  };
}

test('a flat page stays flat, though its lines stand on whole pixels', () => {
  const { fine, coarse } = drawnPage();
  const flat = flatten(fine.pen, coarse, fine)?.pen ?? plane();
  const line = flat.data.subarray(flat.width * (flat.height >> 1)).subarray(0, flat.width);
  const middles: number[] = [];
  for (let x = 0; x < line.length; x += 1) {
    let [weight, sum] = [0, 0];
    for (; (line[x] ?? 0) > 0; x += 1) {
      weight += line[x] as number;
      sum += (line[x] as number) * x;
    }
    if (weight > 0) middles.push(sum / weight / SCALE);
  }
  expect(middles).toHaveLength(STROKES);
  const first = middles[0] as number;
  const off = middles.map((mm, k) => Math.abs(mm - first - k * STROKES_APART_MM));
  expect(Math.max(...off)).toBeLessThan(OFF_MM_MAX);
});
