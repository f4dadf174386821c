import type { DarknessPlane } from '../ink/bitmap.js';
import type { Run } from './runs.js';

/** A trace as a height for each column of the paper, NaN where the paper has none. */
export interface Path {
  readonly heights: Float64Array;
  /** 1 in columns whose ink the path follows; between them it is bridged. */
  readonly inked: Uint8Array;
  /** How many pixels of ink it follows in all. */
  readonly inkPixels: number;
  /** First column known, and one past the last. */
  readonly from: number;
  readonly to: number;
}

/** The lower share of the runs by height are those of level lines, which are as tall as the pen. */
const PEN_QUANTILE = 0.3;
/** A little less than half a pen: an edge that is not quite sharp must not cost a peak its tip. */
const REACH_SHARE = 0.8;
/** A tip stands out on both sides by a pen within so many pens. */
const FOOT_PENS = 3;

/** The upper and the lower edge of a trace's ink, to parts of a pixel. */
interface Edges {
  readonly top: Float64Array;
  readonly bottom: Float64Array;
  readonly from: number;
  readonly to: number;
}

/**
 * Where the pen's middle was in each column. A pen widens every stroke by its own width, and what is
 * narrower than the pen is filled with ink. On a slope its middle is midway between both edges; at a
 * tip it is half a pen behind the edge that reaches farther.
 */
export function heightsOf(runs: readonly Run[], plane: DarknessPlane, threshold: number): Path {
  const edges = edgesOf(runs, plane, threshold);
  const { top, bottom, from, to } = edges;
  const inked = new Uint8Array(plane.width);
  for (const { x } of runs) inked[x] = 1;
  const half = penOf(edges, runs) / 2;
  const upper = within(top, edges, half, Math.max);
  const lower = within(bottom, edges, half, Math.min);
  const heights = new Float64Array(plane.width).fill(NaN);
  for (let x = from; x < to; x += 1) {
    heights[x] = ((upper[x] as number) + (lower[x] as number)) / 2;
  }
  for (const x of tipsOf(top, edges, half, 1)) behind(heights, upper, x, half);
  for (const x of tipsOf(bottom, edges, half, -1)) behind(heights, lower, x, -half);
  const inkPixels = runs.reduce((sum, run) => sum + run.bottom - run.top, 0);
  return { heights, inked, inkPixels, from, to };
}

/** Around a tip the pen's middle lies half a pen below the upper edge, or above the lower one. */
function behind(heights: Float64Array, edge: Float64Array, tip: number, half: number): void {
  const reach = Math.abs(half);
  for (let x = Math.ceil(tip - reach); x <= tip + reach; x += 1) {
    const at = edge[x];
    if (at !== undefined && !Number.isNaN(at)) heights[x] = at + half;
  }
}

/** Columns at whose edge the trace turns back: 1 for peaks of the upper edge, -1 for troughs of the lower. */
function tipsOf(
  edge: Float64Array,
  { from, to }: Edges,
  half: number,
  side: 1 | -1,
): readonly number[] {
  const pen = 2 * half;
  const foot = Math.ceil(pen * FOOT_PENS);
  const near = Math.ceil(half) + 1;
  const tips: number[] = [];
  for (let x = from; x < to; x += 1) {
    const own = side * (edge[x] as number);
    let [left, right, isTip] = [-Infinity, -Infinity, true];
    for (let d = 1; d <= foot && isTip; d += 1) {
      const before = x - d >= from ? side * (edge[x - d] as number) : -Infinity;
      const after = x + d < to ? side * (edge[x + d] as number) : -Infinity;
      left = Math.max(left, before);
      right = Math.max(right, after);
      if (
        d <= near &&
        ((before !== -Infinity && before < own) || (after !== -Infinity && after <= own))
      )
        isTip = false;
    }
    if (isTip && left - own > pen && right - own > pen) tips.push(x);
  }
  return tips;
}

/** The farthest that an edge lets the pen's middle go, less half a pen. */
function within(
  edge: Float64Array,
  { from, to }: Edges,
  half: number,
  furthest: (a: number, b: number) => number,
): Float64Array {
  const reach = half * REACH_SHARE;
  const result = new Float64Array(edge.length).fill(NaN);
  const at = (x: number): number => {
    const held = Math.max(from, Math.min(to - 1, x));
    const k = Math.min(to - 2, Math.floor(held));
    const a = edge[Math.max(from, k)] as number;
    return a + ((edge[Math.min(to - 1, k + 1)] as number) - a) * (held - k);
  };
  for (let x = from; x < to; x += 1) {
    let most = furthest(furthest(at(x - reach), at(x + reach)), edge[x] as number);
    for (let d = 1; d < reach; d += 1) most = furthest(most, furthest(at(x - d), at(x + d)));
    result[x] = most;
  }
  return result;
}

function penOf({ top, bottom }: Edges, runs: readonly Run[]): number {
  const tall = runs
    .map(({ x }) => (bottom[x] as number) - (top[x] as number))
    .sort((a, b) => a - b);
  return Math.max(1, tall[Math.floor(tall.length * PEN_QUANTILE)] ?? 1);
}

function edgesOf(runs: readonly Run[], plane: DarknessPlane, threshold: number): Edges {
  const top = new Float64Array(plane.width).fill(NaN);
  const bottom = new Float64Array(plane.width).fill(NaN);
  for (const run of runs) {
    top[run.x] = run.top + 0.5 - partOf(plane, threshold, run.x, run.top, -1);
    bottom[run.x] = run.bottom - 0.5 + partOf(plane, threshold, run.x, run.bottom - 1, 1);
  }
  bridge(top);
  bridge(bottom);
  return { top, bottom, from: runs[0]?.x ?? 0, to: (runs[runs.length - 1]?.x ?? -1) + 1 };
}

/** How far beyond the middle of the last inked pixel the darkness falls to the threshold. */
function partOf(
  { width, height, data }: DarknessPlane,
  threshold: number,
  x: number,
  y: number,
  step: 1 | -1,
): number {
  const inside = data[y * width + x] as number;
  const beyond = y + step < 0 || y + step >= height ? 0 : (data[(y + step) * width + x] as number);
  // Ink that was taken away as a letter or a bar ends where it was cut.
  return inside < threshold || beyond >= threshold ? 0.5 : (inside - threshold) / (inside - beyond);
}

/** Straight lines over the columns that a path jumped. */
function bridge(heights: Float64Array): void {
  let last = -1;
  for (let x = 0; x < heights.length; x += 1) {
    if (Number.isNaN(heights[x])) continue;
    if (last >= 0 && x - last > 1) {
      const a = heights[last] as number;
      const b = heights[x] as number;
      for (let k = last + 1; k < x; k += 1) heights[k] = a + ((b - a) * (k - last)) / (x - last);
    }
    last = x;
  }
}
