import type { DarknessPlane } from '../ink/bitmap.js';

/** Pixels a millimetre in which lines are looked for: enough for lines five millimetres apart. */
export const LOOK_SCALE = 3;
/** After so many millimetres a grid repeats itself: its strong lines stand so far apart. */
export const REPEAT_MM = 5;
export const PERIOD = REPEAT_MM * LOOK_SCALE;

/**
 * A part of the grid laid over itself every five millimetres, across and down: for each of `PERIOD`
 * phases across, then for each down, how much darkness was seen in how many pixels.
 */
export interface Fold {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

/** The folds of square cells that stand in rows and columns over the grid. */
export interface FoldedCells {
  readonly columns: number;
  readonly rows: number;
  /** Of so many cells by so many, from one cell to the right and downwards. */
  fold(column: number, row: number, width: number, height: number): Fold;
}

/** `near` is 1 where a pen hides the grid. Every pixel is looked at once, however cells are joined. */
export function foldedCells(
  { width, height, data }: DarknessPlane,
  near: Uint8Array,
  cellMm: number,
): FoldedCells {
  const cell = cellMm * LOOK_SCALE;
  const columns = Math.ceil(width / cell);
  const rows = Math.ceil(height / cell);
  const size = 2 * PERIOD;
  const sums = new Float64Array(columns * rows * size);
  const counts = new Float64Array(columns * rows * size);
  for (let y = 0; y < height; y += 1) {
    const down = PERIOD + (y % PERIOD);
    const line = Math.floor(y / cell) * columns;
    for (let column = 0; column < columns; column += 1) {
      const base = (line + column) * size;
      const right = Math.min(width, (column + 1) * cell);
      for (let x = column * cell; x < right; x += 1) {
        const at = y * width + x;
        if (near[at] === 1) continue;
        const value = data[at] as number;
        const across = base + (x % PERIOD);
        sums[across] = (sums[across] as number) + value;
        counts[across] = (counts[across] as number) + 1;
        sums[base + down] = (sums[base + down] as number) + value;
        counts[base + down] = (counts[base + down] as number) + 1;
      }
    }
  }
  return {
    columns,
    rows,
    fold(column, row, spanX, spanY) {
      const fold = { sums: new Float64Array(size), counts: new Float64Array(size) };
      for (let cy = row; cy < Math.min(rows, row + spanY); cy += 1) {
        for (let cx = column; cx < Math.min(columns, column + spanX); cx += 1) {
          const base = (cy * columns + cx) * size;
          for (let k = 0; k < size; k += 1) {
            fold.sums[k] = (fold.sums[k] as number) + (sums[base + k] as number);
            fold.counts[k] = (fold.counts[k] as number) + (counts[base + k] as number);
          }
        }
      }
      return fold;
    },
  };
}
