/** How far a row's traces go above and below its line. */
export interface RowNeed {
  readonly upMm: number;
  readonly downMm: number;
}

/** Where a row stands on the page, y downwards. */
export interface RowPlace {
  readonly baselineMm: number;
  /** Its share of the grid. */
  readonly topMm: number;
  readonly bottomMm: number;
  /** How far its traces may go: to the lines of its neighbours, never beyond the grid. */
  readonly clipTopMm: number;
  readonly clipBottomMm: number;
}

/** One tall row must not press the others flat. */
const NEED_MM_MAX = 25;
const NEED_MM_MIN = 5;
const BETWEEN_MM = 2;

/**
 * Rows share the grid evenly, as carts print them, as long as every trace stays in its share.
 * Otherwise each gets room by its need. Lines stand on whole millimetres of the grid.
 */
export function placeRows(
  needs: readonly RowNeed[],
  topMm: number,
  heightMm: number,
): readonly RowPlace[] {
  const bounded = needs.map(({ upMm, downMm }) => ({ upMm: bound(upMm), downMm: bound(downMm) }));
  const even = heightMm / needs.length;
  const sizes = bounded.map(({ upMm, downMm }) => upMm + downMm + BETWEEN_MM);
  const doAllFit = bounded.every(({ upMm, downMm }) => 2 * Math.max(upMm, downMm) <= even);
  const heights = doAllFit ? sizes.map(() => even) : shares(sizes, heightMm);
  let top = topMm;
  const placed = bounded.map(({ upMm, downMm }, i) => {
    const height = heights[i] ?? even;
    const middle = doAllFit
      ? height / 2
      : (height * (upMm + BETWEEN_MM / 2)) / (upMm + downMm + BETWEEN_MM);
    const place = {
      topMm: top,
      bottomMm: top + height,
      baselineMm: topMm + Math.round(top - topMm + middle),
    };
    top += height;
    return place;
  });
  return placed.map((place, i) => ({
    ...place,
    clipTopMm: placed[i - 1]?.baselineMm ?? topMm,
    clipBottomMm: placed[i + 1]?.baselineMm ?? topMm + heightMm,
  }));
}

function bound(mm: number): number {
  return Math.min(NEED_MM_MAX, Math.max(NEED_MM_MIN, mm));
}

/** Room to spare goes to all alike; what is lacking is taken from all in proportion. */
function shares(sizes: readonly number[], heightMm: number): readonly number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total > heightMm) return sizes.map((size) => (size * heightMm) / total);
  return sizes.map((size) => size + (heightMm - total) / sizes.length);
}
