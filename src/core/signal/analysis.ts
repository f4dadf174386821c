import type { Ecg } from '../ecg/ecg.js';
import type { ExtraLeadName } from '../ecg/lead.js';
import { createActivity, type Activity } from './activity.js';
import { levelled } from './baseline.js';
import { classifyBeats, type AlignedBeat } from './beat-class.js';
import { detectBeats } from './beats.js';
import { fiducialsOf, type Fiducials, type Surroundings } from './fiducials.js';
import { medianBeat, type MedianBeat } from './median-beat.js';
import { detectSpikes, withoutSpikes, type Spike } from './pacing.js';
import { median, quantile } from './statistics.js';
import { createExtraTrace, createTrace, samplesOf, type Trace } from './trace.js';

/** Everything that is found once in an ECG and from which all numbers are then read. */
export interface Analysis {
  readonly trace: Trace;
  readonly activity: Activity;
  /** Pacing pulses, and detected beats, in samples of the trace. */
  readonly spikes: readonly number[];
  readonly positions: readonly number[];
  /** The most frequent kind of beat first. */
  readonly kinds: readonly BeatKind[];
  /** The most frequent kind in the leads beyond the twelve; null where there are none. */
  readonly extra: MedianBeat<ExtraLeadName> | null;
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

/** A ventricular pulse stands this long before the middle of the QRS it drives. */
const PULSE_BEFORE_MIN = samplesOf(20);
const PULSE_BEFORE_MAX = samplesOf(130);

export function analyse(ecg: Ecg): Analysis {
  const recorded = createTrace(ecg);
  const pulses = detectSpikes(recorded);
  const spikes = pulses.map(({ at }) => at);
  const trace = withoutSpikes(recorded, pulses);
  const activity = createActivity(trace);
  const positions = detectBeats(activity);
  const classes = classifyBeats(activity, positions);
  const flat = levelled(trace, classes[0]?.beats ?? [], LEVEL_BEFORE);
  const kinds = classes.map(({ beats }) => {
    const beat = medianBeat(flat, beats);
    const around = surroundingsOf(beats, positions, spikes);
    return { beats, median: beat, fiducials: fiducialsOf(flat, beats, beat, around) };
  });
  const extra = extraBeat(ecg, pulses, classes[0]?.beats ?? []);
  return { trace, activity, spikes, positions, kinds, extra };
}

/** The twelve leads find the beats: the others are read where these lie. */
function extraBeat(
  ecg: Ecg,
  pulses: readonly Spike[],
  beats: readonly AlignedBeat[],
): MedianBeat<ExtraLeadName> | null {
  if (ecg.extraLeads.length === 0) return null;
  const trace = withoutSpikes(createExtraTrace(ecg), pulses);
  return medianBeat(levelled(trace, beats, LEVEL_BEFORE), beats);
}

function surroundingsOf(
  beats: readonly AlignedBeat[],
  positions: readonly number[],
  spikes: readonly number[],
): Surroundings {
  const before = intervalsOf(beats, positions, -1);
  const after = intervalsOf(beats, positions, 1);
  const middle = before.length > 0 ? median(before) : LONE_INTERVAL;
  const spread = quantile(before, 0.9) - quantile(before, 0.1);
  const pulses = beats.flatMap(({ at }) => {
    const pulse = spikes.find((s) => at - s <= PULSE_BEFORE_MAX && at - s >= PULSE_BEFORE_MIN);
    return pulse === undefined ? [] : [at - pulse];
  });
  return {
    before: middle,
    after: after.length > 0 ? median(after) : LONE_INTERVAL,
    irregularity: before.length > 0 ? spread / middle : 0,
    pulseBefore: 2 * pulses.length > beats.length ? Math.round(median(pulses)) : null,
  };
}

function intervalsOf(
  beats: readonly AlignedBeat[],
  positions: readonly number[],
  step: 1 | -1,
): number[] {
  return beats.flatMap(({ index }) => {
    const here = positions[index];
    const there = positions[index + step];
    return here === undefined || there === undefined ? [] : [Math.abs(there - here)];
  });
}
