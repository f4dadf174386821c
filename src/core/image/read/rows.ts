import { histogramOf } from '../ink/binarise.js';
import { emptyBitmap, type Bitmap, type DarknessPlane } from '../ink/bitmap.js';
import { componentsOf, keepComponents, type Component } from '../ink/components.js';
import { open } from '../ink/opening.js';
import { layoutOf } from './layout.js';
import { hiddenBy } from './letters.js';
import type { Span } from './path.js';
import { commonGain, pulsesOf, type Pulse } from './pulse.js';
import { SCALE } from './straighten.js';

/** Ink is half as dark as most of the pen's strokes, within these bounds; a pen is this wide. */
export const INK_MIN = 100;
const INK_FAINT_MIN = 55;
const STROKE_MIN = 50;
const STROKE_QUANTILE = 0.8;
export const PEN_MM = 0.5;
/** An upright straight line as tall as this parts columns; no heart draws one. */
const BAR_MM = 30;
const BAR_OFF_MM = 3;
/** Narrower pieces than this are letters and pulses. */
const TRACE_WIDTH_MM_MIN = 13.5;
/** A level line, or two, within this height over this width is a rule of the form. */
const RULE_HEIGHT_MM_MAX = 2.5;
/** What a broken trace leaves of its level parts. */
const DASH_HEIGHT_MM_MAX = 1.2;
const RULE_WIDTH_MM_MIN = 60;
const RULE_OFF_MM = 1.5;
const BEYOND_MM = 3;
/** No pen is so thin: the rule of a footer that is broken into dashes. */
const HAIRLINE_MM_MAX = 0.35;
/** Letters are smaller than this in both directions. */
const LETTER_MM = 4.6;
/** Fewer pulses than this are one for the whole page. */
const PULSES_MIN = 3;
/** Rows stand at least so far apart, and each has at least this share of the fullest row's ink. */
const ROW_STEP_MM_MIN = 8;
const ROW_SHARE_MIN = 0.25;
const SMOOTH_MM = 1.5;

/** A blurred picture has no black: its thin strokes are grey. */
export function inkThreshold(pen: DarknessPlane): number {
  const counts = histogramOf(pen);
  let left = 0;
  for (let v = STROKE_MIN; v < 256; v += 1) left += counts[v] as number;
  left *= 1 - STROKE_QUANTILE;
  let value = 255;
  while (value > STROKE_MIN && (left -= counts[value] as number) > 0) value -= 1;
  return Math.max(INK_FAINT_MIN, Math.min(INK_MIN, Math.round(value / 2)));
}

export interface Sheet {
  /** All of it. */
  readonly ink: Bitmap;
  /** Traces alone: without bars, letters and pulses. */
  readonly traces: Bitmap;
  /** Short pieces: letters, pulses, ticks. */
  readonly pieces: readonly Component[];
  /** What letters hide of a column. */
  readonly hiddenAt: (x: number) => readonly Span[];
  readonly pulses: readonly Pulse[];
  readonly bars: readonly Component[];
  readonly left: number;
  readonly right: number;
  readonly baselines: readonly number[];
}

export function sheetOf(ink: Bitmap): Sheet | null {
  const whole = extentOf(tracesAmong(componentsOf(ink).list));
  if (!whole) return null;
  const { bars, bitmap } = barsOf(ink, whole);
  const rest = without(ink, bitmap);
  const components = componentsOf(rest);
  const long = new Set(tracesAmong(components.list));
  const extent = extentOf([...long]);
  if (!extent) return null;
  const pieces = components.list.filter((c) => !isWide(c));
  const pulses = pulsesOf(pieces, extent.left, PEN_MM * SCALE);
  const isStroke = (c: Component): boolean =>
    c.left >= extent.left && c.right <= extent.right && !isLetter(c);
  const traces = keepComponents(
    rest,
    components,
    (c) => long.has(c) || (!isWide(c) && isStroke(c)),
  );
  const hiddenAt = hiddenBy(pieces.filter(isLetter));
  const baselines = linesOf(traces, pulses);
  return { ink, traces, pieces, hiddenAt, pulses, bars, ...extent, baselines };
}

/** Pulses stand on the lines of their rows; without one for each row the ink itself must tell. */
function linesOf(traces: Bitmap, pulses: readonly Pulse[]): readonly number[] {
  const gain = commonGain(pulses);
  const feet = pulses.filter((pulse) => pulse.gain === gain).map(({ foot }) => foot);
  if (feet.length < PULSES_MIN) return baselinesOf(traces);
  const lines = [...feet].sort((a, b) => a - b);
  if (layoutOf(lines.length)) return lines;
  // A pulse that touches something is no pulse any more: its row is where ink lies far from the others.
  const other = baselinesOf(traces).filter((y) =>
    lines.every((line) => Math.abs(line - y) >= ROW_STEP_MM_MIN * SCALE),
  );
  const all = [...lines, ...other].sort((a, b) => a - b);
  return layoutOf(all.length) ? all : lines;
}

