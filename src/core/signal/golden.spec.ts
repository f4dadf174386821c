import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  butterworthBandPass,
  butterworthHighPass,
  butterworthLowPass,
  ellipticHighPass,
  notch,
  sosfiltfilt,
  type EllipticHighPassSpec,
  type Sections,
} from './filter.js';
import { resamplePoly } from './resample.js';

interface FilterCase {
  readonly filter: string;
  readonly args: readonly number[] | EllipticHighPassSpec;
  readonly sampleRateHz: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

interface Golden {
  readonly scipy: string;
  readonly filters: readonly FilterCase[];
  readonly resampling: readonly {
    readonly up: number;
    readonly down: number;
    readonly x: readonly number[];
    readonly y: readonly number[];
  }[];
}

const golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/signal.json', import.meta.url), 'utf8'),
) as Golden;

/** The greatest difference, as a share of the greatest value. */
function relativeError(ours: ArrayLike<number>, theirs: readonly number[]): number {
  expect(ours.length).toBe(theirs.length);
  const top = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return theirs.reduce((most, y, i) => Math.max(most, Math.abs(y - (ours[i] as number))), 0) / top;
}

function design({ filter, args, sampleRateHz }: FilterCase): Sections {
  if (!Array.isArray(args)) return ellipticHighPass(args as EllipticHighPassSpec, sampleRateHz);
  const [a, b, c] = args as [number, number, number];
  if (filter === 'butterworthBandPass') return butterworthBandPass(a, b, c, sampleRateHz);
  if (filter === 'butterworthHighPass') return butterworthHighPass(a, b, sampleRateHz);
  if (filter === 'butterworthLowPass') return butterworthLowPass(a, b, sampleRateHz);
  if (filter === 'notch') return notch(a, b, sampleRateHz);
  throw new Error(`no filter named ${filter}`);
}

describe(`the same numbers as SciPy ${golden.scipy}`, () => {
  test.each(golden.filters.map((c) => [`${c.filter} ${JSON.stringify(c.args)}`, c] as const))(
    'zero-phase %s',
    (_, item) => {
      expect(relativeError(sosfiltfilt(design(item), item.x), item.y)).toBeLessThan(1e-6);
    },
  );

  test.each(golden.resampling.map((c) => [c.up, c.down, c] as const))(
    'resampling by %i/%i',
    (up, down, item) => {
      expect(relativeError(resamplePoly(item.x, up, down), item.y)).toBeLessThan(1e-6);
    },
  );
});
