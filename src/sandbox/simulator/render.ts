import { exp } from '../exact.js';
import type { Random } from '../random.js';
import type { Anatomy } from './anatomy.js';
import { bumpsOf, P_BUMPS, QRS_BUMPS, type Bump } from './basis.js';
import { seenBy, type Body, type Breath } from './body.js';
import type { HeartPlan, PlannedBeat } from './plan.js';
import { breathAt, type Breathing } from './sinus.js';
import { LEAD_COUNT } from './torso.js';

/** Microvolts of I, II, V1 to V6. */
export type Leads = readonly Float64Array[];

export interface Patient {
  readonly body: Body;
  readonly ordinary: Anatomy;
  /** Beats that start in a ventricle. */
  readonly ectopic: Anatomy;
  readonly breathing: Breathing;
  /** Share by which each part of the QRS differs from beat to beat. */
  readonly restlessness: number;
}

export function createLeads(count: number): Float64Array[] {
  return Array.from({ length: LEAD_COUNT }, () => new Float64Array(count));
}

/** What the electrodes would show if nothing disturbed them. */
export function renderHeart(
  leads: Leads,
  rateHz: number,
  plan: HeartPlan,
  patient: Patient,
  random: Random | null,
): void {
  for (const beat of plan.beats) {
    const anatomy = anatomyOf(beat, patient);
    const bumps = stretched(anatomy, beat.stretch);
    const seen = seenBy(patient.body, anatomy.heart, breathOf(patient.breathing, beat.at));
    if (random) unsettle(seen, patient.restlessness, random);
    addBumps(leads, rateHz, beat.at, bumps, seen, P_BUMPS, bumps.length);
  }
  const bumps = bumpsOf(patient.ordinary.times);
  const pWaves = [...plan.lonePWaves, ...plan.beats.flatMap(({ pAt }) => pAt ?? [])];
  for (const pAt of pWaves) {
    const seen = seenBy(patient.body, patient.ordinary.heart, breathOf(patient.breathing, pAt));
    addBumps(leads, rateHz, pAt - patient.ordinary.times.pOnset, bumps, seen, 0, P_BUMPS);
  }
}

/** In which leads that shows most. */
const RESTLESS = [1.1, 0.65, 1.4, 1.4, 1.2, 1, 0.9, 0.8] as const;

/** No two beats take quite the same way through the muscle. */
function unsettle(seen: Float64Array, restlessness: number, random: Random): void {
  const end = (P_BUMPS + QRS_BUMPS) * LEAD_COUNT;
  for (let k = P_BUMPS * LEAD_COUNT; k < end; k += 1) {
    const own = restlessness * (RESTLESS[k % LEAD_COUNT] as number);
    seen[k] = (seen[k] as number) * (1 + own * random.normal());
  }
}

export function anatomyOf({ kind }: PlannedBeat, { ordinary, ectopic }: Patient): Anatomy {
  return kind === 'ventricular' || kind === 'paced' ? ectopic : ordinary;
}

function stretched({ times }: Anatomy, stretch: number): readonly Bump[] {
  return bumpsOf({ ...times, tOffset: times.j + stretch * (times.tOffset - times.j) });
}

export function breathOf(breathing: Breathing, at: number): Breath {
  const depth = breathAt(breathing, at);
  return {
    frontal: breathing.frontalRadians * depth,
    sagittal: breathing.sagittalRadians * depth,
    gain: 1 - breathing.gain * depth,
  };
}

/** Beyond so many widths a Gaussian of a millivolt is less than a tenth of a microvolt. */
const REACH = 4.2;

function addBumps(
  leads: Leads,
  rateHz: number,
  origin: number,
  bumps: readonly Bump[],
  seen: Float64Array,
  first: number,
  last: number,
): void {
  const count = leads[0]?.length ?? 0;
  for (let b = first; b < last; b += 1) {
    const { at, width } = bumps[b] as Bump;
    const centre = (origin + at) * rateHz;
    const spread = width * rateHz;
    const from = Math.max(0, Math.ceil(centre - REACH * spread));
    const to = Math.min(count, Math.floor(centre + REACH * spread) + 1);
    if (from < to) addBump(leads, { from, to, centre, spread }, seen, b * LEAD_COUNT);
  }
}

interface Window {
  readonly from: number;
  readonly to: number;
  readonly centre: number;
  readonly spread: number;
}

/**
 * A Gaussian at even steps by two multiplications a sample: each value is the last one times a
 * ratio, and the ratio shrinks by a constant factor.
 */
function addBump(
  leads: Leads,
  { from, to, centre, spread }: Window,
  seen: Float64Array,
  row: number,
): void {
  const step = 1 / spread;
  const start = (from - centre) * step;
  let value = exp(-0.5 * start * start);
  let ratio = exp(-start * step - 0.5 * step * step);
  const shrink = exp(-step * step);
  const bump = new Float64Array(to - from);
  for (let i = 0; i < bump.length; i += 1) {
    bump[i] = value;
    value *= ratio;
    ratio *= shrink;
  }
  for (let lead = 0; lead < LEAD_COUNT; lead += 1) {
    const weight = seen[row + lead] as number;
    const samples = leads[lead] as Float64Array;
    for (let i = 0; i < bump.length; i += 1) {
      samples[from + i] = (samples[from + i] as number) + weight * (bump[i] as number);
    }
  }
}
