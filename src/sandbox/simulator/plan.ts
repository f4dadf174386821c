import type { BeatTruth, Rhythm } from './case.js';

/** One contraction of the ventricles, in seconds from the start of the recording. */
export interface PlannedBeat {
  /** QRS onset. */
  readonly at: number;
  readonly kind: BeatTruth['kind'];
  /** Onset of the P wave that it follows; null where none does. */
  readonly pAt: number | null;
  /** By how much its ST and T are longer than at the ordinary rate. */
  readonly stretch: number;
  /** Onset of a pacing pulse, where there is one. */
  readonly pulseAt: number | null;
}

/** What atria and ventricles do in one recording. */
export interface HeartPlan {
  readonly rhythm: Rhythm;
  readonly beats: readonly PlannedBeat[];
  /** P waves that no QRS follows. */
  readonly lonePWaves: readonly number[];
}

/** Beats are planned from before the recording to after it, so that its ends look like its middle. */
export const LEAD_IN_SECONDS = 2;
export const LEAD_OUT_SECONDS = 1.2;

/** A beat after a shorter interval recovers sooner: a cube root law, halfway followed. */
export function stretchOf(interval: number, ordinary: number): number {
  const change = interval / ordinary - 1;
  return Math.max(0.82, Math.min(1.18, 1 + 0.2 * change));
}
