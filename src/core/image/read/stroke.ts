import type { DarknessPlane } from '../ink/bitmap.js';
import { endsOf } from './ink-edge.js';
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

/** A tip stands out on both sides by so much of a pen, within so many pens. */
const TIP_PENS = 0.25;
const FOOT_PENS = 3;
/** Where both edges leave the pen more room than this share of it, ink was filled in. */
const ROOM_PENS = 0.5;

/** The upper and the lower edge of a trace's ink, to parts of a pixel. */
interface Edges {
  readonly top: Float64Array;
  readonly bottom: Float64Array;
  readonly from: number;
  readonly to: number;
}

/**
 * Where the pen's middle was in each column. A round pen widens every stroke by its own width; what
 * its middle can have been is the ink less half a pen all around. Where that leaves one height, it was
 * there. What is narrower than the pen is filled with ink and leaves room: there the pen was at the
 * upper edge where that has a tip, at the lower edge where that has one, and on its way in between.
 */
export function heightsOf(
  runs: readonly Run[],
  plane: DarknessPlane,
  threshold: number,
  pen: number,
): Path {
  const edges = edgesOf(runs, plane, threshold);
  const { top, bottom, from, to } = edges;
  const inked = new Uint8Array(plane.width);
  for (const { x } of runs) inked[x] = 1;
  const upper = within(top, edges, pen / 2, 1);
  const lower = within(bottom, edges, pen / 2, -1);
  const heights = new Float64Array(plane.width).fill(NaN);
  const tips = [
    ...tipsOf(top, edges, pen, 1).map((x) => ({ x, edge: upper })),
    ...tipsOf(bottom, edges, pen, -1).map((x) => ({ x, edge: lower })),
  ].sort((a, b) => a.x - b.x);
  let next = 0;
  for (let x = from; x < to;) {
    const end = roomTo(x, to, upper, lower, pen * ROOM_PENS);
    while (next < tips.length && (tips[next] as Tip).x < x - 1) next += 1;
    const first = next;
    while (next < tips.length && (tips[next] as Tip).x <= end) next += 1;
    const near = end > x ? tips.slice(first, next) : [];
    for (const last = Math.max(end, x + 1); x < last; x += 1) {
      const middle = ((upper[x] as number) + (lower[x] as number)) / 2;
      heights[x] = near.length > 0 ? between(near, x) : middle;
    }
  }
  const inkPixels = runs.reduce((sum, run) => sum + run.bottom - run.top, 0);
  return { heights, inked, inkPixels, from, to };
}

/** A column at whose edge the trace turns back, and where the pen's middle can have been by that edge. */
interface Tip {
  readonly x: number;
  readonly edge: Float64Array;
}

/** One past the last column, from x on, in which the edges leave the pen room. */
function roomTo(
  x: number,
  to: number,
  upper: Float64Array,
  lower: Float64Array,
  least: number,
): number {
  let end = x;
  while (end < to && (lower[end] as number) - (upper[end] as number) > least) end += 1;
  return end;
}

/** From the edge of the tip before to that of the tip after. */
function between(tips: readonly Tip[], x: number): number {
  const k = tips.findIndex((tip) => tip.x >= x);
  const after = (k < 0 ? tips[tips.length - 1] : tips[k]) as Tip;
  const before = k < 1 ? after : (tips[k - 1] as Tip);
  const share = after.x > before.x && x <= after.x ? (x - before.x) / (after.x - before.x) : 1;
  return (before.edge[x] as number) * (1 - share) + (after.edge[x] as number) * share;
}

/** 1 for peaks of the upper edge, -1 for troughs of the lower. */
function tipsOf(
  edge: Float64Array,
  { from, to }: Edges,
  pen: number,
  side: 1 | -1,
): readonly number[] {
  const foot = Math.ceil(pen * FOOT_PENS);
  const tips: number[] = [];
  for (let x = from; x < to; x += 1) {
    const own = side * (edge[x] as number);
    // Of a level tip the first column counts.
    if (x > from && side * (edge[x - 1] as number) <= own) continue;
    if (x + 1 < to && side * (edge[x + 1] as number) < own) continue;
    const risesBy = (step: 1 | -1): number => {
      let most = 0;
      for (let d = 1; d <= foot; d += 1) {
        const at = x + step * d;
        if (at < from || at >= to) break;
        most = Math.max(most, side * (edge[at] as number) - own);
      }
      return most;
    };
    const least = pen * TIP_PENS;
    if (risesBy(-1) > least && risesBy(1) > least) tips.push(x);
  }
  return tips;
}

/** The farthest that an edge lets the middle of a round pen go. */
function within(edge: Float64Array, { from, to }: Edges, half: number, side: 1 | -1): Float64Array {
  const result = new Float64Array(edge.length).fill(NaN);
  const whole = Math.floor(half);
  const profile = Array.from({ length: whole + 1 }, (_, d) => Math.sqrt(half * half - d * d));
  for (let x = from; x < to; x += 1) {
    let most = -Infinity;
    for (let d = -whole; d <= whole; d += 1) {
      const at = x + d;
      if (at < from || at >= to) continue;
      most = Math.max(most, side * (edge[at] as number) + (profile[Math.abs(d)] as number));
    }
    for (const at of [x - half, x + half]) {
      const k = Math.floor(at);
      if (k < from || k + 1 >= to) continue;
      const [a, b] = [edge[k] as number, edge[k + 1] as number];
      most = Math.max(most, side * (a + (b - a) * (at - k)));
    }
    result[x] = side * most;
  }
  return result;
}

function edgesOf(runs: readonly Run[], plane: DarknessPlane, threshold: number): Edges {
  const top = new Float64Array(plane.width).fill(NaN);
  const bottom = new Float64Array(plane.width).fill(NaN);
  for (const run of runs) {
    const own = endsOf(run, plane, threshold);
    top[run.x] = own.top;
    bottom[run.x] = own.bottom;
  }
  bridge(top);
  bridge(bottom);
  return { top, bottom, from: runs[0]?.x ?? 0, to: (runs[runs.length - 1]?.x ?? -1) + 1 };
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
