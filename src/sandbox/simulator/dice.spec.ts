import { describe, expect, test } from '@jest/globals';
import { exp, log, normalQuantile, sine } from '../exact.js';
import { banded, BANDS } from './dice.js';

describe('the dice', () => {
  test('give training and test no value in common', () => {
    for (let share = 0; share < 1; share += 0.001) {
      expect(Math.floor(banded(share, 'training') * BANDS) % 2).toBe(0);
      expect(Math.floor(banded(share, 'test') * BANDS) % 2).toBe(1);
      expect(banded(share, undefined)).toBe(share);
    }
  });
});

describe('arithmetic that is the same everywhere', () => {
  test('agrees with the engine to nine digits', () => {
    for (let x = -20; x < 20; x += 0.37) {
      expect(exp(x) / Math.exp(x)).toBeCloseTo(1, 9);
      expect(log(exp(x))).toBeCloseTo(x, 9);
      expect(sine(x)).toBeCloseTo(Math.sin(2 * Math.PI * x), 8);
    }
    expect(normalQuantile(0.975)).toBeCloseTo(1.95996, 4);
    expect(normalQuantile(0.025)).toBeCloseTo(-1.95996, 4);
  });
});
