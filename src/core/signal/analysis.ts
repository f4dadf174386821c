import type { Ecg } from '../ecg/ecg.js';
import { createActivity, type Activity } from './activity.js';
import { levelled } from './baseline.js';
import { classifyBeats, type AlignedBeat, type BeatClass } from './beat-class.js';
import { detectBeats } from './beats.js';
import { fiducialsOf, type Fiducials } from './fiducials.js';
import { medianBeat, type MedianBeat } from './median-beat.js';
import { detectSpikes, withoutSpikes } from './pacing.js';
import { median } from './statistics.js';
import { createTrace, samplesOf, type Trace } from './trace.js';

/** Everything that is found once in an ECG and from which all numbers are then read. */
export interface Analysis {
  readonly trace: Trace;
  readonly activity: Activity;
  /** Pacing pulses, and detected beats, in samples of the trace. */
  readonly spikes: readonly number[];
  readonly positions: readonly number[];
  /** The most frequent kind of beat first. */
  readonly kinds: readonly BeatKind[];
}

export interface BeatKind {
  readonly beats: readonly AlignedBeat[];
  readonly median: MedianBeat;
  readonly fiducials: Fiducials;
}

/** Before the middle of an ordinary QRS its onset is never later than this. */
const LEVEL_BEFORE = samplesOf(60);
/** Stands in for the interval of a beat that has no neighbour. */
const LONE_INTERVAL = samplesOf(1000);

export function analyse(ecg: Ecg): Analysis {
  const recorded = createTrace(ecg);
  const spikes = detectSpikes(recorded);
  const trace = withoutSpikes(recorded, spikes);
  const activity = createActivity(trace);
  const positions = detectBeats(activity);
  const classes = classifyBeats(activity, positions);
  const flat = levelled(trace, classes[0]?.beats ?? [], LEVEL_BEFORE);
  const kinds = classes.map((kind) => describeKind(flat, kind, positions));
  return { trace, activity, spikes: spikes.map(({ at }) => at), positions, kinds };
}

function describeKind(flat: Trace, { beats }: BeatClass, positions: readonly number[]): BeatKind {
  const beat = medianBeat(flat, beats);
  const intervals = {
    before: ordinaryInterval(beats, positions, -1),
    after: ordinaryInterval(beats, positions, 1),
  };
  return { beats, median: beat, fiducials: fiducialsOf(flat, beats, beat, intervals) };
}

function ordinaryInterval(
  beats: readonly AlignedBeat[],
  positions: readonly number[],
  step: 1 | -1,
): number {
  const intervals = beats.flatMap(({ index }) => {
    const here = positions[index];
    const there = positions[index + step];
    return here === undefined || there === undefined ? [] : [Math.abs(there - here)];
  });
  return intervals.length > 0 ? median(intervals) : LONE_INTERVAL;
}
