import { expect, test } from '@jest/globals';
import { ENOUGH_MIN, stability } from './drift.js';

/** Evenly spread from 0 to 1, in an order that tells nothing. */
const spread = (count: number, shape: (x: number) => number = (x) => x) =>
  Array.from({ length: count }, (_, i) => shape(((i * 7_919) % count) / count));

test('the same again has not moved; half of it gone to one side has moved much', () => {
  expect(stability(spread(1_000), spread(700))).toBeLessThan(0.01);
  expect(
    stability(
      spread(1_000),
      spread(1_000, (x) => x * x),
    ),
  ).toBeGreaterThan(0.25);
});

test('is the sum over the tenths of the beginning', () => {
  // All of the present in the last tenth: nine bins are empty and count as half a value.
  const [share, empty] = [1_000 / 1_004.5, 0.5 / 1_004.5];
  const expected =
    (share - 0.1) * Math.log(share / 0.1) + 9 * (empty - 0.1) * Math.log(empty / 0.1);
  expect(
    stability(
      spread(1_000),
      spread(1_000, () => 0.95),
    ),
  ).toBeCloseTo(expected, 10);
});

test('too few say nothing, values that are all alike say that', () => {
  expect(stability(spread(ENOUGH_MIN - 1), spread(ENOUGH_MIN))).toBeNull();
  expect(stability(spread(ENOUGH_MIN), spread(ENOUGH_MIN - 1))).toBeNull();
  expect(
    stability(
      spread(300, () => 2),
      spread(300, () => 2),
    ),
  ).toBeCloseTo(0, 3);
  expect(
    stability(
      spread(300, () => 2),
      spread(300, () => 1),
    ),
  ).toBeGreaterThan(0.25);
});
