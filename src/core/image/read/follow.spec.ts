import { expect, test } from '@jest/globals';
import { binarise } from '../ink/binarise.js';
import type { DarknessPlane } from '../ink/bitmap.js';
import type { Component } from '../ink/components.js';
import { hiddenBy } from './letters.js';
import { followAlone, followTogether } from './follow.js';
import { drawn, THRESHOLD } from './pen.fixtures.js';
import type { Sheet } from './rows.js';

const WIDTH = 300;
const HEIGHT = 400;
const UPPER = 120;
const LOWER = 260;
/** Strokes meet in a few columns, where no height is known. */
const OFF_MAX = 6;
/** So near to a seam neither lead is known. */
const SEAM = 5;

type Line = (x: number) => number;

/** A stroke from a line at `at` and back, so wide at its foot; upwards where `tall` is positive. */
function stroke(base: number, at: number, tall: number, wide: number): Line {
  return (x) => base - tall * Math.max(0, 1 - (2 * Math.abs(x - at)) / wide);
}

function sheetOf(plane: DarknessPlane, baselines: readonly number[]): Sheet {
  const ink = binarise(plane, THRESHOLD);
  const none = { pieces: [], hiddenAt: hiddenBy([]), pulses: [], bars: [] };
  return { ink, traces: ink, ...none, left: 0, right: WIDTH, baselines };
}

/** How far each row is from what was drawn, in its worst column; a steep one may be two aside. */
function farthest(lines: readonly Line[], seam?: number): readonly number[] {
  const plane = drawn(WIDTH, HEIGHT, ...lines);
  const sheet = sheetOf(plane, [UPPER, LOWER]);
  const alone = followAlone(sheet, plane, THRESHOLD);
  const seams = seam === undefined ? [] : [seam];
  const paths = followTogether(alone, () => seams, sheet, plane, THRESHOLD);
  return paths.map(({ heights }, row) => {
    const line = lines[row] as Line;
    const offs = Array.from(heights.slice(2, WIDTH - 2), (y, k) => {
      if (seam !== undefined && Math.abs(k + 2 - seam) <= SEAM) return 0;
      const near = [0, 0.5, 1, 1.5, 2].map((d) => line(k + 1.5 + d));
      return Math.max(0, y - Math.max(...near), Math.min(...near) - y);
    });
    return Math.max(...offs);
  });
}

/** Bridges the feet of a stroke. */
function mark(level: number): Line {
  return (x) => (Math.abs(x - 150) <= 14 ? level : NaN);
}

test('strokes that reach up to the next row, where a mark bridges its feet, stay their own rows’', () => {
  const [upper, lower] = farthest([
    stroke(UPPER, 150, 90, 24),
    stroke(LOWER, 150, LOWER - UPPER, 24),
    mark(UPPER),
    mark(LOWER),
  ]);
  expect(upper).toBeLessThan(OFF_MAX);
  expect(lower).toBeLessThan(OFF_MAX);
});

test('strokes that cross go on as they came', () => {
  const [upper, lower] = farthest([stroke(UPPER, 150, -120, 30), stroke(LOWER, 151, 120, 30)]);
  expect(upper).toBeLessThan(OFF_MAX);
  expect(lower).toBeLessThan(OFF_MAX);
});

test('a stroke is followed past a letter that hides a part of it', () => {
  const [top, bottom] = [LOWER - 60, LOWER - 30];
  const stroked = stroke(LOWER, 150, 110, 24);
  const whole = drawn(WIDTH, HEIGHT, () => UPPER, stroked, mark(LOWER));
  const data = whole.data.slice();
  for (let y = top; y < bottom; y += 1) data.fill(0, y * WIDTH + 135, y * WIDTH + 165);
  const plane = { ...whole, data };
  const letter = { label: 1, left: 140, right: 160, top: top + 4, bottom: bottom - 4, area: 200 };
  const highest = (letters: readonly Component[]): number => {
    const sheet = { ...sheetOf(plane, [UPPER, LOWER]), hiddenAt: hiddenBy(letters) };
    const alone = followAlone(sheet, plane, THRESHOLD);
    const [, lower] = followTogether(alone, () => [], sheet, plane, THRESHOLD);
    return Math.min(...(lower?.heights.slice(2, WIDTH - 2) ?? []));
  };
  expect(highest([])).toBeGreaterThan(bottom - 4);
  expect(highest([letter])).toBeLessThan(LOWER - 110 + OFF_MAX);
});

test('a stroke that a seam cuts off is followed to where the next lead begins', () => {
  const [peak, seam] = [stroke(LOWER, 150, 110, 12), 153];
  const cut: Line = (x) => (x < seam ? peak(x) : LOWER);
  const [, lower] = farthest([() => UPPER, cut], seam);
  expect(lower).toBeLessThan(OFF_MAX);
});

test('a trace that stays away from its line for long is one row', () => {
  const raised = 60;
  const line: Line = (x) => LOWER - raised * Math.max(0, Math.min(1, 2 * Math.sin(x / 16) - 0.2));
  const plane = drawn(WIDTH, HEIGHT, () => UPPER, line);
  const rows = followAlone(sheetOf(plane, [UPPER, LOWER - raised, LOWER]), plane, THRESHOLD);
  expect(rows.map(({ baseline }) => baseline)).toEqual([UPPER, LOWER]);
});

test('a row begins at its ink, though that lies far from its line', () => {
  const wander: Line = (x) => LOWER - 100 * Math.exp(-x / 40);
  const plane = drawn(WIDTH, HEIGHT, () => UPPER - 60, wander);
  const [, lower] = followAlone(sheetOf(plane, [UPPER - 60, LOWER]), plane, THRESHOLD);
  expect(lower?.runs[0]?.x).toBeLessThan(3);
});
