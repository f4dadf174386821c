import { clamp, quantile } from '../../signal/statistics.js';
import type { DarknessPlane } from '../ink/bitmap.js';
import type { Run } from './runs.js';
import type { Path } from './stroke.js';

/** Four times as many raise the correlation of trembling leads by less than a thousandth. */
const ROUNDS = 6;
/** In one round no height moves farther, in pixels: what a pixel says holds near it only. */
const STEP_MAX = 0.7;
/** How strongly a height stays where it was read: inside of ink no pixel speaks for or against it. */
const HOLD = 0.02;
/** Beyond its own ink so many pixels are the trace's: there its edge fades. */
const FADE = 2;
/** Paler than this share of the ink, paper is bare: a trace that is drawn there is wrong. */
const BARE_MAX = 0.15;
/** As dark as this share of a trace's columns become is ink that fills its pixel. */
const INK_QUANTILE = 0.75;

/**
 * The heights with which a round pen would have left the greys that the picture has: the trace is
 * drawn, held against the picture, and moved to where the difference is least (Gauss and Newton; a
 * pixel speaks of two heights, so that a sweep there and back solves it). Edges found by a threshold
 * know a stroke's place to a part of a pixel; its greys know it better.
 */
export function fitted(path: Path, runs: readonly Run[], plane: DarknessPlane, pen: number): Path {
  const band = bandOf(path, runs, plane, pen);
  const count = path.to - path.from;
  const start = path.heights.subarray(path.from, path.to);
  const heights = start.slice();
  const known = createNormal(count);
  for (let round = 0; round < ROUNDS; round += 1) {
    draw(band, heights, pen / 2);
    known.clear();
    for (let k = 0; k < count; k += 1) {
      known.hold(k, (heights[k] as number) - (start[k] as number));
    }
    compare(band, known);
    const steps = known.solved();
    for (let k = 0; k < count; k += 1) {
      const step = clamp(steps[k] as number, -STEP_MAX, STEP_MAX);
      heights[k] = (heights[k] as number) - step;
    }
  }
  const result = path.heights.slice();
  result.set(heights, path.from);
  return { ...path, heights: result };
}

/** The pixels around a trace, column by column, and how the trace as it stands would darken them. */
interface Band {
  /** Of each column the first row, and where its pixels begin in the arrays below; one more at the end. */
  readonly tops: Int32Array;
  readonly begins: Int32Array;
  /** The share of ink in the picture; negative where a pixel says nothing of this trace. */
  readonly seen: Float32Array;
  readonly drawn: Float32Array;
  /** The piece of the trace that is nearest, how far along it, and how the ink there follows its height. */
  readonly piece: Int32Array;
  readonly along: Float32Array;
  readonly follows: Float32Array;
}

function bandOf({ from, to }: Path, runs: readonly Run[], plane: DarknessPlane, pen: number): Band {
  const { width, height, data } = plane;
  const reach = Math.ceil(pen / 2);
  const own = new Map(runs.map((run) => [run.x, run]));
  const ink = inkOf(runs, plane);
  const count = to - from;
  const tops = new Int32Array(count);
  const begins = new Int32Array(count + 1);
  const spans = Array.from({ length: count }, (_, k) => {
    const beside = [-1, 0, 1].flatMap((step) => own.get(from + k + step) ?? []);
    if (beside.length === 0) return null;
    const top = Math.min(...beside.map((run) => run.top));
    const bottom = Math.max(...beside.map((run) => run.bottom));
    return { top: Math.max(0, top - FADE), bottom: Math.min(height, bottom + FADE) };
  });
  for (const [k, span] of spans.entries()) {
    const begin = begins[k] as number;
    tops[k] = span ? Math.max(0, span.top - reach) : 0;
    const bottom = span ? Math.min(height, span.bottom + reach) : 0;
    begins[k + 1] = begin + bottom - tops[k];
  }
  const size = begins[count] as number;
  const seen = new Float32Array(size);
  for (const [k, span] of spans.entries()) {
    if (!span) continue;
    const off = (tops[k] as number) - (begins[k] as number);
    for (let i = begins[k] as number; i < (begins[k + 1] as number); i += 1) {
      const y = i + off;
      const share = Math.min(1, (data[y * width + from + k] as number) / ink);
      const isOwn = y >= span.top && y < span.bottom;
      seen[i] = isOwn || share < BARE_MAX ? share : -1;
    }
  }
  return {
    tops,
    begins,
    seen,
    drawn: new Float32Array(size),
    piece: new Int32Array(size),
    along: new Float32Array(size),
    follows: new Float32Array(size),
  };
}

