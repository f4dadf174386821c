import type { Run } from './runs.js';
import { SCALE } from './straighten.js';

/** Two strokes that cross come apart again within this width, or they are no strokes of one beat. */
const APART_MM_MAX = 8;
/** Columns over which a slope is taken. */
const SLOPE_COLUMNS = 3;

/** Places of both traces, from and to one past the last, as columns. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Two rows whose strokes cross twice, as an S above and an R below do: both were followed as if they
 * turned back where they met. What goes on straight is exchanged between them; where they meet in
 * one run, neither is known, and both are bridged.
 */
export function uncross(
  above: readonly Run[],
  below: readonly Run[],
): readonly [readonly Run[], readonly Run[]] {
  const upper = new Map(above.map((run) => [run.x, run]));
  const lower = new Map(below.map((run) => [run.x, run]));
  const shared = sharedBy(upper, lower);
  for (let k = 0; k + 1 < shared.length; k += 1) {
    const [first, second] = [shared[k] as Stretch, shared[k + 1] as Stretch];
    if (second.from - first.to > APART_MM_MAX * SCALE) continue;
    if (!isCrossing(upper, lower, first, second)) continue;
    for (let x = first.from; x < second.to; x += 1) {
      const [a, b] = [upper.get(x), lower.get(x)];
      upper.delete(x);
      lower.delete(x);
      if (x < first.to || x >= second.from) continue;
      if (b) upper.set(x, b);
      if (a) lower.set(x, a);
    }
    k += 1;
  }
  const inOrder = (runs: Map<number, Run>): readonly Run[] =>
    [...runs.values()].sort((a, b) => a.x - b.x);
  return [inOrder(upper), inOrder(lower)];
}

/** Columns in which both rows follow the same ink. */
function sharedBy(upper: ReadonlyMap<number, Run>, lower: ReadonlyMap<number, Run>): Stretch[] {
  const found: Stretch[] = [];
  for (const [x, a] of upper) {
    const b = lower.get(x);
    if (!b || a.bottom <= b.top || b.bottom <= a.top) continue;
    const last = found[found.length - 1];
    if (last?.to === x) found[found.length - 1] = { from: last.from, to: x + 1 };
    else found.push({ from: x, to: x + 1 });
  }
  return found;
}

/** Whether slopes go on better where the traces change places between both meetings. */
function isCrossing(
  upper: ReadonlyMap<number, Run>,
  lower: ReadonlyMap<number, Run>,
  first: Stretch,
  second: Stretch,
): boolean {
  const inner = Math.max(1, Math.min(SLOPE_COLUMNS, (second.from - first.to) >> 1));
  let [turned, crossed] = [0, 0];
  for (const { from, to } of [first, second]) {
    const [left, right] = from === first.from ? [SLOPE_COLUMNS, inner] : [inner, SLOPE_COLUMNS];
    const [a1, b1] = [slopeOf(upper, from - 1, -left), slopeOf(lower, from - 1, -left)];
    const [a2, b2] = [slopeOf(upper, to, right), slopeOf(lower, to, right)];
    if (a1 === null || b1 === null || a2 === null || b2 === null) return false;
    turned += Math.abs(a1 - a2) + Math.abs(b1 - b2);
    crossed += Math.abs(a1 - b2) + Math.abs(b1 - a2);
  }
  return crossed < turned;
}

function slopeOf(trace: ReadonlyMap<number, Run>, at: number, reach: number): number | null {
  const near = trace.get(at);
  const far = trace.get(at + reach) ?? trace.get(at + Math.sign(reach));
  if (!near || !far) return null;
  const middle = ({ top, bottom }: Run): number => (top + bottom) / 2;
  return (middle(far) - middle(near)) / (far.x - near.x);
}
