import { line, polyline, rect, type Mark } from './page.js';
import { GRID_BOTTOM_MM, PAPER, type Gain } from './paper.js';
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

/** The pulse ends just before the trace begins; a name has room to its left. */
const PULSE_START_MM = 7.5;
const PULSE_FOOT_MM = 0.75;

/** One millivolt at the left of every row, or of the last alone where they would meet. */
export function calibrationMarks(places: readonly RowPlace[], gain: Gain): readonly Mark[] {
  const doAllFit = places.every(({ baselineMm, clipTopMm }) => baselineMm - gain > clipTopMm);
  return (doAllFit ? places : places.slice(-1)).map(({ baselineMm }) => pulse(baselineMm, gain));
}

function pulse(baselineMm: number, gain: Gain): Mark {
  const x = PAPER.gridLeftMm + PULSE_START_MM;
  const rise = x + PULSE_FOOT_MM;
  const fall = rise + PAPER.pulseWidthMm;
  const top = baselineMm - gain;
  return polyline('trace', TRACE_WIDTH_MM, [
    ...[x, baselineMm, rise, baselineMm, rise, top],
    ...[fall, top, fall, baselineMm, fall + PULSE_FOOT_MM, baselineMm],
  ]);
}
