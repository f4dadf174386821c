import { penMm, textStrokes, textWidthMm } from './lettering.js';
import {
  INKS,
  RIM_MM,
  type Ink,
  type LineMark,
  type Page,
  type RectMark,
  type TextMark,
} from './page.js';

/** One number 0xRRGGBB for each pixel, from the upper left corner. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly colours: Uint32Array;
}

export const PIXELS_MAX = 40_000_000;

/**
 * A page as pixels. Only sums, products and square roots are used, so every machine makes the same
 * picture. Grid and frames lie on whole pixels and stay crisp; traces and letters have soft edges
 * and stay where they belong.
 */
export function rasterise(page: Page, pixelsPerMm: number): Pixels {
  const width = Math.round(page.widthMm * pixelsPerMm);
  const height = Math.round(page.heightMm * pixelsPerMm);
  if (!(width > 0 && height > 0 && width * height <= PIXELS_MAX)) {
    throw new RangeError(`a picture of ${width} x ${height} pixels is outside the bounds`);
  }
  const canvas = createCanvas(width, height);
  for (const mark of page.marks) {
    switch (mark.kind) {
      case 'rect':
        canvas.settle();
        fill(canvas, mark, pixelsPerMm);
        break;
      case 'line':
        if (mark.x1 === mark.x2 || mark.y1 === mark.y2) {
          canvas.settle();
          crispLine(canvas, mark, pixelsPerMm);
        } else {
          const { x1, y1, x2, y2 } = mark;
          canvas.stroke(mark.ink, [x1, y1, x2, y2], mark.widthMm, pixelsPerMm);
        }
        break;
      case 'polyline':
        canvas.stroke(mark.ink, mark.points, mark.widthMm, pixelsPerMm);
        break;
      case 'text':
        writeText(canvas, mark, pixelsPerMm);
        break;
    }
  }
  canvas.settle();
  return { width, height, colours: canvas.colours };
}

/**
 * Steps from nothing to all of a pixel. Few enough that a page has at most 256 colours, which makes
 * its file half as large; more cannot be seen.
 */
const FULL = 15;

interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly colours: Uint32Array;
  fill(ink: Ink, left: number, top: number, right: number, bottom: number): void;
  /** Strokes of one ink are collected, so that where they meet nothing gets darker. */
  stroke(ink: Ink, points: readonly number[], widthMm: number, pixelsPerMm: number): void;
  settle(): void;
}

function writeText(canvas: Canvas, mark: TextMark, pixelsPerMm: number): void {
  const { text, anchor, y } = mark;
  const x = anchor === 'start' ? mark.x : mark.x - textWidthMm(text, mark);
  const strokes = textStrokes(text, mark, x, y);
  const pen = penMm(mark);
  if (mark.rim) {
    for (const points of strokes) canvas.stroke('paper', points, pen + RIM_MM, pixelsPerMm);
  }
  for (const points of strokes) canvas.stroke(mark.ink, points, pen, pixelsPerMm);
}

function fill(canvas: Canvas, { ink, x, y, width, height }: RectMark, scale: number): void {
  const [left, top] = [Math.round(x * scale), Math.round(y * scale)];
  canvas.fill(ink, left, top, Math.round((x + width) * scale), Math.round((y + height) * scale));
}

/** A level or upright line as whole pixels, at least one wide. */
function crispLine(canvas: Canvas, mark: LineMark, scale: number): void {
  const width = Math.max(1, Math.round(mark.widthMm * scale));
  const across = (mm: number): number => Math.round(mm * scale - width / 2);
  const [x1, x2] = mark.x1 < mark.x2 ? [mark.x1, mark.x2] : [mark.x2, mark.x1];
  const [y1, y2] = mark.y1 < mark.y2 ? [mark.y1, mark.y2] : [mark.y2, mark.y1];
  canvas.fill(mark.ink, across(x1), across(y1), across(x2) + width, across(y2) + width);
}

