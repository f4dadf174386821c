import { exp } from '../exact.js';
import type { Anatomy } from './anatomy.js';
import { BUMPS, P_BUMPS, QRS_BUMPS, T_BUMPS, type WaveTimes } from './basis.js';
import { LEAD_COUNT, toHeart, type Vector } from './torso.js';

export type WaveName = 'p' | 'qrs' | 't';

const WAVES: Readonly<Record<WaveName, readonly [number, number]>> = {
  p: [0, P_BUMPS],
  qrs: [P_BUMPS, QRS_BUMPS],
  t: [P_BUMPS + QRS_BUMPS, T_BUMPS],
};

/** Neighbouring Gaussians add up to so much more than one alone. */
const OVERLAPPING = 1.55;

/** A direction in the heart's eight numbers, at length one of the dipole. */
export type Direction = readonly number[];

export function along([x, y, z]: Vector): Direction {
  const size = Math.sqrt(x * x + y * y + z * z) || 1;
  return [x / size, y / size, z / size, 0, 0, 0, 0, 0];
}

/** What is seen in these leads (I, II, V1 to V6), whatever dipole that may need. */
export function inLeads(shares: readonly number[]): Direction {
  return toHeart(shares);
}

export function plus(a: Direction, b: Direction): Direction {
  return a.map((value, k) => value + (b[k] ?? 0));
}

/**
 * Adds a curve to one wave: `curve(u)` in microvolts where u runs from 0 to 1 over its length, seen
 * along one direction.
 */
export function addAlong(
  heart: Float64Array,
  wave: WaveName,
  direction: Direction,
  curve: (u: number) => number,
): void {
  const [first, count] = WAVES[wave];
  for (let b = 0; b < count; b += 1) {
    const size = curve((b + 0.5) / count) / OVERLAPPING;
    for (let k = 0; k < LEAD_COUNT; k += 1) {
      const place = (first + b) * LEAD_COUNT + k;
      heart[place] = (heart[place] as number) + size * (direction[k] ?? 0);
    }
  }
}

/** Where QRS and T meet, fewer Gaussians overlap: the first of T stands in for those missing. */
const FIRST_OF_T = 1.32;
const END_OF_QRS = 0.42;

/**
 * Adds what begins with the end of the QRS and lasts through ST and T. `from`: the share of the QRS
 * from which on it is felt.
 */
export function addSegment(
  heart: Float64Array,
  direction: Direction,
  curve: (u: number) => number,
  from = 0.6,
): void {
  addAlong(heart, 't', direction, (u) => (u < 1 / T_BUMPS ? FIRST_OF_T : 1) * curve(u));
  addAlong(heart, 'qrs', direction, (u) => END_OF_QRS * curve(0) * ramp(u, from, 0.9));
}

/** Multiplies one wave by a curve of its course. */
export function scaleWave(heart: Float64Array, wave: WaveName, curve: (u: number) => number): void {
  const [first, count] = WAVES[wave];
  for (let b = 0; b < count; b += 1) {
    const size = curve((b + 0.5) / count);
    for (let k = 0; k < LEAD_COUNT; k += 1) {
      const place = (first + b) * LEAD_COUNT + k;
      heart[place] = (heart[place] as number) * size;
    }
  }
}

/** The mean direction of a wave's dipole, in microvolts. */
export function meanOf(heart: Float64Array, wave: WaveName): Vector {
  const [first, count] = WAVES[wave];
  const sum: [number, number, number] = [0, 0, 0];
  for (let b = first; b < first + count; b += 1) {
    for (let k = 0; k < 3; k += 1) {
      sum[k] = (sum[k] as number) + (heart[b * LEAD_COUNT + k] as number) / count;
    }
  }
  return sum;
}

/** No heart throws more than this from one chest; what is drawn beyond is scaled down to it. */
const QRS_MICROVOLTS_MAX = 2300;

export function withinReason(heart: Float64Array): void {
  const [first, count] = WAVES.qrs;
  let greatest = 0;
  for (let b = first; b < first + count; b += 1) {
    const [x = 0, y = 0, z = 0] = heart.subarray(b * LEAD_COUNT, b * LEAD_COUNT + 3);
    greatest = Math.max(greatest, Math.sqrt(x * x + y * y + z * z));
  }
  const excess = (greatest * OVERLAPPING) / QRS_MICROVOLTS_MAX;
  if (excess <= 1) return;
  scaleWave(heart, 'qrs', () => 1 / excess);
  scaleWave(heart, 't', () => 1 / excess);
}

/** Mirrors or rescales the three axes of one wave's dipole. */
export function scaleAxes(heart: Float64Array, wave: WaveName, [x, y, z]: Vector): void {
  const [first, count] = WAVES[wave];
  for (let b = first; b < first + count; b += 1) {
    [x, y, z].forEach((factor, k) => {
      heart[b * LEAD_COUNT + k] = (heart[b * LEAD_COUNT + k] as number) * factor;
    });
  }
}

/** The same anatomy with other times; an interval that is not named stays. */
export function retimed(
  anatomy: Anatomy,
  {
    pr = 1,
    qrs = 1,
    jt = 1,
  }: { readonly pr?: number; readonly qrs?: number; readonly jt?: number },
): Anatomy {
  const { times } = anatomy;
  const j = times.j * qrs;
  const pLength = times.pOffset - times.pOnset;
  const pOnset = times.pOnset * pr;
  const moved: WaveTimes = {
    pOnset,
    pOffset: Math.min(pOnset + pLength, -0.006),
    j,
    tOffset: j + (times.tOffset - times.j) * jt,
  };
  return { ...anatomy, times: moved };
}

export function copyOf(anatomy: Anatomy): Anatomy {
  return { ...anatomy, heart: anatomy.heart.slice(0, BUMPS * LEAD_COUNT) };
}

/** 0 before `from`, 1 after `to`, smooth between. */
export function ramp(x: number, from: number, to: number): number {
  const t = Math.max(0, Math.min(1, (x - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

export function bell(x: number, middle: number, width: number): number {
  const t = (x - middle) / width;
  return exp(-0.5 * t * t);
}
