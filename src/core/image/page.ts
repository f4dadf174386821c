/**
 * A drawn page before anything knows of pixels: millimetres from the upper left corner, painted in
 * the order of the list. Whatever shows an ECG, on a screen or on paper, starts from this one value.
 */
export interface Page {
  readonly widthMm: number;
  readonly heightMm: number;
  /** What the picture is, for a screen reader. Holds nothing of a patient. */
  readonly title: string;
  readonly marks: readonly Mark[];
}

export type Mark = LineMark | PolylineMark | RectMark | TextMark;

/** A straight line. Level and upright ones may be moved to whole pixels by a renderer. */
export interface LineMark {
  readonly kind: 'line';
  readonly ink: Ink;
  readonly widthMm: number;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** x, y, x, y ... exactly where they are drawn; one point alone is a dot. */
export interface PolylineMark {
  readonly kind: 'polyline';
  readonly ink: Ink;
  readonly widthMm: number;
  readonly points: readonly number[];
}

/** A filled rectangle. */
export interface RectMark {
  readonly kind: 'rect';
  readonly ink: Ink;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface TextMark {
  readonly kind: 'text';
  readonly ink: Ink;
  readonly x: number;
  /** The line that the letters stand on. */
  readonly y: number;
  readonly sizeMm: number;
  readonly bold: boolean;
  /** A rim of paper around the letters, where something may pass behind them. */
  readonly rim: boolean;
  readonly anchor: 'start' | 'end';
  readonly text: string;
}

/** How much wider than the pen the rim is. */
export const RIM_MM = 0.9;

/** What a mark is, not which colour: a page must stay readable when the colours are gone. */
export type Ink =
  'paper' | 'grid' | 'grid-strong' | 'shade' | 'hatch' | 'trace' | 'text' | 'quiet' | 'mark';

/** Red, green, blue. The trace is darkest and the grid lightest, also in grey. */
export const INKS: Readonly<Record<Ink, readonly [number, number, number]>> = Object.freeze({
  paper: [255, 255, 255],
  grid: [249, 221, 217],
  'grid-strong': [240, 178, 171],
  shade: [255, 238, 178],
  hatch: [188, 150, 60],
  trace: [14, 14, 20],
  text: [22, 22, 28],
  quiet: [84, 84, 92],
  mark: [116, 24, 0],
});

export function line(
  ink: Ink,
  widthMm: number,
  [x1, y1, x2, y2]: readonly [number, number, number, number],
): LineMark {
  return Object.freeze({ kind: 'line' as const, ink, widthMm, x1, y1, x2, y2 });
}

export function polyline(ink: Ink, widthMm: number, points: readonly number[]): PolylineMark {
  return Object.freeze({ kind: 'polyline' as const, ink, widthMm, points: Object.freeze(points) });
}

export function rect(ink: Ink, box: Box): RectMark {
  return Object.freeze({ kind: 'rect' as const, ink, ...box });
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function createPage(parts: Page): Page {
  return Object.freeze({ ...parts, marks: Object.freeze(parts.marks) });
}
