import type { AlignedBeat } from './beat-class.js';
import { CENTRE, type MedianBeat } from './median-beat.js';
import { sharedEvidence } from './p-evidence.js';
import { pWaves, pWindow } from './p-wave.js';
import { qrsBounds } from './qrs.js';
import { tWaves } from './t-wave.js';
import type { Trace } from './trace.js';
import type { Waves } from './wave.js';

/** Where the waves of one kind of beat begin, peak and end, in samples of its median beat. */
export interface Fiducials {
  readonly p: Waves | null;
  readonly qrs: Waves;
  readonly t: Waves | null;
}

/** Ordinary distance to the beat before and after, in samples. */
export interface Intervals {
  readonly before: number;
  readonly after: number;
}

/** A P wave must stand this far above what chance would leave of the beats' differences. */
const P_EVIDENCE_MIN = 3.5;

export function fiducialsOf(
  flat: Trace,
  beats: readonly AlignedBeat[],
  beat: MedianBeat,
  intervals: Intervals,
): Fiducials {
  const qrs = qrsBounds(beat);
  const { from, to } = pWindow(qrs.all.onset, intervals.before);
  const evidence = sharedEvidence(flat, beats, from - CENTRE, to - CENTRE);
  // Of a single beat there is nothing to compare: its P wave is believed on size alone.
  const p = evidence < P_EVIDENCE_MIN ? null : pWaves(beat, qrs, from, to);
  return { p, qrs, t: tWaves(beat, qrs, intervals.after, p) };
}
