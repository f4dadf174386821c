import { describe, expect, test } from '@jest/globals';
import { binarise } from '../ink/binarise.js';
import { fitted } from './fit.js';
import { drawn, PEN, THRESHOLD } from './pen.fixtures.js';
import { runsOf } from './runs.js';
import { heightsOf } from './stroke.js';

const WIDTH = 160;
const HEIGHT = 100;
/** At both ends of a trace half of what its pixels would say is missing. */
const ENDS = 10;

/** How far the trace is read from where the pen went, before and after it is fitted, in the mean. */
function offsOf(line: (x: number) => number, ...others: readonly ((x: number) => number)[]) {
  const plane = drawn(WIDTH, HEIGHT, line, ...others);
  const columns = runsOf(binarise(plane, THRESHOLD), plane, THRESHOLD, 0, HEIGHT);
  const away = (run: { top: number; bottom: number }, x: number): number =>
    Math.abs((run.top + run.bottom) / 2 - line(x + 0.5));
  const runs = columns.flatMap((ink, x) =>
    ink.length === 0 ? [] : [ink.reduce((a, b) => (away(b, x) < away(a, x) ? b : a))],
  );
  const read = heightsOf(runs, plane, THRESHOLD, PEN);
  const fit = fitted(read, runs, plane, PEN);
  const off = (heights: Float64Array): number => {
    const inner = heights.subarray(ENDS, WIDTH - ENDS);
    const sum = inner.reduce((all, y, k) => all + Math.abs(y - line(ENDS + k + 0.5)), 0);
    return sum / inner.length;
  };
  return { read: off(read.heights), fitted: off(fit.heights), path: read, fit };
}

const waves = (x: number): number => 50 + 8 * Math.sin(x / 9) + 3 * Math.sin(x / 1.7);
const LOWEST = 50 + 8 + 3;

describe('a trace that is fitted to the greys of the picture', () => {
  test('lies where the pen was, to a twentieth of a pixel where it is level', () => {
    expect(offsOf((x) => 40.3 + x / 50).fitted).toBeLessThan(0.05);
  });

  test('is nearer to waves hardly wider than the pen than its edges tell', () => {
    const { read, fitted: fit } = offsOf(waves);
    expect(fit).toBeLessThan(0.6 * read);
  });

  test('is not drawn to the ink of another row', () => {
    const alone = offsOf(waves).fitted;
    expect(offsOf(waves, () => LOWEST + PEN + 1).fitted).toBeLessThan(alone + 0.02);
  });

  test('keeps all else that is known of the path', () => {
    const { path, fit } = offsOf(waves);
    expect({ ...fit, heights: null }).toEqual({ ...path, heights: null });
  });
});
