import type { Component } from '../ink/components.js';
import type { Span } from './path.js';
import { SCALE } from './straighten.js';

/** Letters that stand in a trace's way are printed with a rim of bare paper. */
const RIM_MM = 0.7;
/** Smaller pieces are dots, or crumbs of a torn trace. */
const HEIGHT_MM_MIN = 1.5;
const NOTHING: readonly Span[] = [];

/** What letters hide of each column. */
export function hiddenBy(letters: readonly Component[]): (x: number) => readonly Span[] {
  const rim = RIM_MM * SCALE;
  const columns = new Map<number, Span[]>();
  for (const { left, right, top, bottom } of letters) {
    if (bottom - top < HEIGHT_MM_MIN * SCALE) continue;
    const span = { top: top - rim, bottom: bottom + rim };
    for (let x = Math.floor(left - rim); x < right + rim; x += 1) {
      const column = columns.get(x);
      if (column) column.push(span);
      else columns.set(x, [span]);
    }
  }
  return (x) => columns.get(x) ?? NOTHING;
}
