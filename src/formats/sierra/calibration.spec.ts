import { describe, expect, test } from '@jest/globals';
import { samplesBeforeCalibration } from './calibration.js';

const RATE_HZ = 500;
const STEP = 5;

/** A heart for `count` samples, each lead its own, then foot, pulse and foot, all alike. */
function recording(count: number, pulse: { height?: number; foot?: number; length?: number } = {}) {
  const { height = 200, foot = 0, length = 100 } = pulse;
  return [1, 2, 3].map((lead) => [
    ...Array.from({ length: count }, (_, i) => lead * (40 + (i % 90))),
    ...new Array<number>(60).fill(foot),
    ...new Array<number>(length).fill(foot + height),
    ...new Array<number>(50).fill(foot),
  ]);
}

const before = (leads: number[][], rateHz = RATE_HZ) =>
  samplesBeforeCalibration(leads, STEP, rateHz);

describe('the calibration at the end of a recording', () => {
  test('is everything alike in all leads around a pulse of one millivolt', () => {
    expect(before(recording(5200))).toBe(5200);
  });

  test('is found at another rate, on another level, and where leads differ by a step', () => {
    expect(before(recording(9000, { length: 200 }), 1000)).toBe(9000);
    expect(before(recording(5000, { foot: -30, height: 190 }))).toBe(5000);
    const [one = [], ...others] = recording(5000);
    expect(before([one.map((value, i) => (i < 5000 ? value : value + 1)), ...others])).toBe(5000);
  });

  test('is not a pulse of another height or of a few samples, nor a flat end', () => {
    for (const pulse of [{ height: 100 }, { height: 260 }, { length: 10 }, { height: 0 }]) {
      const leads = recording(3000, pulse);
      expect(before(leads)).toBe(leads[0]?.length);
    }
  });

  test('is not a beat that only some leads show', () => {
    const [one = [], ...others] = recording(3000);
    const leads = [one.map((value, i) => (i > 3100 && i < 3110 ? 50 : value)), ...others];
    expect(before(leads)).toBe(one.length);
  });

  test('takes no more than the last second from a silent heart', () => {
    const silent = recording(5200).map((lead) => lead.map((value, i) => (i < 5200 ? 0 : value)));
    const count = silent[0]?.length ?? 0;
    expect(before(silent)).toBe(count - RATE_HZ);
  });

  test('needs leads to be alike', () => {
    expect(before([])).toBe(0);
    expect(before(recording(100).slice(0, 1))).toBe(310);
  });
});
