/** How far a row's traces go above and below its line, for each millimetre across the page. */
export interface Skyline {
  readonly up: Float64Array;
  readonly down: Float64Array;
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
const STEP_MM_MAX = 34;
const NEED_MM_MIN = 5;
const BETWEEN_MM = 2;

/**
 * Rows share the grid evenly, as carts print them, as long as no trace meets another. Otherwise
 * each gets room by its need, and what is lacking is taken from all in proportion. Lines stand on
 * whole millimetres of the grid.
 */
export function placeRows(
  rows: readonly Skyline[],
  topMm: number,
  heightMm: number,
): readonly RowPlace[] {
  const steps = stepsOf(rows);
  const baselines = baselinesOf(steps, heightMm).map((mm) => topMm + Math.round(mm));
  return rows.map((row, i): RowPlace => {
    const baselineMm = baselines[i] ?? topMm;
    const above = baselines[i - 1] ?? null;
    const below = baselines[i + 1] ?? null;
    return {
      baselineMm,
      topMm: above === null ? topMm : border(above, baselineMm, rows[i - 1], row),
      bottomMm: below === null ? topMm + heightMm : border(baselineMm, below, row, rows[i + 1]),
      clipTopMm: above ?? topMm,
      clipBottomMm: below ?? topMm + heightMm,
    };
  });
}

/** What must lie above the first line, between each two, and below the last. */
function stepsOf(rows: readonly Skyline[]): readonly number[] {
  const steps = rows.map((row, i) => {
    const above = rows[i - 1];
    if (!above) return bound(Math.max(...row.up)) + BETWEEN_MM / 2;
    let most = 0;
    row.up.forEach((up, x) => (most = Math.max(most, up + (above.down[x] ?? 0))));
    return Math.min(STEP_MM_MAX, Math.max(2 * NEED_MM_MIN, most)) + BETWEEN_MM;
  });
  const last = rows[rows.length - 1];
  return [...steps, last ? bound(Math.max(...last.down)) + BETWEEN_MM / 2 : 0];
}

function bound(mm: number): number {
  return Math.min(NEED_MM_MAX, Math.max(NEED_MM_MIN, mm));
}

function baselinesOf(steps: readonly number[], heightMm: number): readonly number[] {
  const count = steps.length - 1;
  const even = heightMm / count;
  const [first = 0, last = 0] = [steps[0], steps[count]];
  const between = steps.slice(1, count);
  const doAllFit = Math.max(first, last) <= even / 2 && between.every((step) => step <= even);
  if (doAllFit) return Array.from({ length: count }, (_, i) => (i + 0.5) * even);
  const total = between.reduce((sum, step) => sum + step, 0);
  const spare = heightMm - first - last - total;
  const stretch = spare < 0 ? (total + spare) / total : 1;
  const share = spare > 0 ? spare / (count + 1) : 0;
  let at = first + share;
  return [at, ...between.map((step) => (at += step * stretch + share))];
}

/** The border between two lines, nearer to the one that needs less. */
function border(above: number, below: number, upper?: Skyline, lower?: Skyline): number {
  const down = bound(Math.max(...(upper?.down ?? [0])));
  const up = bound(Math.max(...(lower?.up ?? [0])));
  return above + ((below - above) * down) / (down + up);
}
