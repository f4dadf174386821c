import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { BOUNDS, holds } from './drawn-section.js';
import type { Samples } from './read-samples.js';

/** A machine with much other work. */
const LONG_MS = 180_000;

/** What a worn page keeps at the least; how many reach the clean pages' bound is in the report. */
const WORN_CORRELATION_MIN = 0.93;

let samples: Samples;
// Loops over pixels take ten times as long inside jest as in a process of their own.
beforeAll(async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    './test/support/ts-loader.js',
    'test/validate/pictures/read-samples.ts',
  ]);
  samples = JSON.parse(stdout) as Samples;
}, LONG_MS);

describe('a page that is read back', () => {
  it('has each lead, its ST level and its seconds as they were drawn', () => {
    expect(samples.straight).toMatchObject({
      layout: '3x4',
      rhythmLead: 'II',
      speedMmPerS: 25,
      gainMmPerMv: 10,
      scaleFrom: 'pulse',
    });
    expect(samples.comparison.leads).toHaveLength(12);
    expect(holds(samples.comparison)).toBe(true);
  });

  it('keeps a lead missing outside its own seconds, and can be measured', () => {
    const [from, to] = samples.v1;
    expect(from).toBeCloseTo(5, 1);
    expect(to).toBeCloseTo(7.5, 1);
    const [drawn, read] = samples.rates;
    expect(drawn).toBeGreaterThan(30);
    expect(Math.abs(read - drawn)).toBeLessThan(2);
  });

  it('tells by its pulse that the paper ran at 50 mm/s', () => {
    const { speedMmPerS, scaleFrom, comparison } = samples.fast;
    expect({ speedMmPerS, scaleFrom }).toEqual({ speedMmPerS: 50, scaleFrom: 'pulse' });
    expect(holds(comparison)).toBe(true);
  });

  it('is the same page when it stands on its head or lies on its side', () => {
    expect(samples.overhead).toBeGreaterThanOrEqual(BOUNDS.correlationMin);
    expect(samples.sideways).toBeGreaterThanOrEqual(BOUNDS.correlationMin);
  });

  it('may have strokes that cross into the rows beside them', () => {
    const [clean, worn] = samples.crossing;
    expect(clean).toBeGreaterThanOrEqual(BOUNDS.correlationMin);
    expect(worn).toBeGreaterThanOrEqual(WORN_CORRELATION_MIN);
  });

  it('may be turned, seen from a slant, creased, in shadow, blurred and kept as a poor JPEG', () => {
    const { leads, timeError, layout, gainMmPerMv } = samples.worn;
    expect({ layout, gainMmPerMv }).toEqual({ layout: '3x4', gainMmPerMv: 10 });
    expect(Math.abs(timeError)).toBeLessThanOrEqual(BOUNDS.timeErrorMax);
    for (const { correlation, stMicrovolts } of leads) {
      expect(correlation).toBeGreaterThanOrEqual(WORN_CORRELATION_MIN);
      expect(Math.abs(stMicrovolts ?? 0)).toBeLessThanOrEqual(BOUNDS.stMicrovoltsMax);
    }
  });
});

describe('a picture that is no whole page of one ECG', () => {
  it('is refused by name', () => {
    expect(samples.codes).toEqual({
      blank: 'picture-no-page',
      cat: 'picture-no-page',
      words: 'picture-no-page',
      half: 'picture-cut-off',
      two: 'picture-many-ecgs',
      strips: 'picture-layout-unknown',
      rest: 'picture-layout-unknown',
    });
  });
});
