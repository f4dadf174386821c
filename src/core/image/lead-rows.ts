import type { Ecg } from '../ecg/ecg.js';
import { TRACE_WIDTH_MM } from './grid.js';
import type { Occupied } from './occupied.js';
import { line, polyline, type Mark } from './page.js';
import type { Cell, Layout } from './paper.js';
import type { RowNeed, RowPlace } from './rows.js';
import { clipLine, traceLine, type Exit, type TraceLine } from './trace-line.js';

/** A cell and the line that belongs in it. */
export interface DrawnCell {
  readonly cell: Cell;
  readonly trace: TraceLine;
}

export type DrawnRow = readonly DrawnCell[];

export function traceRows(ecg: Ecg, layout: Layout): readonly DrawnRow[] {
  const all = [...ecg.leads, ...ecg.extraLeads];
  return layout.rows.map((row) =>
    row.map((cell) => {
      const lead = all.find(({ name }) => name === cell.lead.name);
      const window = {
        samples: lead?.samples ?? [],
        sampleRateHz: ecg.sampleRateHz,
        fromSeconds: cell.fromSeconds,
        toSeconds: cell.toSeconds,
      };
      return { cell, trace: traceLine(window, { ...layout, isInverted: cell.lead.isInverted }) };
    }),
  );
}

export function needOf(row: DrawnRow): RowNeed {
  return {
    upMm: Math.max(...row.map(({ trace }) => trace.upMm)),
    downMm: Math.max(...row.map(({ trace }) => trace.downMm)),
  };
}

export interface RowMarks {
  readonly marks: readonly Mark[];
  readonly isClipped: boolean;
}

/** The traces of one row, cut where they would leave their room, and every cut marked. */
export function rowMarks(row: DrawnRow, place: RowPlace, occupied: Occupied): RowMarks {
  const marks: Mark[] = [];
  let isClipped = false;
  row.forEach(({ cell, trace }, column) => {
    if (column > 0) marks.push(...separator(cell.xMm, place.baselineMm));
    const exits: Exit[] = [];
    for (const points of trace.lines) {
      const placed = points.map((v, i) => (i % 2 === 0 ? cell.xMm + v : place.baselineMm - v));
      const clipped = clipLine(placed, place.clipTopMm, place.clipBottomMm);
      for (const part of clipped.lines) {
        occupied.add(part);
        marks.push(polyline('trace', TRACE_WIDTH_MM, part));
      }
      exits.push(...clipped.exits);
    }
    isClipped ||= exits.length > 0;
    marks.push(...exitMarks(exits, place, occupied));
  });
  return { marks, isClipped };
}

const SEPARATOR_NEAR_MM = 3;
const SEPARATOR_FAR_MM = 6;

function separator(x: number, baselineMm: number): readonly Mark[] {
  return [-1, 1].map((side) =>
    line('quiet', 0.25, [
      ...([x, baselineMm + side * SEPARATOR_NEAR_MM] as const),
      ...([x, baselineMm + side * SEPARATOR_FAR_MM] as const),
    ]),
  );
}

/** Cuts nearer than this share one mark, so that no trace can fill a page with marks. */
const EXITS_APART_MM = 1.5;
const ARROW_MM = 1.2;

/** A bar where the trace was cut and an arrow to where it goes on. */
function exitMarks(exits: readonly Exit[], place: RowPlace, occupied: Occupied): readonly Mark[] {
  return (['top', 'bottom'] as const).flatMap((side) => {
    const y = side === 'top' ? place.clipTopMm : place.clipBottomMm;
    const inwards = side === 'top' ? ARROW_MM : -ARROW_MM;
    return joined(exits.filter((exit) => exit.side === side)).flatMap(({ fromX, toX }) => {
      const middle = (fromX + toX) / 2;
      const from = Math.min(fromX, middle - ARROW_MM);
      const to = Math.max(toX, middle + ARROW_MM);
      occupied.addBox({ x: from, y: Math.min(y, y + inwards), width: to - from, height: ARROW_MM });
      return [
        line('mark', 0.4, [from, y, to, y]),
        polyline('mark', 0.3, [
          ...[middle - ARROW_MM / 2, y + inwards, middle, y, middle + ARROW_MM / 2, y + inwards],
        ]),
      ];
    });
  });
}

function joined(exits: readonly Exit[]): readonly Exit[] {
  const merged: Exit[] = [];
  for (const exit of [...exits].sort((a, b) => a.fromX - b.fromX)) {
    const last = merged[merged.length - 1];
    if (last && exit.fromX - last.toX < EXITS_APART_MM) {
      merged[merged.length - 1] = { ...last, toX: Math.max(last.toX, exit.toX) };
    } else merged.push(exit);
  }
  return merged;
}
