import { cosine, exp, sine, TURN } from '../exact.js';
import type { RecorderName } from './case.js';
import type { Random } from '../random.js';
import type { Leads } from './render.js';

/** What a recorder does to the signal before it stores it. */
export interface Recorder {
  readonly name: RecorderName;
  readonly manufacturer: string;
  readonly model: string;
  readonly highPassHz: number;
  readonly lowPassHz: number;
  readonly hasNotch: boolean;
  /** The step of its numbers. */
  readonly stepMicrovolts: number;
  /** Null: it samples at the rate that is asked for. */
  readonly nativeRateHz: number | null;
  /** Stored with loss. */
  readonly isCompressed: boolean;
}

export const RECORDER_TABLE: Readonly<Record<RecorderName, Recorder>> = {
  archived: { ...recorder('archived', 0.05, 150, false, 5), nativeRateHz: 400, isCompressed: true },
  diagnostic: recorder('diagnostic', 0.05, 150, false, 4.88),
  notched: recorder('notched', 0.15, 100, true, 2.5),
  ward: recorder('ward', 0.15, 40, true, 5),
  monitor: recorder('monitor', 0.5, 40, true, 5),
};

function recorder(
  name: RecorderName,
  highPassHz: number,
  lowPassHz: number,
  hasNotch: boolean,
  stepMicrovolts: number,
): Recorder {
  return {
    name,
    manufacturer: 'Leadwire',
    model: `Simulator ${name}`,
    highPassHz,
    lowPassHz,
    hasNotch,
    stepMicrovolts,
    nativeRateHz: null,
    isCompressed: false,
  };
}

export function record(
  leads: Leads,
  rateHz: number,
  { highPassHz, lowPassHz, hasNotch, stepMicrovolts, isCompressed }: Recorder,
  mainsHz: number,
  random: Random,
): void {
  const lowPass = 2.4 * lowPassHz < rateHz ? lowPassOf(lowPassHz, rateHz) : null;
  const notch = hasNotch && 2.2 * mainsHz < rateHz ? notchOf(mainsHz, rateHz) : null;
  for (const samples of leads) {
    passHigh(samples, highPassHz, rateHz);
    if (lowPass) applySection(samples, lowPass);
    if (notch) applySection(samples, notch);
  }
  if (isCompressed) blur(leads, random);
  for (const samples of leads) {
    if (isCompressed) compress(samples, stepMicrovolts);
    else quantise(samples, stepMicrovolts);
  }
}

/** What an archive's compression does: a small change is passed over, a great one told coarsely. */
const DEAD_SHARE = 0.8;
const GRAIN_MICROVOLTS = 14;

/** How far a sampling instant is off, as a share of a step, and what the amplifier adds then. */
const JITTER = [0.12, 0.11, 0.09, 0.1, 0.1, 0.095, 0.075, 0.06] as const;
const STRAIN = [0.1, 0.06, 0.03, 0.035, 0.035, 0.035, 0.04, 0.04] as const;

/** Where the signal is steep an uneven clock shows, and in a small lead the strain of the large. */
function blur(leads: Leads, random: Random): void {
  const count = leads[0]?.length ?? 0;
  const activity = new Float64Array(count);
  for (const samples of leads) {
    for (let i = 1; i + 1 < count; i += 1) {
      const slope = Math.abs((samples[i + 1] as number) - (samples[i - 1] as number));
      activity[i] = (activity[i] as number) + slope / 2 / leads.length;
    }
  }
  leads.forEach((samples, lead) => {
    const [jitter, strain] = [JITTER[lead] as number, STRAIN[lead] as number];
    let [before, last] = [0, samples[0] ?? 0];
    for (let i = 1; i + 1 < count; i += 1) {
      const own = samples[i] as number;
      const slope = Math.abs((samples[i + 1] as number) - last) / 2;
      const size = jitter * slope + strain * (activity[i] as number);
      const now = size > QUIET_MICROVOLTS ? random.normal() : 0;
      samples[i] = own + size * (now + 0.75 * before);
      [before, last] = [now, own];
    }
  });
}

const QUIET_MICROVOLTS = 0.8;

