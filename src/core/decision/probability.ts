import type { PlattCalibration } from './card.js';

/** A probability of nought or one has no odds: none is taken nearer to them than this. */
const NEAREST = 1e-7;

export function logit(probability: number): number {
  const inside = Math.min(1 - NEAREST, Math.max(NEAREST, probability));
  return Math.log(inside / (1 - inside));
}

export function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

export function calibrated(probability: number, calibration: PlattCalibration | null): number {
  if (calibration === null) return probability;
  return sigmoid(calibration.slope * logit(probability) + calibration.intercept);
}

/**
 * The same evidence where the condition is rarer or more frequent: the odds change by as much as
 * the odds before any evidence do. Holds as far as cases look alike in both places.
 */
export function atPrevalence(probability: number, from: number, to: number): number {
  return sigmoid(logit(probability) - logit(from) + logit(to));
}
