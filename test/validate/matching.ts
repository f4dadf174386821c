import type { MarkedWave } from './ludb-records.js';

/** Counts and errors of one kind of wave; errors in milliseconds, ours less the cardiologist's. */
export interface Tally {
  found: number;
  missed: number;
  extra: number;
  readonly onset: number[];
  readonly peak: number[];
  readonly offset: number[];
}

export interface Candidate {
  readonly onset: number;
  readonly peak: number;
  readonly offset: number;
}

export function emptyTally(): Tally {
  return { found: 0, missed: 0, extra: 0, onset: [], peak: [], offset: [] };
}

/** Each marked wave takes the nearest candidate within tolerance; what is left over is extra. */
export function match(
  tally: Tally,
  marked: readonly MarkedWave[],
  candidates: readonly Candidate[],
  toleranceMs: number,
  msPerSample: number,
): void {
  const free = new Set(candidates);
  for (const wave of marked) {
    let best: Candidate | null = null;
    for (const candidate of free) {
      const apart = Math.abs(candidate.peak - wave.peak);
      if (apart * msPerSample > toleranceMs) continue;
      if (!best || apart < Math.abs(best.peak - wave.peak)) best = candidate;
    }
    if (!best) {
      tally.missed += 1;
      continue;
    }
    free.delete(best);
    tally.found += 1;
    tally.peak.push((best.peak - wave.peak) * msPerSample);
    if (wave.onset !== null) note(tally.onset, (best.onset - wave.onset) * msPerSample);
    if (wave.offset !== null) note(tally.offset, (best.offset - wave.offset) * msPerSample);
  }
  tally.extra += free.size;
}

/** NaN stands for an edge that a delineator did not place. */
function note(errors: number[], error: number): void {
  if (!Number.isNaN(error)) errors.push(error);
}

export function sensitivity({ found, missed }: Tally): number {
  return (100 * found) / (found + missed);
}

export function predictiveValue({ found, extra }: Tally): number {
  return (100 * found) / (found + extra);
}

export interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

export function spreadOf(errors: readonly number[]): Spread {
  const mean = errors.reduce((sum, e) => sum + e, 0) / errors.length;
  const square = errors.reduce((sum, e) => sum + (e - mean) ** 2, 0) / errors.length;
  return { mean, deviation: Math.sqrt(square) };
}
