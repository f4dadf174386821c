import { expect, test } from '@jest/globals';
import { softened } from './soften.js';

const [WIDTH, HEIGHT] = [24, 9];

/** What of an upright line one pixel wide is seen in every second column. */
function seen(line: number): number {
  const data = new Uint8Array(WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y += 1) data[y * WIDTH + line] = 200;
  const soft = softened({ width: WIDTH, height: HEIGHT, data });
  const row = soft.data.subarray((HEIGHT >> 1) * WIDTH, ((HEIGHT >> 1) + 1) * WIDTH);
  return row.filter((_, x) => x % 2 === 0).reduce((sum, value) => sum + value, 0);
}

test('a line is seen as well between two places of a look as on one', () => {
  expect(seen(12)).toBe(100);
  expect(seen(13)).toBe(100);
});
