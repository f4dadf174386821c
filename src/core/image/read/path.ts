import type { Run } from './runs.js';
import { SCALE } from './straighten.js';

/** A trace as a height for each column of the paper, NaN where the paper has none. */
export interface Path {
  readonly heights: Float64Array;
  /** 1 in columns whose ink the path follows; between them it is bridged. */
  readonly inked: Uint8Array;
  /** First column known, and one past the last. */
  readonly from: number;
  readonly to: number;
}

/** Columns that a path may jump over where a line is broken, and what each costs. */
const JUMP_MAX = 12 * SCALE;
/** Farther back is looked only where nothing nearer leads here. */
const JUMP_NEAR = 2 * SCALE;
const JUMP_COST = 3;
const GAP_COST = 1;
const TURN_COST = 0.004;
/** Of two ways that both follow ink, the one nearer to the row's own line. */
const AWAY_COST = 0.004;
const START_COST = 0.1;
/** Each column that a path leaves out at its beginning or end. */
const MISSED_COST = 0.3;

interface Node {
  readonly run: Run;
  cost: number;
  before: Node | null;
}

/** The cheapest way through the runs from one side to the other. */
export function followTrace(
  columns: readonly (readonly Run[])[],
  from: number,
  to: number,
  baseline: number,
  penWidth: number,
): Path {
  const nodes: Node[][] = [];
  let end: Node | null = null;
  let least = Infinity;
  for (let x = from; x < to; x += 1) {
    const here = (columns[x] ?? []).map((run) => bestNode(run, nodes, x - from, baseline));
    nodes.push(here);
    for (const node of here) {
      const cost = node.cost + (to - x) * MISSED_COST;
      if (cost >= least) continue;
      least = cost;
      end = node;
    }
  }
  const runs: Run[] = [];
  for (let node = end; node; node = node.before) runs.push(node.run);
  runs.reverse();
  return heightsOf(runs, columns.length, penWidth);
}

function bestNode(
  run: Run,
  nodes: readonly (readonly Node[])[],
  at: number,
  baseline: number,
): Node {
  const middle = (run.top + run.bottom) / 2;
  const away = AWAY_COST * distance(run, baseline);
  let cost = at * MISSED_COST + START_COST * distance(run, baseline);
  let before: Node | null = null;
  for (let jump = 1; jump <= Math.min(at, JUMP_MAX); jump += 1) {
    if (jump > JUMP_NEAR && before) break;
    for (const node of nodes[at - jump] ?? []) {
      const gap = Math.max(0, run.top - node.run.bottom, node.run.top - run.bottom);
      const turn = Math.abs(middle - (node.run.top + node.run.bottom) / 2);
      const total = node.cost + (jump - 1) * JUMP_COST + gap * GAP_COST + turn * TURN_COST;
      if (total < cost) {
        cost = total;
        before = node;
      }
    }
  }
  return { run, cost: cost + away, before };
}

function distance({ top, bottom }: Run, y: number): number {
  return y < top ? top - y : y > bottom ? y - bottom : 0;
}

/**
 * Where the pen's middle was in each column. A run as tall as the pen is the line itself; a taller
 * one is a steep stroke, whose middle it passes, or a peak, which reaches to half a pen below its tip.
 */
function heightsOf(runs: readonly Run[], width: number, penWidth: number): Path {
  const heights = new Float64Array(width).fill(NaN);
  const inked = new Uint8Array(width);
  const half = penWidth / 2;
  runs.forEach((run, i) => {
    const middle = (run.top + run.bottom) / 2;
    const left = runs[i - 1] ?? run;
    const right = runs[i + 1] ?? run;
    const isTall = run.bottom - run.top > 1.6 * penWidth;
    const rises = Math.min(left.top, right.top) - run.top;
    const falls = run.bottom - Math.max(left.bottom, right.bottom);
    let height = middle;
    if (isTall && rises >= 0 && rises >= falls) height = run.top + half;
    else if (isTall && falls >= 0) height = run.bottom - half;
    heights[run.x] = height;
    inked[run.x] = 1;
  });
  bridge(heights);
  return { heights, inked, from: runs[0]?.x ?? 0, to: (runs[runs.length - 1]?.x ?? -1) + 1 };
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
