import { describe, expect, it } from '@jest/globals';
import { MISSING } from '../ecg/ecg.js';
import { clipLine, traceLine } from './trace-line.js';

const SCALE = { speedMmPerSecond: 25, gainMmPerMillivolt: 10, isInverted: false };

describe('a line of a trace', () => {
  it('begins anew after each gap, and a sample alone stays a dot', () => {
    const samples = [0, 0, MISSING, 0, MISSING, MISSING, 0, 0];
    const window = { samples, sampleRateHz: 100, fromSeconds: 0, toSeconds: 1 };
    expect(traceLine(window, SCALE).map((line) => line.length / 2)).toEqual([2, 1, 2]);
  });

  it('keeps the height of a pulse that is one sample long at a high rate', () => {
    const samples = Array.from({ length: 4000 }, (_, i) => (i === 1234 ? 2000 : 0));
    const window = { samples, sampleRateHz: 4000, fromSeconds: 0, toSeconds: 1 };
    const [line = []] = traceLine(window, SCALE);
    expect(Math.max(...line.filter((_, i) => i % 2 === 1))).toBeCloseTo(20, 9);
    expect(line.length).toBeLessThan(samples.length);
  });
});

describe('a cut line', () => {
  it('ends exactly at the edge and begins there again', () => {
    const { lines, exits } = clipLine([0, 5, 1, -5, 2, 5], 0, 10);
    expect(lines).toEqual([
      [0, 5, 0.5, 0],
      [1.5, 0, 2, 5],
    ]);
    expect(exits).toEqual([{ fromX: 0.5, toX: 1.5, side: 'top' }]);
  });

  it('that jumps from above to below shows its way through and both exits', () => {
    const { lines, exits } = clipLine([0, -5, 1, 15], 0, 10);
    expect(lines).toEqual([[0.25, 0, 0.75, 10]]);
    expect(exits.map(({ side }) => side)).toEqual(['top', 'bottom']);
  });

  it('that never comes in leaves only its exit', () => {
    const { lines, exits } = clipLine([0, 20, 4, 21], 0, 10);
    expect(lines).toEqual([]);
    expect(exits).toEqual([{ fromX: 0, toX: 4, side: 'bottom' }]);
  });

  it('inside its band stays as it is', () => {
    expect(clipLine([0, 1, 1, 2], 0, 10)).toEqual({ lines: [[0, 1, 1, 2]], exits: [] });
  });
});
