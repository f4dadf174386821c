import type { Run } from './runs.js';
import { SCALE } from './straighten.js';

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
const MISSED_COST = 0.8;
/** What a pixel of ink is worth that no other row follows. */
const FREE_WORTH = 0.05;
/** Around a seam, where another lead begins at its own height. */
const SEAM_OFF = 0.5 * SCALE;

/** Where a trace is looked for, and what is known of it. */
export interface Way {
  readonly left: number;
  readonly right: number;
  readonly baseline: number;
  /** Columns where the row goes on with another lead. */
  readonly seams?: readonly number[];
  /** What letters hide of a column, as stretches from the top; nothing of most. */
  readonly hiddenAt: (x: number) => readonly Span[];
  /** How much of a column, between two heights, other rows follow. */
  readonly followed?: (x: number, top: number, bottom: number) => number;
}

export interface Span {
  readonly top: number;
  readonly bottom: number;
}

interface Node {
  readonly run: Run;
  readonly cost: number;
  readonly before: Node | null;
  /** Where the way came into the run. */
  readonly entry: Span;
}

/** The cheapest way through the runs from one side to the other. */
export function followTrace(columns: readonly (readonly Run[])[], way: Way): readonly Run[] {
  const nodes: Node[][] = [];
  let end: Node | null = null;
  let least = Infinity;
  for (let x = way.left; x < way.right; x += 1) {
    const isSeam = (way.seams ?? []).some((seam) => Math.abs(x - seam) <= SEAM_OFF);
    const here = (columns[x] ?? []).map((run) => bestNode(run, nodes, x - way.left, way, isSeam));
    nodes.push(here);
    for (const node of here) {
      const cost = node.cost + (way.right - x) * MISSED_COST;
      if (cost >= least) continue;
      least = cost;
      end = node;
    }
  }
  const runs: Run[] = [];
  for (let node = end; node; node = node.before) runs.push(node.run);
  runs.reverse();
  return runs;
}

function bestNode(
  run: Run,
  nodes: readonly (readonly Node[])[],
  at: number,
  { baseline, followed, hiddenAt }: Way,
  isSeam: boolean,
): Node {
  const middle = (run.top + run.bottom) / 2;
  const off = distance(run, baseline);
  const start = START_COST * off;
  const hidden = hiddenAt(run.x);
  let cost = at * MISSED_COST + start;
  let before: Node | null = null;
  for (let jump = 1; jump <= Math.min(at, JUMP_MAX); jump += 1) {
    if (jump > JUMP_NEAR && before) break;
    for (const node of nodes[at - jump] ?? []) {
      const least = node.cost + (jump - 1) * JUMP_COST;
      const worth = followed ? FREE_WORTH * (node.run.bottom - node.run.top) : 0;
      if (least - worth >= cost) continue;
      const gap = gapBetween(node.run, run, hidden) * GAP_COST;
      const turn = Math.abs(middle - (node.run.top + node.run.bottom) / 2);
      const step = isSeam ? Math.min(gap, start) : gap;
      let total = least + step + turn * TURN_COST;
      if (followed && total - worth < cost) {
        const { top, bottom } = hull(node.entry, meeting(node.run, run));
        total -= FREE_WORTH * (bottom - top - followed(node.run.x, top, bottom));
      }
      if (total < cost) {
        cost = total;
        before = node;
      }
    }
  }
  const entry = before ? meeting(run, before.run) : run;
  return { run, cost: cost + AWAY_COST * off, before, entry };
}

/** Bare paper between two runs; what a letter hides is no gap. */
function gapBetween(a: Run, b: Run, hidden: readonly Span[]): number {
  const [from, to] = [Math.min(a.bottom, b.bottom), Math.max(a.top, b.top)];
  if (to <= from) return 0;
  let bare = to - from;
  for (const { top, bottom } of hidden) {
    bare -= Math.max(0, Math.min(bottom, to) - Math.max(top, from));
  }
  return Math.max(0, bare);
}

function distance({ top, bottom }: Run, y: number): number {
  return y < top ? top - y : y > bottom ? y - bottom : 0;
}

/** Where a run meets the one beside it: what both have in common, else the end that is nearer to it. */
function meeting(run: Run, beside: Run): Span {
  if (beside.bottom <= run.top) return { top: run.top, bottom: run.top + 1 };
  if (beside.top >= run.bottom) return { top: run.bottom - 1, bottom: run.bottom };
  return { top: Math.max(run.top, beside.top), bottom: Math.min(run.bottom, beside.bottom) };
}

function hull(a: Span, b: Span): Span {
  return { top: Math.min(a.top, b.top), bottom: Math.max(a.bottom, b.bottom) };
}

/** Of each run what the way passes on from the run before it to the one after it. */
export function passedOf(runs: readonly Run[]): readonly Run[] {
  return runs.map((run, k) => {
    const [before, after] = [runs[k - 1], runs[k + 1]];
    if (!before || !after) return run;
    return { x: run.x, ...hull(meeting(run, before), meeting(run, after)) };
  });
}