function inkOf(runs: readonly Run[], { width, data }: DarknessPlane): number {
  const darkest = runs.map(({ x, top, bottom }) => {
    let most = 0;
    for (let y = top; y < bottom; y += 1) most = Math.max(most, data[y * width + x] as number);
    return most;
  });
  return Math.max(1, quantile(darkest, INK_QUANTILE));
}

/** How much of each pixel a round pen covers that goes straight from height to height. */
function draw(band: Band, heights: Float64Array, half: number): void {
  const { tops, begins, drawn, piece, along, follows } = band;
  const count = heights.length;
  const reach = Math.ceil(half + 1);
  drawn.fill(0);
  for (let s = 0; s + 1 < count; s += 1) {
    const from = heights[s] as number;
    const rise = (heights[s + 1] as number) - from;
    const square = 1 + rise * rise;
    const [low, high] = [from + Math.min(0, rise) - reach, from + Math.max(0, rise) + reach];
    for (let k = Math.max(0, s - reach); k <= Math.min(count - 1, s + 1 + reach); k += 1) {
      const off = (begins[k] as number) - (tops[k] as number);
      const first = Math.max(begins[k] as number, Math.floor(low) + off);
      const last = Math.min((begins[k + 1] as number) - 1, Math.ceil(high) + off);
      const dx = k - s;
      for (let i = first; i <= last; i += 1) {
        const dy = i - off + 0.5 - from;
        const share = clamp((dx + dy * rise) / square, 0, 1);
        const [ex, ey] = [dx - share, dy - share * rise];
        const distance = Math.sqrt(ex * ex + ey * ey);
        const cover = Math.min(1, half - distance + 0.5);
        if (cover <= (drawn[i] as number)) continue;
        drawn[i] = cover;
        piece[i] = s;
        along[i] = share;
        follows[i] = distance > 0 ? ey / distance : 0;
      }
    }
  }
}

/** What each pixel on an edge says of the two heights that its piece runs between. */
function compare({ seen, drawn, piece, along, follows }: Band, known: Normal): void {
  for (let i = 0; i < drawn.length; i += 1) {
    const cover = drawn[i] as number;
    const wanted = seen[i] as number;
    if (cover <= 0 || cover >= 1 || wanted < 0) continue;
    const share = along[i] as number;
    const slope = follows[i] as number;
    known.add(piece[i] as number, slope * (1 - share), slope * share, cover - wanted);
  }
}

/** Equations of heights of which each names two neighbours. */
interface Normal {
  clear(): void;
  hold(k: number, off: number): void;
  /** `off` is what is too much where the heights `k` and the next weigh so much. */
  add(k: number, weight: number, next: number, off: number): void;
  /** By how much each height is too great. */
  solved(): Float64Array;
}

function createNormal(count: number): Normal {
  const own = new Float64Array(count);
  const shared = new Float64Array(count);
  const right = new Float64Array(count);
  const plus = (values: Float64Array, k: number, by: number): void => {
    values[k] = (values[k] as number) + by;
  };
  return {
    clear() {
      own.fill(0);
      shared.fill(0);
      right.fill(0);
    },
    hold(k, off) {
      plus(own, k, HOLD);
      plus(right, k, HOLD * off);
    },
    add(k, weight, next, off) {
      plus(own, k, weight * weight);
      plus(own, k + 1, next * next);
      plus(shared, k, weight * next);
      plus(right, k, weight * off);
      plus(right, k + 1, next * off);
    },
    solved() {
      for (let k = 1; k < count; k += 1) {
        const share = (shared[k - 1] as number) / (own[k - 1] as number);
        plus(own, k, -share * (shared[k - 1] as number));
        plus(right, k, -share * (right[k - 1] as number));
      }
      for (let k = count - 1; k >= 0; k -= 1) {
        const after = k + 1 < count ? (shared[k] as number) * (right[k + 1] as number) : 0;
        right[k] = ((right[k] as number) - after) / (own[k] as number);
      }
      return right;
    },
  };
}
