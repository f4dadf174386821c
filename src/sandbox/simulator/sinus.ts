import { exp, sine } from '../exact.js';
import type { Dice } from './dice.js';
import { LEAD_IN_SECONDS, LEAD_OUT_SECONDS } from './plan.js';

/** How a patient breathes, and how that moves the rate and the heart in the chest. */
export interface Breathing {
  readonly rateHz: number;
  readonly phase: number;
  /** Share of the interval by which breathing moves it. */
  readonly arrhythmia: number;
  readonly frontalRadians: number;
  readonly sagittalRadians: number;
  readonly gain: number;
}

export function drawBreathing(ageYears: number, dice: Dice): Breathing {
  const youth = exp(-(Math.min(90, ageYears) - 20) / 34);
  return {
    rateHz: dice.around(0.26, 0.18),
    phase: dice.chanceful.next(),
    arrhythmia: Math.min(0.2, 0.055 * youth * exp(0.9 * dice.normal())),
    frontalRadians: dice.around(0.03, 0.6),
    sagittalRadians: dice.around(0.035, 0.6),
    gain: dice.around(0.02, 0.6),
  };
}

/** -1 at the end of breathing out, 1 at the end of breathing in. */
export function breathAt({ rateHz, phase }: Breathing, seconds: number): number {
  const turns = rateHz * seconds + phase;
  return sine(turns) + 0.18 * sine(2 * turns + 0.1);
}

/** Onsets of atrial beats from a sinus node: breathing, a slow wave, and chance move them. */
export function sinusBeats(
  rateBpm: number,
  breathing: Breathing,
  seconds: number,
  dice: Dice,
): number[] {
  const interval = 60 / rateBpm;
  const slow = { share: dice.around(0.013, 0.8), rateHz: dice.around(0.1, 0.15) };
  const jitter = dice.around(0.009, 0.85);
  const { chanceful } = dice;
  const phase = chanceful.next();
  const beats: number[] = [];
  let drift = 0;
  for (let at = chanceful.next() * interval - LEAD_IN_SECONDS; at < seconds + LEAD_OUT_SECONDS;) {
    beats.push(at);
    drift = 0.6 * drift + jitter * chanceful.normal();
    const breath = -breathing.arrhythmia * breathAt(breathing, at + 0.3);
    at += interval * (1 + breath + slow.share * sine(slow.rateHz * at + phase) + drift);
  }
  return beats;
}
