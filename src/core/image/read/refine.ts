import { bendOver, type Bend } from './bend.js';
import { inverse, solve, toPaper, type Homography, type Point } from './homography.js';
import { BLOCK_MM, STEP_MM, type Shift, type ShiftMap } from './phases.js';
import type { Box } from './straighten.js';

const ROUNDS = 3;
const OUTLIER_MM = 0.8;

/** The sheet again, now such that the lines fall on the millimetres: least squares over the shifts. */
export function refined(homography: Homography, map: ShiftMap): Homography {
  const shifts = map.shifts.filter((shift) => shift !== null);
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

/** A fold or a crease must not tear the paper: what is farther off is a misread line. */
const BEND_MM_MAX = 1.5;

/** What is left of folds and creases when the sheet lies as flat as one sheet can. */
export function bendOf({ left, top, columns, rows, shifts }: ShiftMap): Bend {
  const held = (value: number): number => (Math.abs(value) <= BEND_MM_MAX ? value : 0);
  const dx = Float64Array.from(shifts, (shift) => held(shift?.dx ?? 0));
  const dy = Float64Array.from(shifts, (shift) => held(shift?.dy ?? 0));
  return bendOver({ left, top, stepMm: STEP_MM, columns, rows, dx, dy });
}

const GRID_SHARE_MIN = 0.35;
/** Where even the best row or column of blocks shows fewer lines, the print is too faint to tell. */
const GRID_CLEAR_MIN = 0.8;
/** The box is drawn around places that hold grid: less of it than this cannot be all of the paper. */
const PAPER_SHARE_MIN = 0.5;

/**
 * The part of the box that is covered with grid: a table and the paper's own edge lie outside. Null
 * where the lines are too faint to tell.
 */
export function gridBox({ columns, rows, shifts }: ShiftMap, box: Box): Box | null {
  const isGrid = (shift: Shift | null | undefined): boolean =>
    !!shift && Math.abs(shift.dx) <= BEND_MM_MAX && Math.abs(shift.dy) <= BEND_MM_MAX;
  const count = (length: number, at: (k: number) => number): number => {
    let found = 0;
    for (let k = 0; k < length; k += 1) if (isGrid(shifts[at(k)])) found += 1;
    return found / length;
  };
  const ofColumn = Array.from({ length: columns }, (_, x) => count(rows, (y) => y * columns + x));
  const ofRow = Array.from({ length: rows }, (_, y) => count(columns, (x) => y * columns + x));
  const most = Math.max(...ofColumn, ...ofRow);
  if (most < GRID_CLEAR_MIN) return null;
  const spanOf = (shares: readonly number[]): readonly [number, number] => {
    const enough = shares.map((share) => share >= GRID_SHARE_MIN * most);
    return [Math.max(0, enough.indexOf(true)), enough.lastIndexOf(true)];
  };
  const [left, right] = spanOf(ofColumn);
  const [top, bottom] = spanOf(ofRow);
  const isPart = (from: number, to: number, of: number): boolean =>
    to - from + 1 < PAPER_SHARE_MIN * of;
  if (isPart(left, right, columns) || isPart(top, bottom, rows)) return null;
  // The last blocks end where the box does, but for a part of a step.
  const last = (k: number, of: number, edge: number, from: number): number =>
    k === of - 1 ? edge : from + k * STEP_MM + BLOCK_MM;
  return {
    left: box.left + left * STEP_MM,
    top: box.top + top * STEP_MM,
    right: last(right, columns, box.right, box.left),
    bottom: last(bottom, rows, box.bottom, box.top),
  };
}
