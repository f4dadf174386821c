import { expect, test } from '@jest/globals';
import { clearedAtEdges } from './edge.js';
import { drawn } from './pen.fixtures.js';

const WIDTH = 260;
const HEIGHT = 200;

test('the edge of a sheet is taken away, a trace and what lies bare stay', () => {
  const trace = (x: number): number => (x > 40 && x < 220 ? 100 + 20 * Math.sin(x / 9) : NaN);
  const plane = drawn(WIDTH, HEIGHT, trace);
  const data = plane.data.slice();
  // A shadow two millimetres broad all around, and nothing beyond it.
  for (let y = 10; y < 190; y += 1) {
    for (let x = 10; x < 250; x += 1) {
      if (y < 22 || y >= 178 || x < 22 || x >= 238) data[y * WIDTH + x] = 160;
    }
  }
  expect(clearedAtEdges({ width: WIDTH, height: HEIGHT, data }).data).toEqual(plane.data);
});
