import { createEcg, type Ecg } from '../core/ecg/ecg.js';
import { INDEPENDENT_LEADS } from '../core/ecg/lead.js';
import { createRandom, type Random } from './random.js';

/**
 * A simple simulated patient: P, QRS and T as Gaussian bumps of a heart vector (x left, y down,
 * z back), seen by eight leads, with an injury current for an occlusion. Good enough to try every
 * road through the service; no claim to pass for a real ECG.
 */
export const CONDITIONS = ['normal', 'anterior-occlusion', 'inferior-occlusion'] as const;
export type Condition = (typeof CONDITIONS)[number];

export interface SimulatedPatient {
  readonly seed: number;
  readonly condition: Condition;
  readonly ageYears: number;
  readonly sex: 'male' | 'female';
  readonly sampleRateHz?: number;
  readonly seconds?: number;
}

type Vector = readonly [number, number, number];

/** One bump of the heart vector: when after the R peak, how wide, and where it points (mV). */
interface Wave {
  readonly atSeconds: number;
  readonly widthSeconds: number;
  readonly vector: Vector;
}

const BEAT: readonly Wave[] = [
  { atSeconds: -0.16, widthSeconds: 0.022, vector: [0.06, 0.1, -0.02] },
  { atSeconds: -0.025, widthSeconds: 0.009, vector: [-0.12, 0.05, -0.25] },
  { atSeconds: 0, widthSeconds: 0.013, vector: [0.95, 0.8, 0.35] },
  { atSeconds: 0.028, widthSeconds: 0.012, vector: [-0.15, -0.1, 0.5] },
  { atSeconds: 0.27, widthSeconds: 0.045, vector: [0.24, 0.2, -0.15] },
];

/** How much of each axis a lead sees. Limb leads in the frontal plane, V1..V6 around the chest. */
const LEAD_VECTORS: Readonly<Record<(typeof INDEPENDENT_LEADS)[number], Vector>> = {
  I: [0.9, -0.1, 0],
  II: [0.45, 0.85, 0],
  V1: [-0.35, 0.05, -0.9],
  V2: [0.05, 0.05, -1.25],
  V3: [0.55, 0.15, -1],
  V4: [1, 0.25, -0.5],
  V5: [1.05, 0.25, 0],
  V6: [0.85, 0.25, 0.25],
};

/** Where the injury current points, in mV at its plateau. */
const INJURY: Readonly<Record<Condition, Vector>> = {
  normal: [0, 0, 0],
  'anterior-occlusion': [0.08, -0.12, -0.3],
  'inferior-occlusion': [-0.12, 0.32, 0.08],
};

const NOISE_MILLIVOLTS = 0.012;
const WANDER_MILLIVOLTS = 0.04;

export function simulateEcg(patient: SimulatedPatient): Ecg {
  const random = createRandom(patient.seed);
  const sampleRateHz = patient.sampleRateHz ?? 500;
  const seconds = patient.seconds ?? 10;
  const size = random.between(0.85, 1.15);
  const severity = random.between(0.8, 1.3);
  const beats = beatTimes(random, seconds);
  const heart = heartVector(sampleRateHz, seconds, beats, size);
  addInjury(heart, sampleRateHz, beats, INJURY[patient.condition], severity);
  const made = createEcg({
    sampleRateHz,
    patient: { ageYears: patient.ageYears, sex: patient.sex },
    device: { manufacturer: 'Leadwire', model: 'Simulator' },
    leads: INDEPENDENT_LEADS.map((name) => ({
      name,
      microvolts: seenBy(LEAD_VECTORS[name], heart, sampleRateHz, random),
    })),
  });
  if (!made.ok) throw new RangeError(made.failure.detail);
  return made.value;
}

function beatTimes(random: Random, seconds: number): readonly number[] {
  const interval = 60 / random.between(62, 98);
  const times: number[] = [];
  for (let at = random.between(0.1, 0.5); at < seconds + 1;) {
    times.push(at);
    at += interval * (1 + 0.03 * random.normal());
  }
  return times;
}

type Axes = readonly [Float64Array, Float64Array, Float64Array];

function heartVector(
  rateHz: number,
  seconds: number,
  beats: readonly number[],
  size: number,
): Axes {
  const count = Math.round(rateHz * seconds);
  const axes: Axes = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  for (const beat of beats) {
    for (const wave of BEAT) addBump(axes, rateHz, beat, wave, size);
  }
  return axes;
}

/** Four widths hold all of a Gaussian that a microvolt can show. */
const BUMP_REACH = 4;

function addBump(axes: Axes, rateHz: number, beat: number, wave: Wave, size: number): void {
  const centre = beat + wave.atSeconds;
  const reach = wave.widthSeconds * BUMP_REACH;
  const from = Math.max(0, Math.ceil((centre - reach) * rateHz));
  const to = Math.min(axes[0].length, Math.floor((centre + reach) * rateHz) + 1);
  for (let i = from; i < to; i += 1) {
    const distance = (i / rateHz - centre) / wave.widthSeconds;
    addAt(axes, i, wave.vector, size * Math.exp(-0.5 * distance * distance));
  }
}

/** The ST segment leaves the baseline at the J point and returns through the T wave. */
function addInjury(
  axes: Axes,
  rateHz: number,
  beats: readonly number[],
  vector: Vector,
  severity: number,
): void {
  const [start, plateau, end] = [0.035, 0.07, 0.4];
  for (const beat of beats) {
    const from = Math.max(0, Math.ceil((beat + start) * rateHz));
    const to = Math.min(axes[0].length, Math.ceil((beat + end) * rateHz));
    for (let i = from; i < to; i += 1) {
      const since = i / rateHz - beat;
      const rise = Math.min(1, (since - start) / (plateau - start));
      const fall = Math.cos((Math.PI / 2) * Math.max(0, (since - plateau) / (end - plateau)));
      addAt(axes, i, vector, severity * rise * fall);
    }
  }
}

function addAt(axes: Axes, i: number, vector: Vector, share: number): void {
  for (const [axis, values] of axes.entries()) {
    values[i] = (values[i] ?? 0) + (vector[axis] ?? 0) * share;
  }
}

function seenBy(lead: Vector, heart: Axes, rateHz: number, random: Random): Float64Array {
  const [x, y, z] = heart;
  const phase = random.between(0, 2 * Math.PI);
  const microvolts = new Float64Array(x.length);
  for (let i = 0; i < microvolts.length; i += 1) {
    const signal =
      lead[0] * (x[i] as number) + lead[1] * (y[i] as number) + lead[2] * (z[i] as number);
    const wander = WANDER_MILLIVOLTS * Math.sin(phase + (2 * Math.PI * 0.25 * i) / rateHz);
    microvolts[i] = 1000 * (signal + wander + NOISE_MILLIVOLTS * random.normal());
  }
  return microvolts;
}
