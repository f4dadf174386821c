import type { Ecg } from '../ecg/ecg.js';
import { TRACE_WIDTH_MM } from './grid.js';
import type { Occupied } from './occupied.js';
import { line, polyline, type Mark } from './page.js';
import { PAPER, type Cell, type Layout, type Row } from './paper.js';
import type { RowPlace, Skyline } from './rows.js';
import { clipLine, traceLine, type Exit, type TraceLine } from './trace-line.js';
import { textAt } from './writing.js';

/** A cell and the line that belongs in it. */
export interface DrawnCell {
  readonly cell: Cell;
  readonly trace: TraceLine;
}

export interface DrawnRow {
  readonly kind: Row['kind'];
  readonly cells: readonly DrawnCell[];
}

export function traceRows(ecg: Ecg, layout: Layout): readonly DrawnRow[] {
  const all = [...ecg.leads, ...ecg.extraLeads];
  return layout.rows.map(({ kind, cells }) => ({
    kind,
    cells: cells.map((cell) => {
      const lead = all.find(({ name }) => name === cell.lead.name);
      const window = {
        samples: lead?.samples ?? [],
        sampleRateHz: ecg.sampleRateHz,
        fromSeconds: cell.fromSeconds,
        toSeconds: cell.toSeconds,
      };
      return { cell, trace: traceLine(window, { ...layout, isInverted: cell.lead.isInverted }) };
    }),
  }));
}

export interface Room {
  readonly widthMm: number;
  readonly heightMm: number;
}

/** How high and low a row's traces reach, with room for a name where each begins. */
export function skylineOf({ cells }: DrawnRow, room: Room | null): Skyline {
  const up = new Float64Array(PAPER.widthMm);
  const down = new Float64Array(PAPER.widthMm);
  for (const { cell, trace } of cells) {
    for (const points of trace) {
      for (let i = 0; i < points.length; i += 2) {
        const x = Math.floor(cell.xMm + (points[i] as number));
        const y = points[i + 1] as number;
        up[x] = Math.max(up[x] ?? 0, y);
        down[x] = Math.max(down[x] ?? 0, -y);
      }
    }
    if (room) up.fill(topWithRoom(up, cell, room), ...spanOf(cell, room));
  }
  return { up, down };
}

function spanOf({ xMm }: Cell, { widthMm }: Room): [number, number] {
  return [Math.floor(xMm), Math.ceil(xMm + widthMm)];
}

function topWithRoom(up: Float64Array, cell: Cell, room: Room): number {
  return Math.max(...up.subarray(...spanOf(cell, room))) + room.heightMm;
}

export interface RowMarks {
  readonly marks: readonly Mark[];
  readonly isClipped: boolean;
}

/** The traces of one row, cut where they would leave their room, and every cut marked. */
export function rowMarks(row: DrawnRow, place: RowPlace, occupied: Occupied): RowMarks {
  const cells = row.cells.map(({ cell, trace }) => {
    if (trace.length === 0) return { marks: [emptyMark(cell, place)], exits: [] };
    return tracedCell(cell, trace, place, occupied);
  });
  const separators = row.cells
    .slice(1)
    .flatMap(({ cell }) => (row.kind === 'median' ? [] : separator(cell.xMm, place)));
  return {
    marks: [...separators, ...cells.flatMap(({ marks }) => marks)],
    isClipped: cells.some(({ exits }) => exits.length > 0),
  };
}

interface TracedCell {
  readonly marks: readonly Mark[];
  readonly exits: readonly Exit[];
}

function tracedCell(cell: Cell, trace: TraceLine, place: RowPlace, occupied: Occupied): TracedCell {
  const marks: Mark[] = [];
  const exits: Exit[] = [];
  for (const points of trace) {
    const placed = points.map((v, i) => (i % 2 === 0 ? cell.xMm + v : place.baselineMm - v));
    const clipped = clipLine(placed, place.clipTopMm, place.clipBottomMm);
    for (const part of clipped.lines) {
      occupied.add(part);
      marks.push(polyline('trace', TRACE_WIDTH_MM, part));
    }
    exits.push(...clipped.exits);
  }
  return { marks: [...marks, ...exitMarks(exits, place, occupied)], exits };
}

const EMPTY_INDENT_MM = 8;

/** An empty place must not look like a flat heart. */
function emptyMark({ xMm }: Cell, { baselineMm }: RowPlace): Mark {
  const style = { sizeMm: 2.8, ink: 'quiet' as const, rim: true };
  return textAt('no signal in these seconds', xMm + EMPTY_INDENT_MM, baselineMm + 1, style);
}

const SEPARATOR_NEAR_MM = 3;
const SEPARATOR_FAR_MM = 6;

function separator(x: number, { baselineMm }: RowPlace): readonly Mark[] {
  return [-1, 1].map((side) => {
    const near = baselineMm + side * SEPARATOR_NEAR_MM;
    return line('quiet', 0.25, [x, near, x, baselineMm + side * SEPARATOR_FAR_MM]);
  });
}

/** Cuts nearer than this share one mark, so that no trace can fill a page with marks. */
const EXITS_APART_MM = 1.5;
const ARROW_MM = 1.2;

/** A bar where the trace was cut and an arrow to where it goes on. */
function exitMarks(exits: readonly Exit[], place: RowPlace, occupied: Occupied): readonly Mark[] {
  return (['top', 'bottom'] as const).flatMap((side) => {
    const y = side === 'top' ? place.clipTopMm : place.clipBottomMm;
    const inwards = y + (side === 'top' ? ARROW_MM : -ARROW_MM);
    return joined(exits.filter((exit) => exit.side === side)).flatMap(({ fromX, toX }) => {
      const middle = (fromX + toX) / 2;
      const from = Math.min(fromX, middle - ARROW_MM);
      const to = Math.max(toX, middle + ARROW_MM);
      const [left, right] = [middle - ARROW_MM / 2, middle + ARROW_MM / 2];
      occupied.addBox({ x: from, y: Math.min(y, inwards), width: to - from, height: ARROW_MM });
      return [
        line('mark', 0.4, [from, y, to, y]),
        polyline('mark', 0.3, [left, inwards, middle, y, right, inwards]),
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
