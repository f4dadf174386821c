import { expect, test } from '@jest/globals';
import { emptyBitmap, type Bitmap } from '../ink/bitmap.js';
import { PEN_MM, sheetOf } from './rows.js';
import { SCALE } from './straighten.js';

const PEN = PEN_MM * SCALE;
const STEP = 13 * SCALE;
const ROWS = Array.from({ length: 12 }, (_, k) => (k + 1) * STEP);
const [LEFT, RIGHT] = [20 * SCALE, 220 * SCALE];
/** Half as high as usual, so that twelve rows have room. */
const PULSE_MM = 5;

function fill(
  ink: Bitmap,
  [left, top, right, bottom]: readonly [number, number, number, number],
): void {
  for (let y = Math.round(top); y < bottom; y += 1) {
    ink.data.fill(1, y * ink.width + Math.round(left), y * ink.width + Math.round(right));
  }
}

/** Twelve rows of a beating heart, and a pulse beside each for which `hasPulse`. */
function page(hasPulse: (row: number) => boolean): Bitmap {
  const ink = emptyBitmap(RIGHT + LEFT, STEP * 13);
  for (const [k, y] of ROWS.entries()) {
    fill(ink, [LEFT, y - PEN / 2, RIGHT, y + PEN / 2]);
    for (let x = LEFT + 50; x < RIGHT; x += 100) fill(ink, [x, y - 20, x + PEN, y]);
    if (!hasPulse(k)) continue;
    const [left, right, top, foot] = [30, 66, y - PULSE_MM * SCALE - PEN / 2, y + PEN / 2];
    fill(ink, [left, top, left + PEN, foot]);
    fill(ink, [right - PEN, top, right, foot]);
    fill(ink, [left, top, right, top + PEN]);
  }
  return ink;
}

function linesOf(hasPulse: (row: number) => boolean): readonly number[] {
  return (sheetOf(page(hasPulse))?.baselines ?? []).map((y) => Math.round(y / STEP));
}

const ALL = ROWS.map((_, k) => k + 1);

test('each pulse stands on the line of its row', () => {
  expect(linesOf(() => true)).toEqual(ALL);
});

test('a row whose pulse is lost is found by its ink', () => {
  expect(linesOf((row) => row !== 4)).toEqual(ALL);
});

test('pulses that make a layout by themselves are all the rows', () => {
  const seven = linesOf((row) => row < 7);
  expect(seven).toEqual(ALL.slice(0, 7));
});

test('two rules of a form that run together are no row', () => {
  const ink = page(() => true);
  fill(ink, [LEFT - 8 * SCALE, STEP / 2, RIGHT + 8 * SCALE, STEP / 2 + 2.2 * SCALE]);
  const sheet = sheetOf(ink);
  expect(sheet?.pulses).toHaveLength(ROWS.length);
  expect(sheet?.left).toBe(LEFT);
});
