/** The middle value; the mean of the two middle ones; NaN of nothing. Leaves its input alone. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/** The value below which a share of all values lies, between neighbours in proportion. */
export function quantile(values: ArrayLike<number>, share: number): number {
  if (values.length === 0) return NaN;
  const sorted = Float64Array.from(values).sort();
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (place - below);
}

export function mean(values: ArrayLike<number>, from = 0, to = values.length): number {
  let sum = 0;
  for (let i = from; i < to; i += 1) sum += values[i] as number;
  return sum / (to - from);
}

/** Spread as a standard deviation would give it for bell-shaped values, but deaf to outliers. */
export function robustDeviation(values: ArrayLike<number>): number {
  const middle = median(values);
  return 1.4826 * median(Float64Array.from(values, (value) => Math.abs(value - middle)));
}

/** Where the greatest of `score(i)` lies for from <= i < to; `from` when the range is empty. */
export function argMax(from: number, to: number, score: (i: number) => number): number {
  let best = from;
  let top = -Infinity;
  for (let i = from; i < to; i += 1) {
    const value = score(i);
    if (value > top) {
      top = value;
      best = i;
    }
  }
  return best;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
