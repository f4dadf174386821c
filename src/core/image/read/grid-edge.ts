import type { DarknessPlane } from '../ink/bitmap.js';
import { foldedCells, PERIOD, type Fold } from './folds.js';
import { STEP_MM } from './phases.js';
import type { Box } from './straighten.js';

/** Strips so narrow are asked whether the grid goes on in them. */
const STRIP_MM = 2;
const STRIPS_MAX = STEP_MM / STRIP_MM;
/** Their lines must be so much like those of the last strips that are known to hold grid. */
const ALIKE_MIN = 0.5;
const KNOWN_STRIPS = 3;

/** The lines that cross strips of grid, as `count` strips from one on show them. */
type LinesOf = (from: number, count: number) => Float64Array;

/**
 * Where the grid ends, to the width of a strip. The blocks that found `paper` are broad: one that is
 * half grid and half writing shows no lines, and a trace that runs low near the edge was cut off. `grid`
 * is the picture of `box`, `near` is 1 where a pen hides it.
 */
export function grownToEdges(grid: DarknessPlane, near: Uint8Array, box: Box, paper: Box): Box {
  const cells = foldedCells(grid, near, STRIP_MM);
  const strip = (mm: number, from: number): number => Math.round((mm - from) / STRIP_MM);
  const [left, right] = [strip(paper.left, box.left), strip(paper.right, box.left)];
  const [top, bottom] = [strip(paper.top, box.top), strip(paper.bottom, box.top)];
  const ofRows: LinesOf = (from, count) => meansOf(cells.fold(left, from, right - left, count), 0);
  const ofColumns: LinesOf = (from, count) =>
    meansOf(cells.fold(from, top, count, bottom - top), PERIOD);
  return {
    left: Math.max(box.left, paper.left - before(left, ofColumns)),
    right: Math.min(box.right, paper.right + after(right, cells.columns, ofColumns)),
    top: Math.max(box.top, paper.top - before(top, ofRows)),
    bottom: Math.min(box.bottom, paper.bottom + after(bottom, cells.rows, ofRows)),
  };
}

/** Millimetres of grid before the strip that was thought the first. */
function before(first: number, lines: LinesOf): number {
  return grown(lines(first, KNOWN_STRIPS), first, (k) => lines(first - 1 - k, 1));
}

/** Millimetres of grid from the strip on that was thought the first without. */
function after(end: number, of: number, lines: LinesOf): number {
  return grown(lines(end - KNOWN_STRIPS, KNOWN_STRIPS), of - end, (k) => lines(end + k, 1));
}

function grown(known: Float64Array, room: number, next: (k: number) => Float64Array): number {
  let strips = 0;
  while (strips < Math.min(STRIPS_MAX, room) && isAlike(next(strips), known)) strips += 1;
  return strips * STRIP_MM;
}

/** The darkness at each phase, less that of all. */
function meansOf({ sums, counts }: Fold, from: number): Float64Array {
  const means = Float64Array.from(
    { length: PERIOD },
    (_, p) => (sums[from + p] as number) / Math.max(1, counts[from + p] as number),
  );
  const mean = means.reduce((sum, value) => sum + value, 0) / PERIOD;
  return means.map((value) => value - mean);
}

function isAlike(a: Float64Array, b: Float64Array): boolean {
  let [ab, aa, bb] = [0, 0, 0];
  for (let p = 0; p < PERIOD; p += 1) {
    const [own, other] = [a[p] as number, b[p] as number];
    ab += own * other;
    aa += own * own;
    bb += other * other;
  }
  return ab > 0 && ab >= ALIKE_MIN * Math.sqrt(aa * bb);
}
