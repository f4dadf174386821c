import type { StLevel } from './evidence.js';
import type { DrawnCell, DrawnRow } from './lead-rows.js';
import type { Occupied } from './occupied.js';
import { line, type Box, type Mark } from './page.js';
import { PAPER, type Cell, type Speed } from './paper.js';
import type { RowPlace } from './rows.js';
import { boxOfText, textAt } from './writing.js';

const LABEL_SIZE_MM = 3.6;
const LEVEL_SIZE_MM = 2.8;
const INDENT_MM = 1.2;
const BETWEEN_MM = 2.4;
const FRAME_MM = 0.7;
/** A name with its ST level takes about this much room above the beginning of its trace. */
export const LABEL_ROOM = Object.freeze({ widthMm: 20, heightMm: 5 });
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
  const shown = row.kind === 'leads' ? levels : [];
  const { above, below } = heightsOf(place);
  const isFreeAt = (cell: DrawnCell, y: number): boolean =>
    occupied.isFree(spaceOf(labelOf(cell, y, shown)));
  const common = above.find((y) => row.cells.every((cell) => isFreeAt(cell, y)));
  return row.cells.flatMap((cell) => {
    const own = common ?? [...above, ...below].find((y) => isFreeAt(cell, y));
    const label = labelOf(cell, own ?? above[0] ?? place.baselineMm, shown);
    occupied.addBox(spaceOf(label));
    return label;
  });
}

/** From the usual place upwards, and from below the line downwards. */
function heightsOf(place: RowPlace): { above: readonly number[]; below: readonly number[] } {
  const top = place.clipTopMm + LABEL_SIZE_MM;
  const above: number[] = [];
  const below: number[] = [];
  const usual = Math.max(top, place.baselineMm - ABOVE_MM);
  for (let y = usual; y >= top; y -= STEP_MM) above.push(y);
  for (let y = place.baselineMm + LABEL_SIZE_MM; y <= place.bottomMm - 1; y += STEP_MM) {
    below.push(y);
  }
  return { above, below };
}

/** From the left edge of the grid: a pulse at 50 mm/s takes the room that names have at 25. */
const MARGIN_MM: Readonly<Record<Speed, number>> = { 25: 0.8, 50: -10 };
const NUMBER_BELOW_MM = 3.6;

/** Where every lead has a row to itself, names stand left of the rows and never near a trace. */
export function marginLabelMarks(
  row: DrawnRow,
  { baselineMm }: RowPlace,
  levels: readonly StLevel[],
  speed: Speed,
): readonly Mark[] {
  return row.cells.flatMap(({ cell }) => {
    const x = PAPER.gridLeftMm + MARGIN_MM[speed];
    const level = levels.find(({ lead }) => lead === cell.lead.name && row.kind === 'leads');
    const y = level ? baselineMm : baselineMm + LABEL_SIZE_MM / 3;
    const style = { sizeMm: LABEL_SIZE_MM, bold: true, rim: true };
    const name = textAt(cell.lead.label, x, y, style);
    if (!level) return [name];
    const text = levelText(seenMillimetres(level, cell)).replace('ST ', '');
    return [name, ...levelMarks(text, x + FRAME_MM, y + NUMBER_BELOW_MM, level)];
  });
}

export function levelText(millimetres: number): string {
  const rounded = Math.abs(millimetres).toFixed(1);
  const sign = rounded === '0.0' ? '±' : millimetres < 0 ? '−' : '+';
  return `ST ${sign}${rounded}`;
}

function labelOf({ cell }: DrawnCell, y: number, levels: readonly StLevel[]): readonly Mark[] {
  const style = { sizeMm: LABEL_SIZE_MM, bold: true, rim: true };
  const name = textAt(cell.lead.label, cell.xMm + INDENT_MM, y, style);
  const level = levels.find(({ lead }) => lead === cell.lead.name);
  if (!level) return [name];
  const x = name.x + boxOfText(name).width + BETWEEN_MM;
  return [name, ...levelMarks(levelText(seenMillimetres(level, cell)), x, y, level)];
}

/** Of a lead that is upside down on the page, the number must say what the reader sees. */
function seenMillimetres({ millimetres }: StLevel, { lead }: Cell): number {
  return lead.isInverted ? -millimetres : millimetres;
}

function levelMarks(text: string, x: number, y: number, level: StLevel): readonly Mark[] {
  const style = { sizeMm: LEVEL_SIZE_MM, bold: level.isDecisive, rim: true };
  const mark = textAt(text, x, y, style);
  return level.isDecisive ? [mark, ...frame(boxOfText(mark))] : [mark];
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
