import { describe, expect, test } from '@jest/globals';
import { rateOfPeriod } from './rate.js';

describe('the rate that a period stands for', () => {
  test.each([
    [0.002, 500],
    [0.001, 1000],
    [0.004, 250],
    [1 / 300, 300],
    // 1/256 = 0.00390625, 1/240 = 0.0041666..., 1/300 = 0.00333333...
    [0.00390625, 256],
    [0.003906, 256],
    [0.004167, 240],
    [0.003333, 300],
    [0.0033333, 300],
  ])('%d s is %d Hz', (seconds, rateHz) => {
    expect(rateOfPeriod(seconds)).toBe(rateHz);
  });

  test('stays as it is where no whole rate rounds to its digits, or where there are too few', () => {
    // 1/0.00391 = 255.75..., three digits; 1/0.0040404 = 247.500..., and neither neighbour fits.
    expect(rateOfPeriod(0.00391)).toBeCloseTo(255.7545, 4);
    expect(rateOfPeriod(0.0040404)).toBeCloseTo(247.5002, 4);
  });
});
