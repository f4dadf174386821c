import { boxSmoothed } from './activity.js';
import type { MedianBeat } from './median-beat.js';
import { argMax, clamp } from './statistics.js';
import { samplesOf } from './trace.js';
import { dominantSignal, independent, waveAround, type Wave, type Waves } from './wave.js';

const WINDOW = samplesOf(246);
const WINDOW_OF_INTERVAL = 0.38;
/** The P wave ends at least this long before the QRS begins. */
const BEFORE_QRS = samplesOf(8);
const SMOOTH = samplesOf(10);
/** Half the width over which a P wave bulges, and how much it must in all leads together. */
const HALF_WIDTH = samplesOf(54);
const BULGE_MICROVOLTS_MIN = 12;
/** Where the line beside the wave is taken: around the peak, and around the wave of all leads. */
const LINE_OF_ALL = samplesOf(90);
const LINE_OF_LEAD = samplesOf(10);
/** A lead's own peak lies this near the one of all leads, its own edges as near to theirs. */
const PEAK_APART = samplesOf(32);
const EDGE_APART = samplesOf(45);
/** Height at which a lead's own edges count in full, and their share then. */
const CLEAR_MICROVOLTS = 7.7;
const OWN_SHARE = 0.702;

/** Readers set the edges of a P wave this much before its corners. */
const READER_ONSET = samplesOf(2);
const READER_OFFSET = samplesOf(10);

/** Where before a QRS a P wave is looked for. */
export function pWindow(qrsOnset: number, interval: number): { from: number; to: number } {
  const reach = Math.round(Math.min(WINDOW, WINDOW_OF_INTERVAL * interval));
  return { from: Math.max(LINE_OF_LEAD, qrsOnset - reach), to: qrsOnset - BEFORE_QRS / 2 };
}

export function pWaves(beat: MedianBeat, qrs: Waves, from: number, to: number): Waves | null {
  if (to - from < samplesOf(60)) return null;
  const smooth = beat.leads.map((l) => boxSmoothed(boxSmoothed(l.microvolts, SMOOTH), SMOOTH));
  const signal = dominantSignal(independent(beat, smooth), from, to);
  const limit = qrs.all.onset;
  const bulge = (i: number) => {
    const before = signal[Math.max(0, i - HALF_WIDTH)] as number;
    const after = signal[Math.min(limit, i + HALF_WIDTH)] as number;
    return Math.abs((signal[i] as number) - (before + after) / 2);
  };
  const peak = argMax(from + samplesOf(16), to - samplesOf(12), bulge);
  if (bulge(peak) < BULGE_MICROVOLTS_MIN) return null;
  const left = Math.max(samplesOf(8), from - samplesOf(20), peak - LINE_OF_ALL);
  const all = waveAround(signal, peak, left, Math.min(limit, peak + LINE_OF_ALL));
  const leads = smooth.map((y) => leadWave(y, all, limit));
  return { all: asRead(all), leads: leads.map(asRead) };
}

function asRead({ onset, peak, offset }: Wave): Wave {
  return { onset: onset - READER_ONSET, peak, offset: offset - READER_OFFSET };
}

/** A lead's own wave where it is clear, the wave of all leads where it is not. */
function leadWave(y: Float64Array, all: Wave, limit: number): Wave {
  const foot = y[all.onset] as number;
  const slope = ((y[all.offset] as number) - foot) / Math.max(1, all.offset - all.onset);
  const height = (i: number) => Math.abs((y[i] as number) - foot - slope * (i - all.onset));
  const peak = argMax(
    Math.max(0, all.peak - PEAK_APART),
    Math.min(limit, all.peak + PEAK_APART),
    height,
  );
  const own = waveAround(
    y,
    peak,
    Math.max(samplesOf(8), Math.min(peak - 1, all.onset - LINE_OF_LEAD)),
    Math.min(limit + samplesOf(4), Math.max(peak + 1, all.offset + LINE_OF_LEAD)),
  );
  const share = OWN_SHARE * clamp(height(peak) / CLEAR_MICROVOLTS - 0.5, 0, 1);
  const mixed = (mine: number, theirs: number) =>
    Math.round(theirs + share * clamp(mine - theirs, -EDGE_APART, EDGE_APART));
  return {
    onset: mixed(own.onset, all.onset),
    peak: share > 0.2 ? peak : all.peak,
    offset: mixed(own.offset, all.offset),
  };
}
