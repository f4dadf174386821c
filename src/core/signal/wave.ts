import { INDEPENDENT_LEADS } from '../ecg/lead.js';
import type { MedianBeat } from './median-beat.js';
import { argMax, mean } from './statistics.js';

/** Samples of the median beat. */
export interface Wave {
  readonly onset: number;
  readonly peak: number;
  readonly offset: number;
}

/** One wave in all leads together, and in each of the twelve. */
export interface Waves {
  readonly all: Wave;
  readonly leads: readonly Wave[];
}

/** The leads that carry information of their own, out of twelve in order. */
export function independent<T>(beat: MedianBeat, twelve: readonly T[]): readonly T[] {
  return twelve.filter((_, k) =>
    (INDEPENDENT_LEADS as readonly string[]).includes(beat.leads[k]?.name ?? ''),
  );
}

/**
 * The one signal that holds most of what the leads do in a window (their first principal
 * component): a wave's edges stand clearer in it than in any lead.
 */
export function dominantSignal(
  leads: readonly Float64Array[],
  from: number,
  to: number,
): Float64Array {
  const weights = dominantDirection(leads, from, to);
  const length = leads[0]?.length ?? 0;
  const signal = new Float64Array(length);
  leads.forEach((lead, k) => {
    const weight = weights[k] as number;
    for (let i = 0; i < length; i += 1)
      signal[i] = (signal[i] as number) + weight * (lead[i] as number);
  });
  return signal;
}

const POWER_ROUNDS = 12;

function dominantDirection(leads: readonly Float64Array[], from: number, to: number): number[] {
  const centred = leads.map((lead) => {
    const level = mean(lead, from, to);
    return lead.subarray(from, to).map((value) => value - level);
  });
  const covariance = centred.map((a) =>
    centred.map((b) => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)),
  );
  const strongest = argMax(0, leads.length, (k) => covariance[k]?.[k] ?? 0);
  let direction = covariance[strongest] ?? [];
  for (let round = 0; round < POWER_ROUNDS; round += 1) {
    const turned = covariance.map((row) =>
      row.reduce((sum, value, k) => sum + value * (direction[k] as number), 0),
    );
    const size = Math.hypot(...turned) || 1;
    direction = turned.map((value) => value / size);
  }
  return direction;
}

/** Onset and offset around a peak: the corners where its flanks meet the line. */
export function waveAround(y: Float64Array, peak: number, from: number, to: number): Wave {
  const isUpright = (y[peak] as number) >= ((y[from] as number) + (y[to] as number)) / 2;
  const turn = isUpright ? 1 : -1;
  const rise = (i: number) => turn * ((y[i + 3] ?? 0) - (y[i - 3] ?? 0));
  const rising = argMax(Math.min(from + 2, peak), peak + 1, rise);
  const falling = argMax(peak, Math.max(to - 2, peak + 1), (i) => -rise(i));
  return { onset: cornerFrom(y, rising, from), peak, offset: cornerFrom(y, falling, to) };
}

/**
 * The corner between the steepest sample of a flank and a sample on the line beyond: where the
 * trapezium under the flank is greatest. It needs no threshold, so it does not move with noise.
 */
export function cornerFrom(y: Float64Array, steepest: number, beyond: number): number {
  const step = beyond > steepest ? 1 : -1;
  const top = y[steepest] as number;
  const sign = Math.sign(top - (y[beyond] as number)) || 1;
  let corner = steepest;
  let greatest = -Infinity;
  for (let i = steepest; step * (beyond - i) > 0; i += step) {
    const area = sign * (top - (y[i] as number)) * Math.abs(2 * beyond - i - steepest);
    if (area > greatest) {
      greatest = area;
      corner = i;
    }
  }
  return corner;
}
