import { INDEPENDENT_LEADS } from '../../core/ecg/lead.js';

/** x to the left, y to the feet, z to the back, as Frank had them. */
export type Vector = readonly [number, number, number];

export const LEAD_COUNT = INDEPENDENT_LEADS.length;

/**
 * What each of I, II, V1 to V6 sees of a dipole in the middle of an average chest (the coefficients
 * of Dower, Machado and Osborne 1980, from Frank's torso).
 */
export const LEAD_VECTORS: readonly Vector[] = [
  [0.632, -0.235, 0.059],
  [0.235, 1.066, -0.132],
  [-0.515, 0.157, -0.917],
  [0.044, 0.164, -1.387],
  [0.882, 0.098, -1.277],
  [1.213, 0.127, -0.601],
  [1.125, 0.127, -0.086],
  [0.831, 0.076, 0.23],
];

/**
 * A dipole explains some nine tenths of what eight leads show. The rest, what lies near a chest
 * electrode, is told in the five directions of lead space that no dipole reaches.
 */
export const LOCAL_COUNT = LEAD_COUNT - 3;

/** Eight rows of eight: three columns for the dipole, five for what is local, all orthogonal. */
interface Frame {
  readonly local: readonly (readonly number[])[];
  readonly inverse: readonly (readonly number[])[];
}

export const FRAME: Frame = createFrame();

/** The dipole that fits eight leads best, then the local remainder: eight numbers again. */
export function toHeart(leads: ArrayLike<number>): number[] {
  const dipole = FRAME.inverse.map((row) => dot(row, leads));
  const local = FRAME.local.map((direction) => dot(direction, leads));
  return [...dipole, ...local];
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k += 1) sum += (a[k] as number) * (b[k] as number);
  return sum;
}

/** Gram-Schmidt, first over the dipole's columns, then over the leads themselves. */
function createFrame(): Frame {
  const columns = [0, 1, 2].map((axis) => LEAD_VECTORS.map((vector) => vector[axis] as number));
  const orthogonal: number[][] = [];
  for (const column of columns) orthogonal.push(without(column, orthogonal));
  const local: number[][] = [];
  for (let lead = LEAD_COUNT - 1; local.length < LOCAL_COUNT; lead -= 1) {
    const own = Array.from({ length: LEAD_COUNT }, (_, k) => (k === lead ? 1 : 0));
    local.push(without(own, [...orthogonal, ...local]));
  }
  return { local, inverse: leastSquares(columns, orthogonal) };
}

/** The part of a direction that the given ones do not hold, at length one. */
function without(direction: readonly number[], others: readonly (readonly number[])[]): number[] {
  let left = [...direction];
  for (const other of others) {
    const share = dot(left, other);
    left = left.map((value, k) => value - share * (other[k] as number));
  }
  const size = Math.sqrt(dot(left, left));
  return left.map((value) => value / size);
}

/** Rows that turn eight leads into the dipole, by back substitution of the triangular factor. */
function leastSquares(
  columns: readonly (readonly number[])[],
  orthogonal: readonly (readonly number[])[],
): number[][] {
  const rows: number[][] = [[], [], []];
  for (let axis = 2; axis >= 0; axis -= 1) {
    let row = [...(orthogonal[axis] as readonly number[])];
    for (let later = axis + 1; later < 3; later += 1) {
      const factor = dot(orthogonal[axis] ?? [], columns[later] ?? []);
      row = row.map((value, k) => value - factor * (rows[later]?.[k] as number));
    }
    const own = dot(orthogonal[axis] ?? [], columns[axis] ?? []);
    rows[axis] = row.map((value) => value / own);
  }
  return rows;
}
