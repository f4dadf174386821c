import { capitalHeightMm, fitText, textWidthMm } from './lettering.js';
import type { Box, Ink, TextMark } from './page.js';

export interface Style {
  readonly sizeMm: number;
  readonly ink?: Ink;
  readonly bold?: boolean;
  readonly rim?: boolean;
}

/** A text from x to the right, cut to the width it may take. */
export function textAt(
  text: string,
  x: number,
  y: number,
  style: Style,
  widthMm = Infinity,
): TextMark {
  return write('start', text, x, y, style, widthMm);
}

/** A text that ends at x. */
export function textUpTo(
  text: string,
  x: number,
  y: number,
  style: Style,
  widthMm = Infinity,
): TextMark {
  return write('end', text, x, y, style, widthMm);
}

function write(
  anchor: TextMark['anchor'],
  text: string,
  x: number,
  y: number,
  style: Style,
  widthMm: number,
): TextMark {
  const { sizeMm, ink = 'text', bold = false, rim = false } = style;
  const fitting = fitText(text, { sizeMm, bold }, widthMm);
  const kind = 'text' as const;
  return Object.freeze({ kind, ink, x, y, sizeMm, bold, rim, anchor, text: fitting });
}

/** The place that a text's capitals take. */
export function boxOfText(mark: TextMark): Box {
  const width = textWidthMm(mark.text, mark);
  const height = capitalHeightMm(mark.sizeMm);
  const x = mark.anchor === 'start' ? mark.x : mark.x - width;
  return { x, y: mark.y - height, width, height };
}