function compress(samples: Float64Array, step: number): void {
  let held = step * Math.round((samples[0] ?? 0) / step);
  for (let i = 0; i < samples.length; i += 1) {
    const change = (samples[i] as number) - held;
    const size = Math.abs(change);
    if (size > DEAD_SHARE * step) {
      const coarse = step * (1 + Math.floor(size / GRAIN_MICROVOLTS));
      held +=
        size < coarse ? step * Math.round(change / step) : coarse * Math.round(change / coarse);
    }
    samples[i] = held;
  }
}

function quantise(samples: Float64Array, step: number): void {
  for (let i = 0; i < samples.length; i += 1) {
    samples[i] = step * Math.round((samples[i] as number) / step);
  }
}

/** One pole, started from the mean of the first second: a recorder has been running before. */
function passHigh(samples: Float64Array, highPassHz: number, rateHz: number): void {
  const keep = exp((-TURN * highPassHz) / rateHz);
  const span = Math.min(samples.length, Math.round(rateHz));
  let level = 0;
  for (let i = 0; i < span; i += 1) level += (samples[i] as number) / span;
  for (let i = 0; i < samples.length; i += 1) {
    const value = samples[i] as number;
    level = keep * level + (1 - keep) * value;
    samples[i] = value - level;
  }
}

/** b0, b1, b2, a1, a2 with a0 = 1. */
type Section = readonly [number, number, number, number, number];

/** Second order Butterworth by the bilinear transform. */
function lowPassOf(cornerHz: number, rateHz: number): Section {
  const half = cornerHz / rateHz / 2;
  const k = sine(half) / cosine(half);
  const norm = 1 / (1 + k * 1.4142135623730951 + k * k);
  const b = k * k * norm;
  return [b, 2 * b, b, 2 * (k * k - 1) * norm, (1 - k * 1.4142135623730951 + k * k) * norm];
}

const NOTCH_WIDTH_HZ = 1.5;

function notchOf(mainsHz: number, rateHz: number): Section {
  const turns = mainsHz / rateHz;
  const alpha = (sine(turns) * NOTCH_WIDTH_HZ) / (2 * mainsHz);
  const norm = 1 / (1 + alpha);
  const middle = -2 * cosine(turns) * norm;
  return [norm, middle, norm, middle, (1 - alpha) * norm];
}

function applySection(samples: Float64Array, [b0, b1, b2, a1, a2]: Section): void {
  const first = samples[0] ?? 0;
  let [x1, x2, y1, y2] = [first, first, first, first];
  for (let i = 0; i < samples.length; i += 1) {
    const x = samples[i] as number;
    const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
    samples[i] = y;
    [x2, x1, y2, y1] = [x1, x, y1, y];
  }
}

/** How many samples on either side an archive's interpolation looks at. */
const REACH = 3;

/** To another rate by a windowed sinc, as archives do. */
export function resampled(
  samples: Float64Array,
  fromHz: number,
  toHz: number,
  count: number,
): Float64Array {
  if (fromHz === toHz) return samples;
  const last = samples.length - 1;
  const out = new Float64Array(count);
  const phases = new Map<number, Float64Array>();
  for (let i = 0; i < count; i += 1) {
    const place = (i * fromHz) / toHz;
    const before = Math.floor(place);
    const phase = (i * fromHz) % toHz;
    const weights = phases.get(phase) ?? weightsAt(place - before);
    phases.set(phase, weights);
    let sum = 0;
    for (let k = 0; k < weights.length; k += 1) {
      const at = Math.max(0, Math.min(last, before + 1 - REACH + k));
      sum += (weights[k] as number) * (samples[at] as number);
    }
    out[i] = sum;
  }
  return out;
}

function weightsAt(share: number): Float64Array {
  const weights = Float64Array.from({ length: 2 * REACH }, (_, k) => {
    const x = k + 1 - REACH - share;
    const sinc = Math.abs(x) < 1e-9 ? 1 : sine(x / 2) / ((TURN / 2) * x);
    return sinc * (0.5 + 0.5 * cosine(x / (2 * REACH)));
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
