/** Gradient-boosted trees of two levels, enough to tell two kinds of rows apart if anything does. */
export interface Row {
  readonly values: readonly number[];
  readonly label: 0 | 1;
  /** Rows of one group stay in one fold. */
  readonly group: number;
}

const FOLDS = 5;
const ROUNDS = 150;
const RATE = 0.1;
const BINS = 24;
const LEAF_MIN = 15;

export interface Separation {
  readonly auroc: number;
  /** 95 %, Hanley and McNeil. */
  readonly low: number;
  readonly high: number;
  /** How much each column lowered the loss, as shares of all. */
  readonly gains: readonly number[];
}

/** Cross-validated: every row is scored by trees that have not seen its group. */
export function separate(rows: readonly Row[]): Separation {
  const bins = binned(rows);
  const scores = new Float64Array(rows.length);
  const gains = new Float64Array(bins.length);
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const isHeld = rows.map(({ group }) => group % FOLDS === fold);
    boost(rows, bins, isHeld, scores, gains);
  }
  const positives = rows.filter(({ label }) => label === 1).length;
  const area = aurocOf(rows, scores);
  const half = 1.96 * errorOf(area, positives, rows.length - positives);
  const sum = gains.reduce((total, gain) => total + gain, 0);
  return {
    auroc: area,
    low: Math.max(0, area - half),
    high: Math.min(1, area + half),
    gains: [...gains].map((gain) => gain / sum),
  };
}

function errorOf(a: number, positives: number, negatives: number): number {
  const [q1, q2] = [a / (2 - a), (2 * a * a) / (1 + a)];
  const variance = a * (1 - a) + (positives - 1) * (q1 - a * a) + (negatives - 1) * (q2 - a * a);
  return Math.sqrt(variance / (positives * negatives));
}

/** Columns of bin numbers; what is missing has a bin of its own at the low end. */
function binned(rows: readonly Row[]): Uint8Array[] {
  const width = rows[0]?.values.length ?? 0;
  return Array.from({ length: width }, (_, c) => {
    const sorted = rows.map(({ values }) => values[c] as number).filter((v) => !Number.isNaN(v));
    sorted.sort((a, b) => a - b);
    const edges = Array.from(
      { length: BINS - 1 },
      (__, k) => sorted[Math.floor(((k + 1) * sorted.length) / BINS)] ?? 0,
    );
    return Uint8Array.from(rows, ({ values }) => {
      const value = values[c] as number;
      return Number.isNaN(value) ? 0 : 1 + edges.filter((edge) => value >= edge).length;
    });
  });
}

function boost(
  rows: readonly Row[],
  bins: readonly Uint8Array[],
  isHeld: readonly boolean[],
  scores: Float64Array,
  gains: Float64Array,
): void {
  const score = new Float64Array(rows.length);
  const all = rows.map((_, n) => n);
  for (let round = 0; round < ROUNDS; round += 1) {
    const gradient = rows.map(({ label }, n) => label - 1 / (1 + Math.exp(-(score[n] as number))));
    const grow = (members: readonly number[], depth: number): void => {
      const split = depth > 0 ? bestSplit(members, bins, gradient, isHeld) : null;
      if (split) {
        gains[split.column] = (gains[split.column] as number) + split.gain;
        const column = bins[split.column] as Uint8Array;
        grow(
          members.filter((n) => (column[n] as number) <= split.bin),
          depth - 1,
        );
        grow(
          members.filter((n) => (column[n] as number) > split.bin),
          depth - 1,
        );
        return;
      }
      const step = RATE * leafOf(members, gradient, isHeld);
      for (const n of members) score[n] = (score[n] as number) + step;
    };
    grow(all, 2);
  }
  score.forEach((value, n) => {
    if (isHeld[n]) scores[n] = value;
  });
}

function leafOf(
  members: readonly number[],
  gradient: readonly number[],
  isHeld: readonly boolean[],
): number {
  let [sum, curvature] = [0, 1];
  for (const n of members) {
    if (isHeld[n]) continue;
    const g = gradient[n] as number;
    sum += g;
    curvature += Math.abs(g) * (1 - Math.abs(g));
  }
  return sum / curvature;
}

interface Split {
  readonly column: number;
  readonly bin: number;
  readonly gain: number;
}

function bestSplit(
  members: readonly number[],
  bins: readonly Uint8Array[],
  gradient: readonly number[],
  isHeld: readonly boolean[],
): Split | null {
  const learned = members.filter((n) => !isHeld[n]);
  const total = learned.reduce((sum, n) => sum + (gradient[n] as number), 0);
  let best: Split | null = null;
  bins.forEach((column, c) => {
    const sums = new Float64Array(BINS + 1);
    const counts = new Int32Array(BINS + 1);
    for (const n of learned) {
      const bin = column[n] as number;
      sums[bin] = (sums[bin] as number) + (gradient[n] as number);
      counts[bin] = (counts[bin] as number) + 1;
    }
    let [sum, count] = [0, 0];
    for (let bin = 0; bin < BINS; bin += 1) {
      sum += sums[bin] as number;
      count += counts[bin] as number;
      const rest = learned.length - count;
      if (count < LEAF_MIN || rest < LEAF_MIN) continue;
      const gain =
        (sum * sum) / count + (total - sum) ** 2 / rest - (total * total) / learned.length;
      if (gain > (best?.gain ?? 1e-9)) best = { column: c, bin, gain };
    }
  });
  return best;
}

function aurocOf(rows: readonly Row[], scores: Float64Array): number {
  const order = rows.map((_, n) => n).sort((a, b) => (scores[a] as number) - (scores[b] as number));
  let [rankSum, positives] = [0, 0];
  order.forEach((n, rank) => {
    if (rows[n]?.label !== 1) return;
    rankSum += rank + 1;
    positives += 1;
  });
  const negatives = rows.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
