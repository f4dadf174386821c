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
): readonly Run[] {
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
  return runs;
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
