import { cosine, log } from './exact.js';

/** A small seeded generator (mulberry32): the same seed gives the same patients on any machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Thirty-two random bits. */
  bits(): number;
  /** Standard normal. */
  normal(): number;
  between(low: number, high: number): number;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const bits = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const next = (): number => bits() / 4_294_967_296;
  return {
    next,
    bits,
    normal: () => Math.sqrt(-2 * log(1 - next())) * cosine(next()),
    between: (low, high) => low + (high - low) * next(),
  };
}
