import { MISSING, type Trace } from '../ecg/ecg.js';
import type { AnyLeadName } from '../ecg/lead.js';
import { median } from './statistics.js';

/** What one lead's raw samples show, at the recorder's own rate. */
export interface LeadSignal {
  /** Share of its known seconds in which nothing moves. */
  readonly flatShare: number;
  readonly rangeMicrovolts: number;
  /** Share of samples that stand at the recorder's limit. */
  readonly saturatedShare: number;
  /** How often the lead stays at its own highest or lowest value. */
  readonly clippedRuns: number;
  /** Range of the mean over a second. */
  readonly wanderMicrovolts: number;
  /** Fast unrest between the waves, as a root mean square. */
  readonly noiseMicrovolts: number;
  /** Amplitude, and at which of the two mains frequencies. */
  readonly mainsMicrovolts: number;
  readonly mainsHz: 50 | 60;
}

/** Within a second a living lead moves more than this. */
const STILL_MICROVOLTS = 10;
/** A recorder at its limit shows this or more: no heart does. */
const LIMIT_MICROVOLTS = 32_000;
/** Staying at the extreme for this long is clipping; a rounded peak is shorter. */
const CLIPPED_MS_MIN = 12;
const CLIPPED_RANGE_MICROVOLTS_MIN = 500;

export function examineLead(lead: Trace<AnyLeadName>, sampleRateHz: number): LeadSignal {
  const known = knownSamples(lead);
  const second = Math.max(8, Math.round(sampleRateHz));
  const blocks = blocksOf(known, second);
  const { low, high } = rangeOf(known);
  const means = blocks.map((block) => block.reduce((sum, x) => sum + x, 0) / block.length);
  const mains = ([50, 60] as const).map((hz) => ({
    hz,
    amplitude: hz < sampleRateHz / 2 ? median(blocks.map((b) => toneOf(b, hz, sampleRateHz))) : 0,
  }));
  const [fifty, sixty] = mains;
  const louder = (sixty?.amplitude ?? 0) > (fifty?.amplitude ?? 0) ? sixty : fifty;
  return {
    flatShare: blocks.filter(isStill).length / blocks.length,
    rangeMicrovolts: high - low,
    saturatedShare: shareAtLimit(known),
    clippedRuns: clippedRuns(known, low, high, (CLIPPED_MS_MIN / 1000) * sampleRateHz),
    wanderMicrovolts: rangeOf(means).high - rangeOf(means).low,
    noiseMicrovolts: unrestOf(known, sampleRateHz),
    mainsMicrovolts: louder?.amplitude ?? 0,
    mainsHz: louder?.hz ?? 50,
  };
}

function knownSamples(lead: Trace<AnyLeadName>): Int16Array {
  const part = lead.samples.slice(lead.from, lead.to);
  let count = 0;
  for (let i = 0; i < part.length; i += 1) {
    const value = part[i] as number;
    if (value !== MISSING) part[count++] = value;
  }
  return part.subarray(0, count);
}

function shareAtLimit(x: Int16Array): number {
  let count = 0;
  for (let i = 0; i < x.length; i += 1) {
    if (Math.abs(x[i] as number) >= LIMIT_MICROVOLTS) count += 1;
  }
  return count / x.length;
}

/** Whole seconds; a remainder is left out unless it is all there is. */
function blocksOf(x: Int16Array, length: number): Int16Array[] {
  const count = Math.max(1, Math.floor(x.length / length));
  return Array.from({ length: count }, (_, k) => x.subarray(k * length, (k + 1) * length));
}

function rangeOf(x: ArrayLike<number>): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < x.length; i += 1) {
    const value = x[i] as number;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

function isStill(block: Int16Array): boolean {
  const { low, high } = rangeOf(block);
  return high - low <= STILL_MICROVOLTS;
}

function clippedRuns(x: Int16Array, low: number, high: number, lengthMin: number): number {
  if (high - low < CLIPPED_RANGE_MICROVOLTS_MIN) return 0;
  let runs = 0;
  let length = 0;
  for (let i = 0; i < x.length; i += 1) {
    const value = x[i] as number;
    const isExtreme = value === low || value === high;
    length = isExtreme && (length === 0 || value === x[i - 1]) ? length + 1 : isExtreme ? 1 : 0;
    if (length === Math.ceil(lengthMin)) runs += 1;
  }
  return runs;
}

/**
 * The second difference over 4 ms hears little of P, QRS and T; the median of its size nothing of
 * the few steep places that are left. Its noise is the signal's times the root of six.
 */
function unrestOf(x: Int16Array, sampleRateHz: number): number {
  const step = Math.max(1, Math.round(0.004 * sampleRateHz));
  const bends: number[] = [];
  const stride = Math.max(1, Math.round(sampleRateHz / 100));
  for (let i = step; i < x.length - step; i += stride) {
    const bend = (x[i - step] as number) - 2 * (x[i] as number) + (x[i + step] as number);
    bends.push(Math.abs(bend));
  }
  return bends.length > 0 ? (1.4826 * median(bends)) / Math.sqrt(6) : 0;
}

/** Amplitude of one frequency in a block, by Goertzel's recurrence. */
function toneOf(block: Int16Array, hz: number, sampleRateHz: number): number {
  const angle = (2 * Math.PI * hz) / sampleRateHz;
  const turn = 2 * Math.cos(angle);
  const level = block.reduce((sum, x) => sum + x, 0) / block.length;
  let one = 0;
  let two = 0;
  for (let i = 0; i < block.length; i += 1) {
    const next = (block[i] as number) - level + turn * one - two;
    two = one;
    one = next;
  }
  const power = one * one + two * two - turn * one * two;
  return (2 * Math.sqrt(Math.max(0, power))) / block.length;
}
