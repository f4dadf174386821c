import { describe, expect, test } from '@jest/globals';
import { RESAMPLE_FACTOR_MAX, resampleFactors, resamplePoly, resampleTo } from './resample.js';

describe('resampling', () => {
  test('a wave below both limits keeps its shape at any pair of rates', () => {
    for (const [from, to] of [
      [500, 400],
      [977, 400],
      [333.33, 500],
      [128.5, 250],
    ] as const) {
      const wave = (hz: number, i: number) => Math.sin((2 * Math.PI * 3 * i) / hz);
      const x = Float64Array.from({ length: Math.round(from * 4) }, (_, i) => wave(from, i));
      const y = resampleTo(x, from, to);
      for (let i = Math.round(to / 2); i < to * 3; i += 1) {
        expect(Math.abs((y[i] as number) - wave(to, i))).toBeLessThan(0.01);
      }
    }
  });

  test('ten seconds stay ten seconds', () => {
    for (const rate of [250, 256, 360, 500, 512, 977, 1000, 1024, 2000]) {
      expect(resampleTo(new Float64Array(rate * 10), rate, 400)).toHaveLength(4000);
    }
  });

  test('the same rate gives the same numbers in a copy', () => {
    const x = Float64Array.of(1, 2, 3);
    const y = resamplePoly(x, 7, 7);
    expect([...y]).toEqual([1, 2, 3]);
    expect(y).not.toBe(x);
  });

  test('any rate finds a fraction within bounds, exact where one exists', () => {
    expect(resampleFactors(500, 400)).toEqual({ up: 4, down: 5 });
    expect(resampleFactors(512.5, 400)).toEqual({ up: 32, down: 41 });
    const odd = resampleFactors(499.9973, 400);
    expect(Math.max(odd.up, odd.down)).toBeLessThanOrEqual(RESAMPLE_FACTOR_MAX);
    expect(Math.abs((odd.up / odd.down) * 499.9973 - 400) / 400).toBeLessThan(1e-5);
  });

  test('a factor that is no small whole number is refused', () => {
    expect(() => resamplePoly([1], 0, 1)).toThrow(RangeError);
    expect(() => resamplePoly([1], 1.5, 1)).toThrow(RangeError);
    expect(() => resampleTo([1], 1, 1e9)).toThrow(RangeError);
  });
});
