import { describe, expect, test } from '@jest/globals';
import { edgeLength, ellipticHighPass, notch, removeBaseline, sosfiltfilt } from './filter.js';

const OMI = { passHz: 0.8, stopHz: 0.2, rippleDb: 0.5, attenuationDb: 40 };

function sine(hz: number, sampleRateHz: number, seconds: number): Float64Array {
  return Float64Array.from({ length: sampleRateHz * seconds }, (_, i) =>
    Math.sin((2 * Math.PI * hz * i) / sampleRateHz),
  );
}

/** Peak in the middle half, where the edges have rung out. */
function peak(x: Float64Array): number {
  return x.subarray(x.length / 4, (3 * x.length) / 4).reduce((m, v) => Math.max(m, Math.abs(v)), 0);
}

describe('zero-phase filters', () => {
  test.each([100, 250, 500, 977, 1000, 2000, 4000])(
    'the elliptic high-pass keeps its promise at %i Hz',
    (rate) => {
      const sections = ellipticHighPass(OMI, rate);
      expect(peak(sosfiltfilt(sections, sine(0.2, rate, 40)))).toBeLessThan(
        10 ** (-80 / 20) * 1.05,
      );
      expect(peak(sosfiltfilt(sections, sine(2, rate, 40)))).toBeGreaterThan(
        10 ** (-1 / 20) * 0.99,
      );
    },
  );

  test('a wave keeps its place', () => {
    const x = new Float64Array(5000);
    for (let i = 0; i < 5000; i += 1) x[i] = Math.exp(-(((i - 2500) / 10) ** 2));
    const y = sosfiltfilt(ellipticHighPass(OMI, 500), x);
    expect(y.indexOf(Math.max(...y))).toBe(2500);
  });

  test('a constant is baseline, and no edge rings from it', () => {
    expect(peak(removeBaseline(new Float64Array(2000).fill(812), 500))).toBeLessThan(1e-6);
  });

  test('the notch takes mains out and leaves 10 Hz alone', () => {
    const sections = notch(50, 30, 500);
    expect(peak(sosfiltfilt(sections, sine(50, 500, 10)))).toBeLessThan(0.01);
    expect(peak(sosfiltfilt(sections, sine(10, 500, 10)))).toBeGreaterThan(0.99);
  });

  test('too few samples and an edge beyond half the rate are refused', () => {
    const sections = ellipticHighPass(OMI, 500);
    expect(() => sosfiltfilt(sections, new Float64Array(edgeLength(sections)))).toThrow(RangeError);
    expect(() => notch(50, 30, 100)).toThrow(RangeError);
  });
});
