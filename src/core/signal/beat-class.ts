import type { Activity } from './activity.js';
import { clamp } from './statistics.js';
import { samplesOf } from './trace.js';

/** Beats that look alike, each with the sample at which it lies exactly upon the others. */
export interface BeatClass {
  readonly beats: readonly AlignedBeat[];
}

export interface AlignedBeat {
  /** Which of the detected beats, counted from 0. */
  readonly index: number;
  readonly at: number;
}

const REACH = samplesOf(80);
const WIDTH = 2 * REACH + 1;
const SHIFT_MAX = samplesOf(40);
/** Below this likeness of their slopes over all leads two beats are of different kinds. */
const LIKENESS_MIN = 0.8;
const SIZE_RATIO_MAX = 1.8;
/** An odd beat beyond this many kinds joins the kind it is least unlike. */
export const BEAT_CLASSES_MAX = 8;

interface Model {
  readonly beats: AlignedBeat[];
  /** Mean slopes, lead after lead. */
  readonly shape: Float64Array;
  energy: number;
}

interface Fit {
  readonly model: Model;
  readonly shift: number;
  readonly likeness: number;
  readonly isOfSize: boolean;
}

/** Sorts beats into kinds, the most frequent kind first (the earlier one of two as frequent). */
export function classifyBeats(activity: Activity, positions: readonly number[]): BeatClass[] {
  const { slopes } = activity;
  const models: Model[] = [];
  for (const [index, at] of positions.entries()) {
    const fits = models.map((model) => bestFit(slopes, at, model));
    const best = fits.reduce<Fit | null>((a, b) => (a && a.likeness >= b.likeness ? a : b), null);
    const isAlike = best !== null && best.likeness >= LIKENESS_MIN && best.isOfSize;
    if (best && (isAlike || models.length >= BEAT_CLASSES_MAX)) {
      join(best.model, slopes, { index, at: at + best.shift });
    } else {
      const shape = segment(slopes, at);
      models.push({ beats: [{ index, at }], shape, energy: energyOf(shape) });
    }
  }
  return models.sort((a, b) => b.beats.length - a.beats.length).map(({ beats }) => ({ beats }));
}

function segment(slopes: readonly Float64Array[], at: number): Float64Array {
  const shape = new Float64Array(slopes.length * WIDTH);
  slopes.forEach((slope, k) => {
    for (let i = 0; i < WIDTH; i += 1) shape[k * WIDTH + i] = slope[at - REACH + i] ?? 0;
  });
  return shape;
}

function energyOf(shape: Float64Array): number {
  return shape.reduce((sum, value) => sum + value * value, 0);
}

/** Nearest shift first by twos, then by ones around the best. */
function bestFit(slopes: readonly Float64Array[], at: number, model: Model): Fit {
  let best: Fit = { model, shift: 0, likeness: -1, isOfSize: false };
  const attempt = (shift: number) => {
    const fit = fitAt(slopes, at, shift, model);
    if (fit.likeness > best.likeness) best = fit;
  };
  for (let shift = -SHIFT_MAX; shift <= SHIFT_MAX; shift += 2) attempt(shift);
  const coarse = best.shift;
  attempt(coarse - 1);
  attempt(coarse + 1);
  return best;
}

function fitAt(slopes: readonly Float64Array[], at: number, shift: number, model: Model): Fit {
  const { shape, energy } = model;
  let cross = 0;
  let own = 0;
  for (let k = 0; k < slopes.length; k += 1) {
    const slope = slopes[k] as Float64Array;
    const from = at + shift - REACH;
    const first = clamp(-from, 0, WIDTH);
    const last = Math.min(WIDTH, slope.length - from);
    for (let i = first; i < last; i += 1) {
      const value = slope[from + i] as number;
      cross += value * (shape[k * WIDTH + i] as number);
      own += value * value;
    }
  }
  const likeness = own > 0 && energy > 0 ? cross / Math.sqrt(own * energy) : 0;
  const ratio = Math.sqrt(own / (energy || 1));
  return { model, shift, likeness, isOfSize: Math.max(ratio, 1 / ratio) <= SIZE_RATIO_MAX };
}

/** The model is the running mean of its beats. */
function join(model: Model, slopes: readonly Float64Array[], beat: AlignedBeat): void {
  model.beats.push(beat);
  const added = segment(slopes, beat.at);
  const share = 1 / model.beats.length;
  added.forEach((value, i) => {
    const old = model.shape[i] as number;
    model.shape[i] = old + (value - old) * share;
  });
  model.energy = energyOf(model.shape);
}
