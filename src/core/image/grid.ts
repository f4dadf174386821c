import { line, polyline, rect, type Mark } from './page.js';
import { GRID_BOTTOM_MM, PAPER, type Layout } from './paper.js';
import type { RowPlace } from './rows.js';

const GRID_WIDTH_MM = 0.1;
const GRID_STRONG_WIDTH_MM = 0.2;
const STRONG_EVERY = 5;
export const TRACE_WIDTH_MM = 0.3;

export function paperMarks(): readonly Mark[] {
  return [rect('paper', { x: 0, y: 0, width: PAPER.widthMm, height: PAPER.heightMm })];
}

/** Squares of one millimetre, every fifth line stronger. Strong lines lie over the fine ones. */
export function gridMarks(): readonly Mark[] {
  const { gridLeftMm: left, gridTopMm: top, gridWidthMm: width, gridHeightMm: height } = PAPER;
  const fine: Mark[] = [];
  const strong: Mark[] = [];
  const add = (i: number, ends: readonly [number, number, number, number]): void => {
    if (i % STRONG_EVERY === 0) strong.push(line('grid-strong', GRID_STRONG_WIDTH_MM, ends));
    else fine.push(line('grid', GRID_WIDTH_MM, ends));
  };
  for (let i = 0; i <= width; i += 1) add(i, [left + i, top, left + i, GRID_BOTTOM_MM]);
  for (let i = 0; i <= height; i += 1) add(i, [left, top + i, left + width, top + i]);
  return [...fine, ...strong];
}

/** The pulse ends just before the trace begins; at 25 mm/s a name has room to its left. */
const PULSE_END_MM = 14;
const PULSE_FOOT_MM = 0.75;

type Scale = Pick<Layout, 'speedMmPerSecond' | 'gainMmPerMillivolt'>;

/** One millivolt at the left of every row, or of the last alone where they would meet. */
export function calibrationMarks(places: readonly RowPlace[], scale: Scale): readonly Mark[] {
  const gain = scale.gainMmPerMillivolt;
  const doAllFit = places.every(({ baselineMm, clipTopMm }) => baselineMm - gain > clipTopMm);
  return (doAllFit ? places : places.slice(-1)).map(({ baselineMm }) => pulse(baselineMm, scale));
}

function pulse(baselineMm: number, { speedMmPerSecond, gainMmPerMillivolt }: Scale): Mark {
  const end = PAPER.gridLeftMm + PULSE_END_MM;
  const fall = end - PULSE_FOOT_MM;
  const rise = fall - PAPER.pulseSeconds * speedMmPerSecond;
  const top = baselineMm - gainMmPerMillivolt;
  return polyline('trace', TRACE_WIDTH_MM, [
    ...[rise - PULSE_FOOT_MM, baselineMm, rise, baselineMm, rise, top],
    ...[fall, top, fall, baselineMm, end, baselineMm],
  ]);
}
