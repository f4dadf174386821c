import { boxSmoothed } from './activity.js';
import { CENTRE, LENGTH, type MedianBeat } from './median-beat.js';
import { argMax, clamp, mean } from './statistics.js';
import { samplesOf } from './trace.js';
import { dominantSignal, independent, waveAround, type Wave, type Waves } from './wave.js';

const SMOOTH = samplesOf(32);
/** After the J point a T wave peaks no sooner than this, or this share of the interval. */
const AFTER_J = samplesOf(120);
const AFTER_J_OF_INTERVAL = 0.16;
/** Nor does it reach beyond these after the middle of the QRS. */
const REACH = samplesOf(660);
const REACH_OF_INTERVAL = 0.7;
const BEFORE_NEXT_P = samplesOf(60);
const WINDOW_MIN = samplesOf(56);
/** Where the line beside the wave is taken. */
const LINE_BEFORE = samplesOf(84);
const LINE_AFTER = samplesOf(140);
const LINE_AFTER_LEAD = samplesOf(56);
/** Half the width over which a T wave bulges from a sloping ST segment. */
const BULGE = samplesOf(80);
const PEAK_APART = samplesOf(80);
const EDGE_APART = samplesOf(37);
/** Readers set the edges of a T wave this much outside and inside its corners. */
const READER_ONSET = samplesOf(18);
const READER_OFFSET = samplesOf(10);
/** Height at which a lead's own edges count in full. */
const CLEAR_MICROVOLTS = 58;

export function tWaves(
  beat: MedianBeat,
  qrs: Waves,
  interval: number,
  p: Waves | null,
): Waves | null {
  const j = qrs.all.offset;
  const from = j + Math.round(Math.min(AFTER_J, AFTER_J_OF_INTERVAL * interval));
  const to = endOfWindow(interval, p);
  if (to - from < WINDOW_MIN) return null;
  const smooth = beat.leads.map((l) => boxSmoothed(boxSmoothed(l.microvolts, SMOOTH), SMOOTH));
  const signal = dominantSignal(independent(beat, smooth), j + samplesOf(20), to);
  const bulge = (i: number) => {
    const before = signal[Math.max(j, i - BULGE)] as number;
    const after = signal[Math.min(to, i + BULGE)] as number;
    return Math.abs((signal[i] as number) - (before + after) / 2);
  };
  const peak = argMax(from, to - samplesOf(30), bulge);
  const all = waveAround(
    signal,
    peak,
    Math.max(j, peak - LINE_BEFORE),
    Math.min(to, LENGTH - samplesOf(12), peak + LINE_AFTER),
  );
  const leads = smooth.map((y) => leadWave(y, all, j, from, to));
  return { all: asRead(all), leads: leads.map(asRead) };
}

function asRead({ onset, peak, offset }: Wave): Wave {
  return { onset: onset - READER_ONSET, peak, offset: offset - READER_OFFSET };
}

function endOfWindow(interval: number, p: Waves | null): number {
  const nextP = p ? interval - (CENTRE - p.all.onset) - BEFORE_NEXT_P : Infinity;
  const share = REACH_OF_INTERVAL * interval + samplesOf(40);
  const reach = Math.min(Math.max(nextP, interval / 2), share, REACH);
  return Math.min(LENGTH - samplesOf(20), CENTRE + Math.round(reach));
}

/** A lead's own wave where it is clear, the wave of all leads where it is not. */
function leadWave(y: Float64Array, all: Wave, j: number, from: number, to: number): Wave {
  const rest = Math.min(all.offset + samplesOf(10), LENGTH - samplesOf(40));
  const line = mean(y, rest, rest + samplesOf(30));
  const height = (i: number) => Math.abs((y[i] as number) - line);
  const first = Math.max(from - samplesOf(30), all.peak - PEAK_APART);
  const peak = argMax(first, Math.min(to, all.peak + PEAK_APART), height);
  const beyond = Math.min(LENGTH - samplesOf(12), to, all.offset + LINE_AFTER_LEAD);
  const own = waveAround(y, peak, Math.max(j, peak - LINE_BEFORE), Math.max(beyond, peak + 1));
  const share = clamp(height(peak) / CLEAR_MICROVOLTS - 0.3, 0, 1);
  const mixed = (mine: number, theirs: number) =>
    Math.round(theirs + share * clamp(mine - theirs, -EDGE_APART, EDGE_APART));
  return {
    onset: mixed(own.onset, all.onset),
    peak: share > 0.2 ? peak : all.peak,
    offset: mixed(own.offset, all.offset),
  };
}
