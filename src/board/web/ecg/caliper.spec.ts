import { describe, expect, test } from '@jest/globals';
import { caliperWords, moveCaliper, readCaliper } from './caliper.js';

const USUAL = { speedMmPerSecond: 25, gainMmPerMillivolt: 10 };

describe('calipers', () => {
  test('read 20 mm across and 3 mm up as 800 ms, 75 a minute and 0.3 mV', () => {
    const caliper = { fromX: 40, fromY: 80, toX: 60, toY: 77 };
    const reading = readCaliper(caliper, USUAL);
    expect(reading).toEqual({ milliseconds: 800, perMinute: 75, millivolts: 0.3 });
    expect(caliperWords(reading)).toBe('800 ms · 75/min · +0.30 mV');
  });

  test('follow the speed and the gain of the paper', () => {
    const caliper = { fromX: 0, fromY: 0, toX: 20, toY: 10 };
    const reading = readCaliper(caliper, { speedMmPerSecond: 50, gainMmPerMillivolt: 20 });
    expect(reading).toEqual({ milliseconds: 400, perMinute: 150, millivolts: -0.5 });
  });

  test('call a slip of the hand no rate', () => {
    const reading = readCaliper({ fromX: 0, fromY: 0, toX: 1, toY: 0 }, USUAL);
    expect(reading.perMinute).toBeNull();
    expect(caliperWords(reading)).not.toContain('/min');
  });

  test('move by the arrow keys, either end, and by no other key', () => {
    const caliper = { fromX: 10, fromY: 10, toX: 20, toY: 10 };
    expect(moveCaliper(caliper, 'ArrowRight', false)).toEqual({ ...caliper, toX: 20.5 });
    expect(moveCaliper(caliper, 'ArrowUp', true)).toEqual({ ...caliper, fromY: 9.5 });
    expect(moveCaliper(caliper, 'x', false)).toBeNull();
  });
});
