import { CENTRE, type MedianBeat } from './median-beat.js';
import { clamp, mean, median } from './statistics.js';
import { samplesOf } from './trace.js';
import type { Wave, Waves } from './wave.js';

/** Steepness is read over twice this. */
const LAG = samplesOf(8);
const REACH = samplesOf(110);
const WALK_MAX = samplesOf(140);
/** All leads together: a QRS ends where its steepness stays below these shares of its greatest. */
const ALL_ONSET_SHARE = 0.012;
const ALL_OFFSET_SHARE = 0.057;
const ALL_CALM = samplesOf(18);
/** Each lead: shares of its greatest steepness, and microvolts over LAG either side. */
const ONSET = { share: 0.03, microvolts: 23.7, calm: samplesOf(8) };
const OFFSET = { share: 0.094, microvolts: 33.6, calm: samplesOf(8) };
/** A slope this many times the calmest stretch before the QRS is more than noise. */
const NOISE_RATIO = 4.25;
/** How far a lead's own edge may lie outside and inside the edge of all leads together. */
const ONSET_OUTSIDE = samplesOf(4);
const ONSET_INSIDE = samplesOf(26);
const OFFSET_OUTSIDE = samplesOf(50);
const OFFSET_INSIDE = samplesOf(22);
/** The share of a lead's own edge, against the leads' median, in what is reported for it. */
const OWN_ONSET = 0.43;
const OWN_OFFSET = 0.56;
/** Readers set the edges of a QRS this much outside what the thresholds give. */
const READER_ONSET = samplesOf(2);
const READER_OFFSET = samplesOf(6);
/** Where the flanks are looked for: from here on a slope belongs to the QRS. */
const FLANK_SHARE = 0.3;
/** With no calm stretch below a threshold the next is this much higher. */
const THRESHOLD_STEP = 1.5;

/** Of the depth of a QRS, the least height at which its R wave names the peak. */
const R_SHARE = 0.6;
/**
 * A wide QRS has no one peak: of one lead's paced beats readers mark now the first shoulder beside
 * the pulse, now the notch, now the nadir. From there on it is marked no later than this after its
 * onset, which is within a detection's tolerance (75 ms) of all three.
 */
const WIDE = samplesOf(120);
const WIDE_PEAK_MAX = samplesOf(60);

interface Edges {
  readonly onset: number;
  readonly offset: number;
}

export function qrsBounds(beat: MedianBeat): Waves {
  const slopes = beat.leads.map((lead) => steepness(lead.microvolts));
  const around = edgesOfAll(slopes);
  const own = slopes.map((slope) => edgesOfLead(slope, around));
  const onset = median(own.map((edges) => edges.onset));
  const offset = median(own.map((edges) => edges.offset));
  const leads = own.map((edges, k) =>
    withPeak(beat.leads[k]?.microvolts ?? new Float64Array(0), {
      onset: Math.round(OWN_ONSET * edges.onset + (1 - OWN_ONSET) * onset) - READER_ONSET,
      offset: Math.round(OWN_OFFSET * edges.offset + (1 - OWN_OFFSET) * offset) + READER_OFFSET,
    }),
  );
  const all = {
    onset: leads.reduce((first, wave) => Math.min(first, wave.onset), Infinity),
    offset: leads.reduce((last, wave) => Math.max(last, wave.offset), -Infinity),
  };
  const latest = all.offset - all.onset >= WIDE ? all.onset + WIDE_PEAK_MAX : all.offset;
  return {
    all: { ...all, peak: Math.min(Math.round((all.onset + all.offset) / 2), latest) },
    leads: leads.map((wave) => ({ ...wave, peak: Math.min(wave.peak, latest) })),
  };
}

function steepness(x: Float64Array): Float64Array {
  const last = x.length - 1;
  return x.map((_, i) =>
    Math.abs((x[Math.min(last, i + LAG)] as number) - (x[Math.max(0, i - LAG)] as number)),
  );
}

function edgesOfAll(slopes: readonly Float64Array[]): Edges {
  const spatial = new Float64Array(slopes[0]?.length ?? 0);
  for (const slope of slopes)
    slope.forEach((value, i) => (spatial[i] = (spatial[i] as number) + value * value));
  let weight = 0;
  let moment = 0;
  let top = 0;
  for (let i = CENTRE - REACH; i <= CENTRE + REACH; i += 1) {
    const energy = spatial[i] as number;
    weight += energy;
    moment += i * energy;
    top = Math.max(top, energy);
  }
  const slope = spatial.map(Math.sqrt);
  const middle = weight > 0 ? Math.round(moment / weight) : CENTRE;
  const noise = NOISE_RATIO * calmest(slope);
  const height = Math.sqrt(top);
  return {
    onset: walk(slope, middle, -1, Math.max(ALL_ONSET_SHARE * height, noise), ALL_CALM),
    offset: walk(slope, middle, 1, Math.max(ALL_OFFSET_SHARE * height, noise), ALL_CALM),
  };
}

function edgesOfLead(slope: Float64Array, around: Edges): Edges {
  const within = slope.subarray(around.onset, around.offset + 1);
  const top = within.reduce((most, value) => Math.max(most, value), 0);
  const isFlank = (value: number) => value >= FLANK_SHARE * top;
  const first = around.onset + Math.max(0, within.findIndex(isFlank));
  const last = around.onset + Math.max(0, within.findLastIndex(isFlank));
  const noise = NOISE_RATIO * calmest(slope);
  const below = ({ share, microvolts }: typeof ONSET) =>
    Math.min(Math.max(share * top, microvolts, noise), FLANK_SHARE * top);
  const onset = walk(slope, first, -1, below(ONSET), ONSET.calm);
  const offset = walk(slope, last, 1, below(OFFSET), OFFSET.calm);
  return {
    onset: clamp(onset, around.onset - ONSET_OUTSIDE, around.onset + ONSET_INSIDE),
    offset: clamp(offset, around.offset - OFFSET_INSIDE, around.offset + OFFSET_OUTSIDE),
  };
}

/** The least mean over 24 ms in the quarter second before the QRS. */
function calmest(slope: Float64Array): number {
  const width = samplesOf(24);
  let least = Infinity;
  for (let i = CENTRE - samplesOf(240); i < CENTRE - samplesOf(50); i += samplesOf(10)) {
    least = Math.min(least, mean(slope, i, i + width));
  }
  return least;
}

/** From inside a wave outward to the first sample of a calm stretch. */
function walk(
  slope: Float64Array,
  start: number,
  step: 1 | -1,
  threshold: number,
  calmLength: number,
): number {
  const top = slope.reduce((most, value) => Math.max(most, value), 0);
  for (let level = Math.max(threshold, 1); level < 2 * top; level *= THRESHOLD_STEP) {
    let calm = 0;
    for (let k = 0; k < WALK_MAX; k += 1) {
      const i = start + step * k;
      calm = (slope[i] ?? Infinity) < level ? calm + 1 : 0;
      if (calm >= calmLength) return i - step * (calmLength - 1);
    }
  }
  return start;
}

/** The R wave where there is one to speak of, else the deepest point: as a reader names the peak. */
function withPeak(y: Float64Array, { onset, offset }: Edges): Wave {
  let top = onset;
  let bottom = onset;
  for (let i = onset; i <= offset; i += 1) {
    if ((y[i] ?? 0) > (y[top] ?? 0)) top = i;
    if ((y[i] ?? 0) < (y[bottom] ?? 0)) bottom = i;
  }
  const isR = (y[top] ?? 0) >= R_SHARE * -(y[bottom] ?? 0);
  return { onset, peak: isR ? top : bottom, offset };
}
