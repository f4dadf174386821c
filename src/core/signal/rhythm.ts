import type { Analysis } from './analysis.js';
import type { Pacing, Rhythm } from './measurement.js';
import { CENTRE } from './median-beat.js';
import { median, quantile } from './statistics.js';
import { millisecondsOf, samplesOf } from './trace.js';

/** A longer interval than this is a pause, or than this many ordinary ones. */
const PAUSE_MS = 2000;
const PAUSE_INTERVALS = 1.8;
/** Spread (10th to 90th percentile) of regular intervals as a share of their median. */
const REGULAR_SPREAD_MAX = 0.15;
const INTERVALS_MIN = 3;
/** A beat is early when it comes before this share of the ordinary interval. */
const PREMATURE_SHARE = 0.85;

export function rhythmOf(analysis: Analysis): Rhythm {
  const { positions, kinds } = analysis;
  const intervals = positions.slice(1).map((at, i) => at - (positions[i] as number));
  const ordinary = ordinaryIntervals(analysis);
  const pBeforeQrs = Boolean(kinds[0]?.fiducials.p);
  if (intervals.length === 0) return { ...NO_RHYTHM, pBeforeQrs };
  const middle = median(ordinary.length > 0 ? ordinary : intervals);
  const spread = (quantile(ordinary, 0.9) - quantile(ordinary, 0.1)) / middle;
  const isKnown = ordinary.length >= INTERVALS_MIN;
  const first = positions[0] as number;
  const last = positions[positions.length - 1] as number;
  return {
    rateBpm: 60_000 / (millisecondsOf(last - first) / intervals.length),
    rrMsMedian: millisecondsOf(middle),
    rrMsMin: millisecondsOf(intervals.reduce((least, rr) => Math.min(least, rr), Infinity)),
    rrMsMax: millisecondsOf(intervals.reduce((most, rr) => Math.max(most, rr), 0)),
    irregularity: isKnown ? spread : null,
    regularity: !isKnown ? 'unknown' : spread <= REGULAR_SPREAD_MAX ? 'regular' : 'irregular',
    pauses: intervals.flatMap((rr, i) => {
      const lengthMs = millisecondsOf(rr);
      const isPause = lengthMs > PAUSE_MS || rr > PAUSE_INTERVALS * middle;
      return isPause ? [{ fromMs: millisecondsOf(positions[i] as number), lengthMs }] : [];
    }),
    prematureBeats: intervals.filter((rr) => rr < PREMATURE_SHARE * middle).length,
    pBeforeQrs,
  };
}

const NO_RHYTHM: Rhythm = {
  rateBpm: null,
  rrMsMedian: null,
  rrMsMin: null,
  rrMsMax: null,
  irregularity: null,
  regularity: 'unknown',
  pauses: [],
  prematureBeats: 0,
  pBeforeQrs: false,
};

/** Between two beats of the ordinary kind that follow each other. */
function ordinaryIntervals({ positions, kinds }: Analysis): number[] {
  const beats = kinds[0]?.beats ?? [];
  return beats.slice(1).flatMap((beat, i) => {
    const before = beats[i];
    if (before?.index !== beat.index - 1) return [];
    return [(positions[beat.index] as number) - (positions[before.index] as number)];
  });
}

/** A ventricular pulse stands this long before the QRS onset, or this little after it. */
const VENTRICULAR_BEFORE = samplesOf(60);
const VENTRICULAR_AFTER = samplesOf(30);
/** An atrial pulse stands this long before the QRS at most. */
const ATRIAL_BEFORE = samplesOf(300);
const PULSES_MIN = 3;
/** A pacemaker keeps its time to the QRS; muscle noise that looks like pulses does not. */
const TIMING_MAX = samplesOf(16);

/** One odd pulse is an artefact; a pacemaker's come with the beats. */
export function pacingOf({ spikes, kinds }: Analysis): Pacing {
  const pulsesMs = spikes.map(millisecondsOf);
  const beats = kinds[0]?.beats ?? [];
  const share = (from: number, to: number) => {
    const leads = beats.flatMap(({ at }) => {
      const onset = at - CENTRE + (kinds[0]?.fiducials.qrs.all.onset ?? CENTRE);
      const pulse = spikes.find((spike) => spike >= onset - from && spike <= onset + to);
      return pulse === undefined ? [] : [onset - pulse];
    });
    const ordinary = median(leads);
    const timed = leads.filter((lead) => Math.abs(lead - ordinary) <= TIMING_MAX);
    return timed.length >= PULSES_MIN ? timed.length / beats.length : 0;
  };
  return {
    pulsesMs,
    ventricular: share(VENTRICULAR_BEFORE, VENTRICULAR_AFTER) > 0.5,
    atrial: share(ATRIAL_BEFORE, -VENTRICULAR_BEFORE) > 0.5,
  };
}

/** Whether a beat whose QRS begins at `onset` follows a pulse at once. */
export function isPaced(spikes: readonly number[], onset: number): boolean {
  return spikes.some(
    (spike) => spike >= onset - VENTRICULAR_BEFORE && spike <= onset + VENTRICULAR_AFTER,
  );
}
