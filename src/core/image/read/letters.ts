import type { Component } from '../ink/components.js';
import { SCALE } from './straighten.js';

/** Letters that stand in a trace's way are printed with a rim of bare paper. */
const RIM_MM = 0.7;
/** Smaller pieces are dots, or crumbs of a torn trace. */
const HEIGHT_MM_MIN = 1.5;

/** How much of a column, between two heights, lies behind letters. */
export function hiddenBy(
  letters: readonly Component[],
): (x: number, top: number, bottom: number) => number {
  const rim = RIM_MM * SCALE;
  const columns = new Map<number, Component[]>();
  for (const letter of letters) {
    if (letter.bottom - letter.top < HEIGHT_MM_MIN * SCALE) continue;
    for (let x = Math.floor(letter.left - rim); x < letter.right + rim; x += 1) {
      const column = columns.get(x);
      if (column) column.push(letter);
      else columns.set(x, [letter]);
    }
  }
  return (x, top, bottom) => {
    let sum = 0;
    for (const letter of columns.get(x) ?? []) {
      sum += Math.max(0, Math.min(bottom, letter.bottom + rim) - Math.max(top, letter.top - rim));
    }
    return Math.min(sum, bottom - top);
  };
}
