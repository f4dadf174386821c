import { expect, test } from '@jest/globals';
import { binarise } from '../ink/binarise.js';
import { drawn, PEN, THRESHOLD } from './pen.fixtures.js';
import { penOf } from './pen.js';
import { runsOf } from './runs.js';

const WIDTH = 240;
const HEIGHT = 120;
const [LEFT, RIGHT, TOP, FOOT] = [20, 50, 30, 90];

/** A pulse, and beside it a trace so full of tremor that its ink is nowhere as thin as the pen. */
const plane = drawn(WIDTH, HEIGHT, (x) =>
  x < RIGHT + 20 ? NaN : FOOT + 8 * Math.sin((2 * Math.PI * x) / (1.6 * PEN)),
);
for (let y = TOP; y < FOOT; y += 1) {
  for (let x = LEFT; x < RIGHT; x += 1) {
    const isPulse = x < LEFT + PEN || x >= RIGHT - PEN || y < TOP + PEN;
    if (isPulse) plane.data[y * WIDTH + x] = 2 * THRESHOLD;
  }
}
const columns = runsOf(binarise(plane, THRESHOLD), plane, THRESHOLD, 0, HEIGHT);
const trembling = columns.flatMap((runs, x) => (x > RIGHT + 22 ? runs : []));

test('the pen is as wide as the upright strokes of a pulse', () => {
  const pulse = { gain: 10 as const, left: LEFT, right: RIGHT, top: TOP, foot: FOOT };
  expect(Math.abs(penOf([pulse], [trembling], plane, THRESHOLD) - PEN)).toBeLessThan(0.5);
});

test('without a pulse it is as tall as level strokes, which tremor makes too tall', () => {
  expect(penOf([], [trembling], plane, THRESHOLD)).toBeGreaterThan(2 * PEN);
  const level = drawn(WIDTH, HEIGHT, () => FOOT);
  const runs = runsOf(binarise(level, THRESHOLD), level, THRESHOLD, 0, HEIGHT).flat();
  expect(Math.abs(penOf([], [runs], level, THRESHOLD) - PEN)).toBeLessThan(0.2);
});

test('a page without ink has a pen of one pixel, so that nothing is divided by it', () => {
  expect(penOf([], [], plane, THRESHOLD)).toBe(1);
});
