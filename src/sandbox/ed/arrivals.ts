import { createRandom } from '../random.js';

/**
 * Arrivals in each hour of the day, as a share of the day's mean hour: few at night, a steep morning,
 * a long high day that thins out towards midnight, as emergency departments report it everywhere.
 */
export const HOURLY = [
  0.62, 0.5, 0.43, 0.38, 0.36, 0.39, 0.5, 0.72, 1.02, 1.3, 1.45, 1.48, 1.43, 1.38, 1.35, 1.32, 1.33,
  1.35, 1.36, 1.32, 1.23, 1.09, 0.93, 0.76,
] as const;

const HOUR_MS = 3_600_000;
const BUSIEST = Math.max(...HOURLY);
/** Now and then several ECGs come one upon the other. */
const BURST_SHARE = 0.03;
const BURST_EXTRA_MAX = 4;
const BURST_GAP_SHARE = 0.08;

export interface ArrivalOptions {
  readonly seed: number;
  /** The day's mean. */
  readonly perMinute: number;
  /** Hour of the day at an instant; `() => null` for a rate that never changes. */
  readonly hourOf: (ms: number) => number | null;
  readonly bursts?: boolean;
}

/** The instants at which patients come, each after the one before. */
export function createArrivals(options: ArrivalOptions): (afterMs: number) => number {
  const { perMinute, hourOf, bursts = true } = options;
  const random = createRandom(options.seed);
  // Who comes along in a burst is part of the mean.
  const extra = bursts ? (BURST_SHARE * (1 + BURST_EXTRA_MAX)) / 2 : 0;
  const meanMs = (60_000 / perMinute) * (1 + extra);
  const exponential = (mean: number): number => -mean * Math.log(1 - random.next());
  let together = 0;
  return (afterMs) => {
    if (together > 0) {
      together -= 1;
      return afterMs + exponential(meanMs * BURST_GAP_SHARE);
    }
    if (bursts && random.next() < BURST_SHARE) {
      together = 1 + Math.floor(random.next() * BURST_EXTRA_MAX);
    }
    return nextOf(afterMs, meanMs, hourOf, exponential, () => random.next());
  };
}

/** Thinning: candidates at the busiest hour's rate, each kept as often as its hour is busy. */
function nextOf(
  afterMs: number,
  meanMs: number,
  hourOf: ArrivalOptions['hourOf'],
  exponential: (mean: number) => number,
  next: () => number,
): number {
  for (let at = afterMs; ;) {
    const hour = hourOf(at);
    if (hour === null) return at + exponential(meanMs);
    at += exponential(meanMs / BUSIEST);
    if (next() < weightAt(hourOf(at) ?? hour) / BUSIEST) return at;
  }
}

export function weightAt(hour: number): number {
  return HOURLY[((Math.floor(hour) % 24) + 24) % 24] ?? 1;
}

export function utcHour(ms: number): number {
  return (ms / HOUR_MS) % 24;
}
