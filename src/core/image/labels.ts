import type { StLevel } from './evidence.js';
import type { DrawnCell, DrawnRow } from './lead-rows.js';
import { textWidthMm } from './lettering.js';
import type { Occupied } from './occupied.js';
import { line, type Box, type Mark } from './page.js';
import type { RowPlace } from './rows.js';
import { boxOfText, textAt } from './writing.js';

const LABEL_SIZE_MM = 3.6;
const LEVEL_SIZE_MM = 2.8;
const INDENT_MM = 1.2;
const BETWEEN_MM = 1.6;
const FRAME_MM = 0.7;
/** Where carts put a lead's name: this far above the line, as far as the trace leaves room. */
const ABOVE_MM = 6;
const STEP_MM = 0.5;

/** Names (and ST levels) of a row's leads, all at one height where that height is free. */
export function labelMarks(
  row: DrawnRow,
  place: RowPlace,
  levels: readonly StLevel[],
  occupied: Occupied,
): readonly Mark[] {
  const heights = candidateHeights(place);
  const isFreeAt = (cell: DrawnCell, y: number): boolean =>
    occupied.isFree(spaceOf(labelOf(cell, y, levels)));
  const common = heights.find((y) => row.every((cell) => isFreeAt(cell, y)));
  return row.flatMap((cell) => {
    const own = common ?? heights.find((y) => isFreeAt(cell, y)) ?? heights[0] ?? place.baselineMm;
    const label = labelOf(cell, own, levels);
    occupied.addBox(spaceOf(label));
    return label;
  });
}

/** First upwards from the usual place, then below the line, then anywhere in the row. */
function candidateHeights({ baselineMm, topMm, bottomMm }: RowPlace): readonly number[] {
  const top = topMm + LABEL_SIZE_MM;
  const usual = Math.max(top, baselineMm - ABOVE_MM);
  const heights: number[] = [];
  for (let y = usual; y >= top; y -= STEP_MM) heights.push(y);
  for (let y = usual; y <= bottomMm - 1; y += STEP_MM) heights.push(y);
  return heights;
}

export function levelText(millimetres: number): string {
  const rounded = Math.abs(millimetres).toFixed(1);
  const sign = rounded === '0.0' ? '±' : millimetres < 0 ? '−' : '+';
  return `ST ${sign}${rounded}`;
}

function labelOf({ cell }: DrawnCell, y: number, levels: readonly StLevel[]): readonly Mark[] {
  const name = textAt(cell.lead.label, cell.xMm + INDENT_MM, y, {
    sizeMm: LABEL_SIZE_MM,
    bold: true,
    rim: true,
  });
  const level = levels.find(({ lead }) => lead === cell.lead.name);
  if (!level) return [name];
  // Upside down on the page, the number must say what the reader sees.
  const millimetres = cell.lead.isInverted ? -level.millimetres : level.millimetres;
  const x = name.x + textWidthMm(name.text, LABEL_SIZE_MM) + BETWEEN_MM;
  const text = textAt(levelText(millimetres), x, y, {
    sizeMm: LEVEL_SIZE_MM,
    bold: level.isDecisive,
    rim: true,
  });
  return level.isDecisive ? [name, text, ...frame(boxOfText(text))] : [name, text];
}

/** A frame and bold letters say "this one counted" without a colour. */
function frame({ x, y, width, height }: Box): readonly Mark[] {
  const [left, top] = [x - FRAME_MM, y - FRAME_MM];
  const [right, bottom] = [x + width + FRAME_MM, y + height + FRAME_MM];
  return [
    line('mark', 0.25, [left, top, right, top]),
    line('mark', 0.25, [left, bottom, right, bottom]),
    line('mark', 0.25, [left, top, left, bottom]),
    line('mark', 0.25, [right, top, right, bottom]),
  ];
}

function spaceOf(label: readonly Mark[]): Box {
  const boxes = label.flatMap((mark) => (mark.kind === 'text' ? [boxOfText(mark)] : []));
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}
