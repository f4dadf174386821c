import type { AnyLeadName, ExtraLeadName, LeadName } from '../ecg/lead.js';
import type { Wave } from './wave.js';

/** Everything measured in one ECG, or why nothing was. Amplitudes in microvolts, times in ms. */
export type Measurement = Measured | NotMeasured;

export interface NotMeasured {
  readonly kind: 'not-measured';
  readonly reason: NoMeasurementReason;
  readonly detail: string;
  readonly beats: readonly MeasuredBeat[];
  readonly pacing: Pacing;
}

export type NoMeasurementReason =
  | 'recording-too-short'
  | 'no-beats'
  | 'one-signal'
  | 'no-ordinary-beat'
  | 'no-rest-between-beats'
  | 'no-whole-beat';

export interface Measured {
  readonly kind: 'measured';
  readonly beats: readonly MeasuredBeat[];
  readonly pacing: Pacing;
  readonly rhythm: Rhythm;
  readonly intervals: Intervals;
  readonly axes: Axes;
  readonly medianBeat: MedianBeatView;
  /** Twelve, in the order of LEAD_NAMES. */
  readonly leads: readonly LeadMeasurement[];
  /** Right-sided and posterior leads where there are any, on the same beats and the same marks. */
  readonly extraLeads: readonly LeadMeasurement<ExtraLeadName>[];
  /** What could not be told, and why; a number that is missing above is explained here. */
  readonly withheld: readonly Withheld[];
}

export interface Withheld {
  readonly what: 'rate' | 'p' | 'pr' | 't' | 'qt' | 'axis' | 'lead' | 'j60' | 'j80';
  readonly lead: AnyLeadName | null;
  readonly because: string;
}

export interface MeasuredBeat {
  /** Middle of the QRS, from the start of the recording. */
  readonly atMs: number;
  /** ordinary: of the most frequent kind, on which everything is measured. */
  readonly kind: 'ordinary' | 'other';
  readonly paced: boolean;
}

export interface Pacing {
  readonly pulsesMs: readonly number[];
  /** More than half of the ordinary beats follow a pulse at once. */
  readonly ventricular: boolean;
  /** More than half of the ordinary beats have a pulse where the P wave begins. */
  readonly atrial: boolean;
}

export interface Rhythm {
  readonly rateBpm: number | null;
  readonly rrMsMedian: number | null;
  readonly rrMsMin: number | null;
  readonly rrMsMax: number | null;
  /** Spread of the intervals between ordinary beats as a share of the median. */
  readonly irregularity: number | null;
  readonly regularity: 'regular' | 'irregular' | 'unknown';
  readonly pauses: readonly { readonly fromMs: number; readonly lengthMs: number }[];
  readonly prematureBeats: number;
  /** Whether a P wave stands at the same place before each ordinary beat. */
  readonly pBeforeQrs: boolean;
}

export interface Intervals {
  readonly pMs: number | null;
  readonly prMs: number | null;
  readonly qrsMs: number;
  readonly qtMs: number | null;
  readonly qtcBazettMs: number | null;
  readonly qtcFridericiaMs: number | null;
  readonly qtcFraminghamMs: number | null;
  readonly qtcHodgesMs: number | null;
}

/** Degrees in the frontal plane, -180 to 180; null where leads I and aVF are too small to tell. */
export interface Axes {
  readonly p: number | null;
  readonly qrs: number | null;
  readonly t: number | null;
}

export interface MedianBeatView {
  readonly sampleRateHz: number;
  readonly beatCount: number;
  /** Of the ordinary beat, in samples of it. */
  readonly p: Wave | null;
  readonly qrs: Wave;
  readonly t: Wave | null;
}

export interface LeadMeasurement<Name extends AnyLeadName = LeadName> {
  readonly name: Name;
  readonly origin: 'recorded' | 'derived';
  /** 0: this lead could not be measured, and all its numbers are 0. */
  readonly beatCount: number;
  /** The median beat, its isoelectric line (just before the QRS) at zero. */
  readonly microvolts: Float64Array;
  /** What is left of noise in the median beat. */
  readonly noiseMicrovolts: number;
  readonly pMicrovolts: number;
  readonly qrs: QrsDeflections;
  readonly st: StLevels;
  readonly t: TDeflections;
}

/** Heights above (R) and below (Q, S) the isoelectric line, all as positive numbers; 0 = absent. */
export interface QrsDeflections {
  readonly q: number;
  readonly qMs: number;
  readonly r: number;
  readonly s: number;
  readonly rPrime: number;
  /** One downward deflection without an R: its depth is also given as `s`. */
  readonly isQs: boolean;
  /** Net area, microvolt seconds. */
  readonly area: number;
}

export interface StLevels {
  /** Against the level just before the QRS. */
  readonly j: number;
  readonly j40: number;
  readonly j60: number;
  readonly j80: number;
  /** What to take off each for a reading against the QRS onset itself. */
  readonly onset: number;
}

export interface TDeflections {
  /** The greatest deflection with its sign, against the line just before the QRS. */
  readonly peak: number;
  /** The greatest deflection of the other sign. */
  readonly opposite: number;
  readonly area: number;
  /** Time from peak to the middle of the wave as a share of its length: 0 is symmetric. */
  readonly skew: number;
}
