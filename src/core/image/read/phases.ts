import type { DarknessPlane } from '../ink/bitmap.js';
import { median } from '../../signal/statistics.js';
import { foldedCells, LOOK_SCALE, PERIOD, REPEAT_MM } from './folds.js';
import type { Box } from './straighten.js';

/** A place of the paper and how far from the millimetres the grid's lines stand there. */
export interface Shift {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
}

export const BLOCK_MM = 16;
export const STEP_MM = 8;
/** In a block, the line must stand out of the others by this many of their spreads. */
const CLEAR_MIN = 2.2;

export interface ShiftMap {
  /** The middle of the first block. */
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
  /** Row by row; null where no line is clear. */
  readonly shifts: readonly (Shift | null)[];
}

/** Of all places, how many show clear lines. */
export function shownShare({ shifts }: ShiftMap): number {
  return shifts.filter((shift) => shift !== null).length / shifts.length;
}

/**
 * The strong lines of each block, folded onto one step: where the fold is darkest, there they stand.
 * `near` is 1 where a pen hides the grid.
 */
export function shiftsOf(grid: DarknessPlane, near: Uint8Array, box: Box): ShiftMap {
  const columns = Math.max(1, Math.floor((grid.width / LOOK_SCALE - BLOCK_MM) / STEP_MM) + 1);
  const rows = Math.max(1, Math.floor((grid.height / LOOK_SCALE - BLOCK_MM) / STEP_MM) + 1);
  const cells = foldedCells(grid, near, STEP_MM);
  const span = BLOCK_MM / STEP_MM;
  const shifts: (Shift | null)[] = [];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const { sums, counts } = cells.fold(column, row, span, span);
      const means = sums.map((sum, i) => sum / Math.max(1, counts[i] as number));
      const dx = lineOf(means.subarray(0, PERIOD), box.left);
      const dy = lineOf(means.subarray(PERIOD), box.top);
      const x = box.left + column * STEP_MM + BLOCK_MM / 2;
      const y = box.top + row * STEP_MM + BLOCK_MM / 2;
      shifts.push(dx === null || dy === null ? null : { x, y, dx, dy });
    }
  }
  const half = BLOCK_MM / 2;
  return { left: box.left + half, top: box.top + half, columns, rows, shifts };
}

/** Where the darkest line of a fold stands on the paper, within half a step of its millimetre. */
function lineOf(fold: Float64Array, originMm: number): number | null {
  const n = fold.length;
  const at = (i: number): number => fold[((i % n) + n) % n] as number;
  const soft = fold.map((_, i) => at(i - 1) + 2 * at(i) + at(i + 1));
  let best = 0;
  soft.forEach((value, i) => {
    if (value > (soft[best] as number)) best = i;
  });
  const mean = soft.reduce((sum, value) => sum + value, 0) / n;
  const spread = Math.sqrt(soft.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  if (!(spread > 0) || (soft[best] as number) - mean < CLEAR_MIN * spread) return null;
  const [a, b, c] = [soft[(best + n - 1) % n], soft[best], soft[(best + 1) % n]] as number[];
  const bend = (a as number) - 2 * (b as number) + (c as number);
  const part = bend < 0 ? ((a as number) - (c as number)) / (2 * bend) : 0;
  const mm = originMm + (best + part + 0.5) / LOOK_SCALE;
  return mm - REPEAT_MM * Math.round(mm / REPEAT_MM);
}

/** Neighbours differ little: each shift becomes the one of its many that is nearest to theirs. */
export function unwrapped(map: ShiftMap): ShiftMap {
  const { columns, rows, shifts } = map;
  const done = new Map<number, Shift>();
  const middle = (rows >> 1) * columns + (columns >> 1);
  const order = [...shifts.keys()]
    .filter((i) => shifts[i] !== null)
    .sort((a, b) => fromMiddle(a, middle, columns) - fromMiddle(b, middle, columns));
  for (const i of order) {
    const shift = shifts[i] as Shift;
    const around = neighbours(i, columns).flatMap((k) => done.get(k) ?? []);
    if (around.length === 0 && done.size > 0) continue;
    const nearest = (own: number, others: readonly number[]): number =>
      others.length === 0 ? own : own + REPEAT_MM * Math.round((median(others) - own) / REPEAT_MM);
    const dx = nearest(
      shift.dx,
      around.map((other) => other.dx),
    );
    const dy = nearest(
      shift.dy,
      around.map((other) => other.dy),
    );
    done.set(i, { ...shift, dx, dy });
  }
  return { ...map, shifts: shifts.map((_, i) => done.get(i) ?? null) };
}

function fromMiddle(i: number, middle: number, columns: number): number {
  const dx = (i % columns) - (middle % columns);
  const dy = Math.floor(i / columns) - Math.floor(middle / columns);
  return dx * dx + dy * dy;
}

const NEIGHBOUR_REACH = 2;

function neighbours(i: number, columns: number): number[] {
  const near: number[] = [];
  const column = i % columns;
  for (let dy = -NEIGHBOUR_REACH; dy <= NEIGHBOUR_REACH; dy += 1) {
    for (let dx = -NEIGHBOUR_REACH; dx <= NEIGHBOUR_REACH; dx += 1) {
      if (column + dx >= 0 && column + dx < columns) near.push(i + dy * columns + dx);
    }
  }
  return near;
}
