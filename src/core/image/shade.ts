import type { Evidence, EvidenceSpan } from './evidence.js';
import type { DrawnCell, DrawnRow } from './lead-rows.js';
import type { Occupied } from './occupied.js';
import { line, polyline, rect, type Box, type Mark } from './page.js';
import type { Layout } from './paper.js';
import type { RowPlace } from './rows.js';
import { boxOfText, textAt } from './writing.js';

/** More stretches than this would shade the page and show nothing. */
export const SPANS_MAX = 60;
const HATCH_EVERY_MM = 2.5;
const BAR_ABOVE_BORDER_MM = 0.8;
const TICK_MM = 1.5;
const LABEL_SIZE_MM = 3;
/** Thinner than this on paper, a stretch could not be seen. */
const WIDTH_MM_MIN = 1;

export interface Shading {
  /** Lies under the grid. */
  readonly under: readonly Mark[];
  /** Lies over the grid and under the traces. */
  readonly over: readonly Mark[];
  /** How many stretches show on this page, of how many. */
  readonly shown: number;
  readonly total: number;
}

/** Shade, hatching, a bar with ends and a letter: three of them need no colour. */
export function shade(
  { spans }: Pick<Evidence, 'spans'>,
  layout: Layout,
  rows: readonly DrawnRow[],
  places: readonly RowPlace[],
  occupied: Occupied,
): Shading {
  const taken = spans.slice(0, SPANS_MAX);
  const boxes = taken.map((span) =>
    rows.flatMap((row, i) => {
      const place = places[i];
      if (!place || row.kind === 'median') return [];
      return row.cells.flatMap((cell) => boxOf(span, cell, place, layout) ?? []);
    }),
  );
  const all = boxes.flat();
  return {
    under: all.map((box) => rect('shade', box)),
    over: [
      ...all.flatMap(hatching),
      ...boxes.flatMap((own, i) =>
        own.flatMap((box) => bar(box, taken[i]?.label ?? null, occupied)),
      ),
    ],
    shown: boxes.filter((own) => own.length > 0).length,
    total: spans.length,
  };
}

function boxOf(
  { lead, fromMs, toMs }: EvidenceSpan,
  { cell }: DrawnCell,
  { topMm, bottomMm }: RowPlace,
  { speedMmPerSecond }: Layout,
): Box | null {
  if (lead !== null && lead !== cell.lead.name) return null;
  const from = Math.max(fromMs / 1000, cell.fromSeconds);
  const to = Math.min(toMs / 1000, cell.toSeconds);
  if (!(to > from)) return null;
  const width = Math.max(WIDTH_MM_MIN, (to - from) * speedMmPerSecond);
  const x = cell.xMm + (from - cell.fromSeconds) * speedMmPerSecond;
  return { x, y: topMm + 1, width, height: bottomMm - topMm - 2 };
}

/** Lines from lower left to upper right, cut at the box. */
function hatching({ x, y, width, height }: Box): readonly Mark[] {
  const lines: Mark[] = [];
  const bottom = y + height;
  for (let foot = HATCH_EVERY_MM / 2 - height; foot < width; foot += HATCH_EVERY_MM) {
    const from = Math.max(0, foot);
    const to = Math.min(width, foot + height);
    const ends = [x + from, bottom - (from - foot), x + to, bottom - (to - foot)];
    lines.push(polyline('hatch', 0.12, ends));
  }
  return lines;
}

function bar(box: Box, label: string | null, occupied: Occupied): readonly Mark[] {
  const [left, right] = [box.x, box.x + box.width];
  const y = box.y + box.height - BAR_ABOVE_BORDER_MM;
  const marks: Mark[] = [
    line('mark', 0.4, [left, y, right, y]),
    line('mark', 0.3, [left, y - TICK_MM, left, y]),
    line('mark', 0.3, [right, y - TICK_MM, right, y]),
  ];
  if (label === null) return marks;
  const style = { sizeMm: LABEL_SIZE_MM, bold: true, rim: true, ink: 'mark' as const };
  const places = [y - 1, box.y + LABEL_SIZE_MM].map((at) =>
    textAt(label, left + 0.8, at, style, Math.max(box.width, 4)),
  );
  const text = places.find((mark) => occupied.isFree(boxOfText(mark))) ?? places[0];
  if (!text) return marks;
  occupied.addBox(boxOfText(text));
  return [...marks, text];
}
