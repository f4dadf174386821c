import type { AlignedBeat } from './beat-class.js';
import { CENTRE, type MedianBeat } from './median-beat.js';
import { sharedEvidence } from './p-evidence.js';
import { pWaves, pWindow } from './p-wave.js';
import { qrsBounds } from './qrs.js';
import { tWaves } from './t-wave.js';
import { samplesOf, type Trace } from './trace.js';
import type { Waves } from './wave.js';

/** Where the waves of one kind of beat begin, peak and end, in samples of its median beat. */
export interface Fiducials {
  readonly p: Waves | null;
  readonly qrs: Waves;
  readonly t: Waves | null;
}

/** Where one kind of beat stands among all beats, in samples. */
export interface Surroundings {
  /** Ordinary distance to the beat before and after. */
  readonly before: number;
  readonly after: number;
  /** Spread of the distances to the beat before, as a share of their median. */
  readonly irregularity: number;
  /** From the beats' own mark back to the pacing pulse that most of them follow, if they do. */
  readonly pulseBefore: number | null;
}

/** A P wave must stand this far above what chance would leave of the beats' differences. */
const P_EVIDENCE_MIN = 3;
/**
 * And the further the faster and the less regular the heart: then T waves fall into the window as
 * well, and fibrillation is likelier. Fitted to the readings of all of PTB-XL's folds.
 */
const FAST_IRREGULAR_WEIGHT = 3.8;
const IRREGULARITY_MAX = 0.6;
const CALM_INTERVAL = samplesOf(1000);
/** The recoil of a ventricular pulse is no P wave. */
const BEFORE_PULSE = samplesOf(6);

export function fiducialsOf(
  flat: Trace,
  beats: readonly AlignedBeat[],
  beat: MedianBeat,
  around: Surroundings,
): Fiducials {
  const qrs = qrsBounds(beat);
  const { from, to: qrsBegins } = pWindow(qrs.all.onset, around.before);
  const pulse = around.pulseBefore;
  const to = pulse === null ? qrsBegins : Math.min(qrsBegins, CENTRE - pulse - BEFORE_PULSE);
  const evidence = sharedEvidence(flat, beats, from - CENTRE, to - CENTRE);
  // Of a single beat there is nothing to compare: its P wave is believed on size alone.
  const p = evidence < evidenceMin(around) ? null : pWaves(beat, qrs, from, to);
  return { p, qrs, t: tWaves(beat, qrs, around.after, p) };
}

function evidenceMin({ before, irregularity }: Surroundings): number {
  const faster = Math.max(0, CALM_INTERVAL / before - 1);
  return (
    P_EVIDENCE_MIN *
    Math.exp(FAST_IRREGULAR_WEIGHT * faster * Math.min(irregularity, IRREGULARITY_MAX))
  );
}
