import { sine } from '../exact.js';
import type { Body } from './body.js';
import type { Dice } from './dice.js';
import type { Leads } from './render.js';
import { LEAD_COUNT, type Vector } from './torso.js';

/** What a direction of the heart shows in each lead of one body. */
function seenAlong(body: Body, [x, y, z]: Vector): number[] {
  return Array.from({ length: LEAD_COUNT }, (_, lead) => {
    const row = body[lead] as Float64Array;
    return (row[0] as number) * x + (row[1] as number) * y + (row[2] as number) * z;
  });
}

interface Oscillator {
  readonly hertz: number;
  readonly phase: number;
  readonly swellHertz: number;
  readonly swellPhase: number;
  readonly wanderTurns: number;
  readonly seen: readonly number[];
}

function addOscillator(leads: Leads, rateHz: number, own: Oscillator): void {
  const count = leads[0]?.length ?? 0;
  for (let i = 0; i < count; i += 1) {
    const seconds = i / rateHz;
    const swell = sine(own.swellHertz * seconds + own.swellPhase);
    const value =
      (0.75 + 0.45 * swell) * sine(own.hertz * seconds + own.phase + own.wanderTurns * swell);
    for (let lead = 0; lead < LEAD_COUNT; lead += 1) {
      const samples = leads[lead] as Float64Array;
      samples[i] = (samples[i] as number) + value * (own.seen[lead] as number);
    }
  }
}

function drawOscillator(
  body: Body,
  dice: Dice,
  hertz: number,
  microvolts: number,
  towards: Vector,
): Oscillator {
  const around = (value: number) => value + 0.5 * dice.normal();
  const direction: Vector = [around(towards[0]), around(towards[1]), around(towards[2])];
  return {
    hertz,
    phase: dice.chanceful.next(),
    swellHertz: dice.between(0.25, 0.9),
    swellPhase: dice.chanceful.next(),
    wanderTurns: dice.between(0.1, 0.35),
    seen: seenAlong(body, direction).map((share) => microvolts * share),
  };
}

/** The restless line of fibrillating atria: clearest in V1. */
export function addFibrillation(leads: Leads, rateHz: number, body: Body, dice: Dice): void {
  const middle = dice.between(4.8, 8);
  const size = dice.around(22, 0.6);
  for (let k = 0; k < 4; k += 1) {
    const hertz = middle * (0.85 + 0.1 * k) + 0.2 * dice.normal();
    addOscillator(leads, rateHz, drawOscillator(body, dice, hertz, size, [-0.3, 0.5, -0.9]));
  }
}

/** Ventricles that fibrillate: coarse at first, fine in the end. */
export function addChaos(
  leads: Leads,
  rateHz: number,
  body: Body,
  dice: Dice,
  severity: number,
): void {
  const middle = dice.between(3.6, 6);
  const size = (420 - 300 * severity) * dice.around(1, 0.25);
  for (let k = 0; k < 5; k += 1) {
    const hertz = middle * (0.78 + 0.12 * k) + 0.15 * dice.normal();
    addOscillator(leads, rateHz, drawOscillator(body, dice, hertz, size, [0.3, 0.5, 0.1]));
  }
}

/** A saw tooth that never rests, steep down and slow up in the inferior leads. */
export function addFlutter(
  leads: Leads,
  rateHz: number,
  body: Body,
  dice: Dice,
  waveSeconds: number,
): void {
  const size = dice.around(130, 0.3);
  const isUsual = dice.chance(0.8) ? -1 : 1;
  const seen = seenAlong(body, [0.1, 0.85 * isUsual, -0.35]).map((share) => size * share);
  const count = leads[0]?.length ?? 0;
  for (let i = 0; i < count; i += 1) {
    const turns = i / rateHz / waveSeconds;
    const value = sine(turns) + 0.42 * sine(2 * turns + 0.06) + 0.16 * sine(3 * turns + 0.1);
    for (let lead = 0; lead < LEAD_COUNT; lead += 1) {
      const samples = leads[lead] as Float64Array;
      samples[i] = (samples[i] as number) + value * (seen[lead] as number);
    }
  }
}

const PULSE_SECONDS = 0.002;

/** A pacemaker's pulse, short enough that a recorder blunts it. */
export function addPulses(
  leads: Leads,
  rateHz: number,
  body: Body,
  dice: Dice,
  pulses: readonly number[],
): void {
  const size = dice.chance(0.5) ? dice.around(2200, 0.3) : dice.around(700, 0.3);
  const seen = seenAlong(body, [0.4, 0.75, 0.1]).map((share) => size * share);
  const length = Math.max(1, Math.round(PULSE_SECONDS * rateHz));
  for (const at of pulses) {
    const from = Math.round(at * rateHz);
    leads.forEach((samples, lead) => {
      for (let i = Math.max(0, from); i < Math.min(samples.length, from + length); i += 1) {
        samples[i] = (samples[i] as number) + (seen[lead] as number);
      }
    });
  }
}