function isWide({ left, right }: Component): boolean {
  return right - left >= TRACE_WIDTH_MM_MIN * SCALE;
}

function isFlat({ top, bottom }: Component, most = RULE_HEIGHT_MM_MAX): boolean {
  return bottom - top <= most * SCALE;
}

/** Letters and ticks; a broken trace leaves flat dashes and tall strokes. */
function isLetter(piece: Component): boolean {
  const [width, height] = [piece.right - piece.left, piece.bottom - piece.top];
  return (
    !isFlat(piece, DASH_HEIGHT_MM_MAX) && width < LETTER_MM * SCALE && height < LETTER_MM * SCALE
  );
}

/** Wide pieces, less the straight rules of a form, which reach beyond the traces. */
function tracesAmong(components: readonly Component[]): readonly Component[] {
  const wide = components.filter(isWide);
  const curved = extentOf(wide.filter((c) => !isFlat(c)));
  if (!curved) return [];
  const isRule = (piece: Component): boolean => {
    const line = wide.filter(
      (c) => isFlat(c) && Math.abs(c.top - piece.top) <= RULE_OFF_MM * SCALE,
    );
    const { left, right } = extentOf(line) ?? piece;
    const isBeyond =
      left < curved.left - BEYOND_MM * SCALE || right > curved.right + BEYOND_MM * SCALE;
    return isFlat(piece) && isBeyond && right - left >= RULE_WIDTH_MM_MIN * SCALE;
  };
  const isApart = (piece: Component): boolean =>
    wide.every((c) => isFlat(c) || piece.bottom < c.top || piece.top > c.bottom);
  const isHairline = (piece: Component): boolean =>
    isFlat(piece, HAIRLINE_MM_MAX) && isApart(piece);
  return wide.filter((piece) => !isRule(piece) && !isHairline(piece));
}

interface Extent {
  readonly left: number;
  readonly right: number;
}

function extentOf(traces: readonly Component[]): Extent | null {
  if (traces.length === 0) return null;
  return {
    left: Math.min(...traces.map((c) => c.left)),
    right: Math.max(...traces.map((c) => c.right)),
  };
}

/** Bars stand where columns meet: a steep stroke as tall as a bar may stand anywhere. */
function barsOf(ink: Bitmap, { left, right }: Extent): { bars: Component[]; bitmap: Bitmap } {
  const upright = open(ink, 1, BAR_MM * SCALE);
  const components = componentsOf(upright);
  const isBar = (c: Component): boolean =>
    [0.25, 0.5, 0.75].some(
      (share) =>
        Math.abs((c.left + c.right) / 2 - left - share * (right - left)) <= BAR_OFF_MM * SCALE,
    );
  return {
    bars: components.list.filter(isBar),
    bitmap: keepComponents(upright, components, isBar),
  };
}

function without(ink: Bitmap, taken: Bitmap): Bitmap {
  const result = emptyBitmap(ink.width, ink.height);
  for (let i = 0; i < result.data.length; i += 1) {
    result.data[i] = ink.data[i] === 1 && taken.data[i] === 0 ? 1 : 0;
  }
  return result;
}

/** The heights where most of the ink lies: a trace spends most of its time near its line. */
function baselinesOf({ width, height, data }: Bitmap): readonly number[] {
  const profile = new Float64Array(height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1)
      profile[y] = (profile[y] as number) + (data[y * width + x] as number);
  }
  const smooth = smoothed(profile, SMOOTH_MM * SCALE);
  const most = Math.max(...smooth);
  const found: number[] = [];
  const order = [...smooth.keys()].sort((a, b) => (smooth[b] as number) - (smooth[a] as number));
  for (const y of order) {
    if ((smooth[y] as number) < ROW_SHARE_MIN * most) break;
    if (found.every((other) => Math.abs(other - y) >= ROW_STEP_MM_MIN * SCALE)) found.push(y);
  }
  return found.sort((a, b) => a - b);
}

function smoothed(values: Float64Array, reach: number): Float64Array {
  const r = Math.round(reach / 2);
  return values.map((_, i) => {
    let sum = 0;
    for (let k = Math.max(0, i - r); k <= Math.min(values.length - 1, i + r); k += 1)
      sum += values[k] as number;
    return sum;
  });
}
