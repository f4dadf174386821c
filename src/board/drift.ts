/**
 * Population stability: how far the present is from how it began, summed over ten bins that each held a
 * tenth of the beginning. Below 0.1 nothing moved, above 0.25 much did, as the usual reading goes.
 */
export const BINS = 10;
/** Fewer on either side and chance alone would look like drift. */
export const ENOUGH_MIN = 200;
/** An empty bin has no logarithm: it counts as half of one. */
const EMPTY = 0.5;

/** Null where one of the two is too small to say. */
export function stability(before: readonly number[], now: readonly number[]): number | null {
  if (before.length < ENOUGH_MIN || now.length < ENOUGH_MIN) return null;
  const edges = edgesOf(before);
  const [then, today] = [shares(before, edges), shares(now, edges)];
  return then.reduce((sum, share, i) => {
    const other = today[i] as number;
    return sum + (other - share) * Math.log(other / share);
  }, 0);
}

/** Equal values share a bin, so that there may be fewer. */
function edgesOf(values: readonly number[]): readonly number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const edges = Array.from({ length: BINS - 1 }, (_, i) => {
    return sorted[Math.floor(((i + 1) * sorted.length) / BINS)] as number;
  });
  return [...new Set(edges)];
}

function shares(values: readonly number[], edges: readonly number[]): readonly number[] {
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (const value of values) {
    const bin = edges.filter((edge) => value >= edge).length;
    counts[bin] = (counts[bin] as number) + 1;
  }
  const total = values.length + EMPTY * counts.filter((count) => count === 0).length;
  return counts.map((count) => (count === 0 ? EMPTY : count) / total);
}