function createCanvas(width: number, height: number): Canvas {
  const colours = new Uint32Array(width * height).fill(packed(INKS.paper));
  const cover = new Uint8Array(width * height);
  const clean = { left: width, top: height, right: 0, bottom: 0 };
  let pending: Ink | null = null;
  let dirty = { ...clean };
  const settle = (): void => {
    if (pending !== null) blend(colours, cover, width, INKS[pending], dirty);
    pending = null;
    dirty = { ...clean };
  };
  return {
    width,
    height,
    colours,
    settle,
    fill(ink, left, top, right, bottom) {
      const colour = packed(INKS[ink]);
      const [from, to] = [Math.max(0, left), Math.min(width, right)];
      for (let y = Math.max(0, top); y < Math.min(height, bottom); y += 1) {
        if (to > from) colours.fill(colour, y * width + from, y * width + to);
      }
    },
    stroke(ink, points, widthMm, scale) {
      if (pending !== ink) settle();
      pending = ink;
      const reach = (widthMm * scale) / 2;
      const last = Math.max(0, points.length - 4);
      for (let i = 0; i <= last; i += 2) {
        const k = points.length > 2 ? i + 2 : i;
        const x1 = (points[i] as number) * scale;
        const y1 = (points[i + 1] as number) * scale;
        const x2 = (points[k] as number) * scale;
        const y2 = (points[k + 1] as number) * scale;
        const left = Math.max(0, Math.floor(Math.min(x1, x2) - reach - 1));
        const top = Math.max(0, Math.floor(Math.min(y1, y2) - reach - 1));
        const right = Math.min(width, Math.ceil(Math.max(x1, x2) + reach + 1));
        const bottom = Math.min(height, Math.ceil(Math.max(y1, y2) + reach + 1));
        if (left < dirty.left) dirty.left = left;
        if (top < dirty.top) dirty.top = top;
        if (right > dirty.right) dirty.right = right;
        if (bottom > dirty.bottom) dirty.bottom = bottom;
        coverLine(cover, width, { x1, y1, x2, y2, reach, left, top, right, bottom });
      }
    },
  };
}

interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Segment extends Area {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  /** Half the width of the pen, in pixels. */
  readonly reach: number;
}

/** A round-ended line: each pixel is covered by how near its middle lies to the line. */
function coverLine(cover: Uint8Array, width: number, segment: Segment): void {
  const { x1, y1, reach, left, right, bottom } = segment;
  const dx = segment.x2 - x1;
  const dy = segment.y2 - y1;
  const perLength = dx === 0 && dy === 0 ? 0 : 1 / (dx * dx + dy * dy);
  // A pen thinner than a pixel covers none of them whole.
  const full = FULL * Math.min(1, 2 * reach);
  const outer = reach + 0.5;
  const inner = Math.max(0, reach - 0.5);
  const outerSquare = outer * outer;
  const innerSquare = inner * inner;
  for (let y = segment.top; y < bottom; y += 1) {
    const py = y + 0.5 - y1;
    for (let x = left, at = y * width + left; x < right; x += 1, at += 1) {
      const px = x + 0.5 - x1;
      let along = (px * dx + py * dy) * perLength;
      along = along < 0 ? 0 : along > 1 ? 1 : along;
      const ex = px - along * dx;
      const ey = py - along * dy;
      const square = ex * ex + ey * ey;
      if (square >= outerSquare) continue;
      const share = square <= innerSquare ? 1 : Math.min(1, outer - Math.sqrt(square));
      const value = Math.round(full * share);
      if (value > (cover[at] as number)) cover[at] = value;
    }
  }
}

type Colour = readonly [red: number, green: number, blue: number];

function packed([red, green, blue]: Colour): number {
  return (red << 16) | (green << 8) | blue;
}

/** Puts an ink where it was collected, and clears the collection. */
function blend(
  colours: Uint32Array,
  cover: Uint8Array,
  width: number,
  ink: Colour,
  { left, top, right, bottom }: Area,
): void {
  for (let y = top; y < bottom; y += 1) {
    for (let i = y * width + left; i < y * width + right; i += 1) {
      const share = cover[i] as number;
      if (share === 0) continue;
      cover[i] = 0;
      colours[i] = share === FULL ? packed(ink) : mixed(colours[i] as number, ink, share);
    }
  }
}

const MIX_STEP = 16;

/** Rounded to a coarse step: neighbours that nobody can tell apart become one colour. */
function mixed(below: number, [red, green, blue]: Colour, share: number): number {
  const channel = (from: number, to: number): number =>
    Math.min(255, MIX_STEP * Math.round((from + ((to - from) * share) / FULL) / MIX_STEP));
  return packed([
    channel(below >> 16, red),
    channel((below >> 8) & 0xff, green),
    channel(below & 0xff, blue),
  ]);
}
