import type { DarknessPlane } from '../ink/bitmap.js';
import { solve, toPaper, inverse, type Homography, type Point } from './homography.js';
import type { Box } from './straighten.js';

/** A place of the paper and how far from the millimetres the grid's lines stand there. */
export interface Shift {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
}

/** Pixels a millimetre: enough for lines five millimetres apart. */
export const LOOK_SCALE = 3;

const BLOCK_MM = 20;
const STEP_MM = 10;
/** In a block, the line must stand out of the others by this many of their spreads. */
const CLEAR_MIN = 2.2;

export interface ShiftMap {
  readonly columns: number;
  readonly rows: number;
  /** Row by row; null where no line is clear. */
  readonly shifts: readonly (Shift | null)[];
}

/**
 * The strong lines of each block, folded onto one step: where the fold is darkest, there they stand.
 * `near` is 1 where a pen hides the grid; `stepMm` is five, or one where all lines are alike.
 */
export function shiftsOf(
  grid: DarknessPlane,
  near: Uint8Array,
  box: Box,
  stepMm: number,
): ShiftMap {
  const columns = Math.max(1, Math.floor((grid.width / LOOK_SCALE - BLOCK_MM) / STEP_MM) + 1);
  const rows = Math.max(1, Math.floor((grid.height / LOOK_SCALE - BLOCK_MM) / STEP_MM) + 1);
  const shifts: (Shift | null)[] = [];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const left = Math.round(column * STEP_MM * LOOK_SCALE);
      const top = Math.round(row * STEP_MM * LOOK_SCALE);
      const fold = foldedLines(grid, near, left, top, stepMm);
      const dx = lineOf(fold.across, box.left, stepMm);
      const dy = lineOf(fold.down, box.top, stepMm);
      const x = box.left + column * STEP_MM + BLOCK_MM / 2;
      const y = box.top + row * STEP_MM + BLOCK_MM / 2;
      shifts.push(dx === null || dy === null ? null : { x, y, dx, dy });
    }
  }
  return { columns, rows, shifts };
}

interface Fold {
  readonly across: Float64Array;
  readonly down: Float64Array;
}

function foldedLines(
  { width, height, data }: DarknessPlane,
  near: Uint8Array,
  left: number,
  top: number,
  stepMm: number,
): Fold {
  const period = stepMm * LOOK_SCALE;
  const across = new Float64Array(period);
  const down = new Float64Array(period);
  const counts = [new Float64Array(period), new Float64Array(period)] as const;
  const right = Math.min(width, left + BLOCK_MM * LOOK_SCALE);
  const bottom = Math.min(height, top + BLOCK_MM * LOOK_SCALE);
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      const at = y * width + x;
      if (near[at] === 1) continue;
      const value = data[at] as number;
      const [cx, cy] = [x % period, y % period];
      across[cx] = (across[cx] as number) + value;
      counts[0][cx] = (counts[0][cx] as number) + 1;
      down[cy] = (down[cy] as number) + value;
      counts[1][cy] = (counts[1][cy] as number) + 1;
    }
  }
  const mean = (sums: Float64Array, count: Float64Array): Float64Array =>
    sums.map((sum, i) => sum / Math.max(1, count[i] as number));
  return { across: mean(across, counts[0]), down: mean(down, counts[1]) };
}

/** Where the darkest line of a fold stands on the paper, within half a step of its millimetre. */
function lineOf(fold: Float64Array, originMm: number, stepMm: number): number | null {
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
  return mm - stepMm * Math.round(mm / stepMm);
}

/** Neighbours differ little: each shift becomes the one of its many that is nearest to theirs. */
export function unwrapped({ columns, rows, shifts }: ShiftMap, stepMm: number): readonly Shift[] {
  const done = new Map<number, Shift>();
  const middle = (rows >> 1) * columns + (columns >> 1);
  const order = [...shifts.keys()]
    .filter((i) => shifts[i] !== null)
    .sort((a, b) => fromMiddle(a, middle, columns) - fromMiddle(b, middle, columns));
  for (const i of order) {
    const shift = shifts[i] as Shift;
    const around = neighbours(i, columns).flatMap((k) => done.get(k) ?? []);
    if (around.length === 0 && done.size > 0) continue;
    const nearest = (own: number, others: readonly number[]): number => {
      if (others.length === 0) return own;
      const mean = others.reduce((sum, value) => sum + value, 0) / others.length;
      return own + stepMm * Math.round((mean - own) / stepMm);
    };
    done.set(i, {
      ...shift,
      dx: nearest(
        shift.dx,
        around.map(({ dx }) => dx),
      ),
      dy: nearest(
        shift.dy,
        around.map(({ dy }) => dy),
      ),
    });
  }
  return [...done.values()];
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

const ROUNDS = 3;
const OUTLIER_MM = 0.8;

/** The sheet again, now such that the lines fall on the millimetres: least squares over the shifts. */
export function refined(homography: Homography, shifts: readonly Shift[]): Homography {
  const back = inverse(homography);
  const scale = 1e-3;
  const pairs = shifts.map(({ x, y, dx, dy }) => {
    const seen = toPaper(back, { x, y });
    return { px: seen.x * scale, py: seen.y * scale, u: (x - dx) * scale, v: (y - dy) * scale };
  });
  let used = pairs;
  let result = homography;
  for (let round = 0; round < ROUNDS && used.length >= 8; round += 1) {
    const normal = new Float64Array(64);
    const right = new Float64Array(8);
    for (const { px, py, u, v } of used) {
      addRow(normal, right, [px, py, 1, 0, 0, 0, -u * px, -u * py], u);
      addRow(normal, right, [0, 0, 0, px, py, 1, -v * px, -v * py], v);
    }
    const m = solve(normal, right, 8);
    if (!m) break;
    const k = [1, 1, 1 / scale, 1, 1, 1 / scale, scale, scale];
    const next = [...m].map((value, i) => value * (k[i] as number)) as unknown as Homography;
    result = next;
    used = pairs.filter((pair) => missMm(next, pair, scale) <= OUTLIER_MM);
  }
  return result;
}

function addRow(
  normal: Float64Array,
  right: Float64Array,
  row: readonly number[],
  value: number,
): void {
  for (let i = 0; i < 8; i += 1) {
    right[i] = (right[i] as number) + (row[i] as number) * value;
    for (let j = 0; j < 8; j += 1) {
      normal[i * 8 + j] = (normal[i * 8 + j] as number) + (row[i] as number) * (row[j] as number);
    }
  }
}

function missMm(
  homography: Homography,
  { px, py, u, v }: { px: number; py: number; u: number; v: number },
  scale: number,
): number {
  const at: Point = toPaper(homography, { x: px / scale, y: py / scale });
  return Math.hypot(at.x - u / scale, at.y - v / scale);
}
