import type { Activity, Slope } from './activity.js';
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
  /** How many beats each lead's part is the mean of: on a 3x4 page a lead knows few of them. */
  readonly counts: number[];
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
      models.push(modelOf(slopes, { index, at }));
    }
  }
  return models.sort((a, b) => b.beats.length - a.beats.length).map(({ beats }) => ({ beats }));
}

function modelOf(slopes: readonly Slope[], beat: AlignedBeat): Model {
  const model: Model = {
    beats: [],
    shape: new Float64Array(slopes.length * WIDTH),
    counts: slopes.map(() => 0),
  };
  join(model, slopes, beat);
  return model;
}

function isKnownAround({ from, to }: Slope, at: number): boolean {
  return at >= from && at < to;
}

/** Nearest shift first by twos, then by ones around the best. */
function bestFit(slopes: readonly Slope[], at: number, model: Model): Fit {
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

/** Over the leads that both know; with none in common there is nothing to tell them apart by. */
function fitAt(slopes: readonly Slope[], at: number, shift: number, model: Model): Fit {
  let cross = 0;
  let own = 0;
  let energy = 0;
  let shared = 0;
  for (let k = 0; k < slopes.length; k += 1) {
    const slope = slopes[k] as Slope;
    if (model.counts[k] === 0 || !isKnownAround(slope, at)) continue;
    shared += 1;
    const from = at + shift - REACH;
    const last = Math.min(WIDTH, slope.values.length - from);
    for (let i = clamp(-from, 0, WIDTH); i < last; i += 1) {
      const value = slope.values[from + i] as number;
      const expected = model.shape[k * WIDTH + i] as number;
      cross += value * expected;
      own += value * value;
      energy += expected * expected;
    }
  }
  if (shared === 0) return { model, shift, likeness: shift === 0 ? 1 : 0, isOfSize: true };
  const likeness = own > 0 && energy > 0 ? cross / Math.sqrt(own * energy) : 0;
  const ratio = Math.sqrt(own / (energy || 1));
  return { model, shift, likeness, isOfSize: Math.max(ratio, 1 / ratio) <= SIZE_RATIO_MAX };
}

/** The model is the running mean of its beats. */
function join(model: Model, slopes: readonly Slope[], beat: AlignedBeat): void {
  model.beats.push(beat);
  slopes.forEach((slope, k) => {
    if (!isKnownAround(slope, beat.at)) return;
    const count = (model.counts[k] ?? 0) + 1;
    model.counts[k] = count;
    for (let i = 0; i < WIDTH; i += 1) {
      const place = k * WIDTH + i;
      const old = model.shape[place] as number;
      const value = slope.values[beat.at - REACH + i] ?? 0;
      model.shape[place] = old + (value - old) / count;
    }
  });
}
