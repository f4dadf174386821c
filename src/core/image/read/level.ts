import { median, quantile } from '../../signal/statistics.js';
import type { BendMap } from './bend.js';

/** Nearly all flat pages of the validation differ less along their lines, creased ones twice as much. */
const ALIKE_MM_MAX = 0.03;
const ALIKE_SHARE = 0.8;
/** The outermost blocks hold the edge of the grid and what is written around it. */
const EDGE_MM = 8;
/** What a scanner stretches it stretches over more than this. */
const SMOOTH_MM = 32;

/**
 * Where a line of the grid is off by the same along its whole length, it was printed or drawn there,
 * on the nearest dot: the paper is flat. To follow such lines moves a trace by half a dot, which is a
 * fifth of a trembling muscle's wave. A map without bends keeps only what changes slowly.
 */
export function levelled(map: BendMap): BendMap {
  const { columns, rows, stepMm, dx, dy } = map;
  const atColumn = alongLines(columns, rows, (column, row) => dx[row * columns + column] as number);
  const atRow = alongLines(rows, columns, (row, column) => dy[row * columns + column] as number);
  const edge = Math.round(EDGE_MM / stepMm);
  const isInside = (column: number, row: number): boolean =>
    column >= edge && column < columns - edge && row >= edge && row < rows - edge;
  const off = [...dx.keys()].flatMap((i) => {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    if (!isInside(column, row)) return [];
    const across = Math.abs((dx[i] as number) - (atColumn[column] as number));
    const down = Math.abs((dy[i] as number) - (atRow[row] as number));
    return [{ across, down }];
  });
  const isFlat = (['across', 'down'] as const).every(
    (way) =>
      quantile(
        off.map((each) => each[way]),
        ALIKE_SHARE,
      ) <= ALIKE_MM_MAX,
  );
  if (!isFlat) return map;
  const reach = Math.round(SMOOTH_MM / stepMm);
  const [slowAcross, slowDown] = [slowOf(atColumn, reach), slowOf(atRow, reach)];
  return {
    ...map,
    dx: dx.map((_, i) => slowAcross[i % columns] as number),
    dy: dy.map((_, i) => slowDown[Math.floor(i / columns)] as number),
  };
}

/** Of each line what it is off by in the middle of its places. */
function alongLines(
  lines: number,
  places: number,
  at: (line: number, place: number) => number,
): readonly number[] {
  return Array.from({ length: lines }, (_, line) =>
    median(Array.from({ length: places }, (__, place) => at(line, place))),
  );
}

function slowOf(values: readonly number[], reach: number): readonly number[] {
  return values.map((_, k) => median(values.slice(Math.max(0, k - reach), k + reach + 1)));
}
