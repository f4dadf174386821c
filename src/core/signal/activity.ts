import { INDEPENDENT_LEADS } from '../ecg/lead.js';
import { clamp, mean, median } from './statistics.js';
import { samplesOf, type Trace, type TraceLead } from './trace.js';

/**
 * Where the heart's fast waves are, in all leads together. Steepness is the difference of the mean
 * after and before an instant over 12 ms each (Haar's wavelet): it is deaf to drift, nearly so to
 * T waves, and strongest for waves as long as the flanks of a QRS.
 */
export interface Activity {
  /** Per lead used: microvolts of change across each sample. */
  readonly slopes: readonly Slope[];
  /** About 1 at the height of an ordinary QRS, whatever the gain. */
  readonly level: Float64Array;
}

export interface Slope {
  readonly values: Float64Array;
  /** Where the lead is known; outside, the values are zero and mean nothing. */
  readonly from: number;
  readonly to: number;
}

const HALF = samplesOf(12);
const SMOOTH = samplesOf(40);
const WINDOW = samplesOf(1500);
/** A lead whose steepest waves change less than this over 12 ms is taken as holding no QRS. */
const QUIET_MICROVOLTS = 15;
/** No single lead may shout down the others: its jumps count hardly more than a QRS. */
const LEAD_LEVEL_MAX = 1.2;

export function createActivity(trace: Trace): Activity {
  const isPartial = trace.leads.some((lead) => lead.to - lead.from < trace.count);
  const leads = trace.leads.filter(
    (lead) => isPartial || (INDEPENDENT_LEADS as readonly string[]).includes(lead.name),
  );
  const slopes = leads.map(slopeOf);
  const sum = new Float64Array(trace.count);
  const weights = new Float64Array(trace.count);
  for (const slope of slopes) addLead(slope, sum, weights);
  const level = sum.map((value, i) => Math.sqrt(value / ((weights[i] as number) || 1)));
  return { slopes, level: boxSmoothed(level, SMOOTH) };
}

function slopeOf(lead: TraceLead): Slope {
  const x = lead.microvolts;
  const count = x.length;
  const slope = new Float64Array(count);
  const sums = new Float64Array(count + 1);
  for (let i = 0; i < count; i += 1) sums[i + 1] = (sums[i] as number) + (x[i] as number);
  const first = lead.from + HALF;
  for (let i = first; i < lead.to - HALF; i += 1) {
    const after = (sums[i + HALF] as number) - (sums[i] as number);
    const before = (sums[i] as number) - (sums[i - HALF] as number);
    slope[i] = (after - before) / HALF;
  }
  return { values: slope, from: lead.from, to: lead.to };
}

/** Each lead by its own ordinary QRS, and the less the more of it is noise between the beats. */
function addLead(lead: Slope, sum: Float64Array, weights: Float64Array): void {
  const slope = lead.values;
  const tops: number[] = [];
  for (let from = lead.from; from < lead.to; from += WINDOW) {
    let top = 0;
    const to = Math.min(from + WINDOW, lead.to);
    for (let i = from; i < to; i += 1) top = Math.max(top, Math.abs(slope[i] as number));
    if (to - from > WINDOW / 2 || tops.length === 0) tops.push(top);
  }
  const loud = tops.filter((top) => top >= QUIET_MICROVOLTS);
  if (loud.length === 0) return;
  const ordinary = median(loud);
  const between = mean(slope.subarray(lead.from, lead.to).map(Math.abs));
  const weight = clamp(1.2 - (3 * between) / ordinary, 0.1, 1);
  for (let i = lead.from; i < lead.to; i += 1) {
    const level = Math.min(Math.abs(slope[i] as number) / ordinary, LEAD_LEVEL_MAX);
    sum[i] = (sum[i] as number) + weight * level * level;
    weights[i] = (weights[i] as number) + weight;
  }
}

/** The mean over `width` samples around each; shorter at the ends. */
export function boxSmoothed(x: Float64Array, width: number): Float64Array {
  const half = Math.floor(width / 2);
  const count = x.length;
  const sums = new Float64Array(count + 1);
  for (let i = 0; i < count; i += 1) sums[i + 1] = (sums[i] as number) + (x[i] as number);
  return x.map((_, i) => {
    const from = Math.max(0, i - half);
    const to = Math.min(count, i + half + 1);
    return ((sums[to] as number) - (sums[from] as number)) / (to - from);
  });
}
