import { exp, normalQuantile } from '../exact.js';
import { createRandom, type Random } from '../random.js';
import type { Draw } from './case.js';

/**
 * Draws the parameters of a patient and of a recording. Every parameter's range is cut into bands;
 * training draws take the even bands, test draws the odd ones, so that no torso, no noise and no
 * shape of a condition stands in both.
 */
export interface Dice {
  /** Uniform in [0, 1). */
  share(): number;
  normal(): number;
  between(low: number, high: number): number;
  /** Around a middle value, by a factor of about `spread` more or less. */
  around(middle: number, spread: number): number;
  chance(share: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** What is no parameter: the instants and samples of one recording. */
  readonly chanceful: Random;
}

export const BANDS = 16;
/** Beyond this many standard deviations no patient is drawn. */
const NORMAL_MAX = 2.7;

export function createDice(seed: number, purpose: number, draw: Draw | undefined): Dice {
  const random = createRandom(mixed(seed, purpose));
  const chanceful = createRandom(mixed(seed, purpose + 1000));
  const share = () => banded(random.next(), draw);
  const normal = () => Math.max(-NORMAL_MAX, Math.min(NORMAL_MAX, normalQuantile(share())));
  return {
    share,
    normal,
    between: (low, high) => low + (high - low) * share(),
    around: (middle, spread) => middle * exp(spread * normal()),
    chance: (wanted) => random.next() < wanted,
    pick: (from) => {
      const chosen = from[Math.floor(random.next() * from.length)];
      if (chosen === undefined) throw new RangeError('nothing to pick from');
      return chosen;
    },
    chanceful,
  };
}

/** Moves a share into the bands of its draw and leaves its place within the band. */
export function banded(share: number, draw: Draw | undefined): number {
  if (!draw) return share;
  const place = (share * BANDS) / 2;
  const band = Math.floor(place);
  return (2 * band + (draw === 'test' ? 1 : 0) + (place - band)) / BANDS;
}

/** Neighbouring seeds must not give neighbouring streams. */
function mixed(seed: number, purpose: number): number {
  let h = Math.imul((seed >>> 0) ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  h = Math.imul(h ^ (h >>> 13) ^ Math.imul(purpose + 1, 0xc2b2ae35), 0x27d4eb2f) >>> 0;
  return (h ^ (h >>> 15)) >>> 0;
}
