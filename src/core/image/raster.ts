import { BOLD_PEN_SHARE, PEN_SHARE, textStrokes, textWidthMm } from './lettering.js';
import { INKS, type Ink, type LineMark, type Page, type RectMark, type TextMark } from './page.js';

/** Red, green, blue for each pixel, from the upper left corner. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
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
        letter(canvas, mark, pixelsPerMm);
        break;
    }
  }
  canvas.settle();
  return { width, height, rgb: canvas.rgb };
}

interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
  fill(ink: Ink, left: number, top: number, right: number, bottom: number): void;
  /** Strokes of one ink are collected, so that where they meet nothing gets darker. */
  stroke(ink: Ink, points: readonly number[], widthMm: number, pixelsPerMm: number): void;
  settle(): void;
}

const RIM_MM = 0.9;

function letter(canvas: Canvas, mark: TextMark, pixelsPerMm: number): void {
  const { text, sizeMm, anchor, y } = mark;
  const x = anchor === 'start' ? mark.x : mark.x - textWidthMm(text, sizeMm);
  const strokes = textStrokes(text, sizeMm, x, y);
  const penMm = sizeMm * (mark.bold ? BOLD_PEN_SHARE : PEN_SHARE);
  if (mark.rim) {
    for (const points of strokes) canvas.stroke('paper', points, penMm + RIM_MM, pixelsPerMm);
  }
  for (const points of strokes) canvas.stroke(mark.ink, points, penMm, pixelsPerMm);
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
  const rgb = new Uint8Array(3 * width * height).fill(255);
  const cover = new Uint8Array(width * height);
  let pending: Ink | null = null;
  let dirtyTop = height;
  let dirtyBottom = 0;
  const settle = (): void => {
    if (pending !== null) {
      blend(rgb, cover, INKS[pending], dirtyTop * width, dirtyBottom * width);
      cover.fill(0, dirtyTop * width, dirtyBottom * width);
    }
    pending = null;
    [dirtyTop, dirtyBottom] = [height, 0];
  };
  return {
    width,
    height,
    rgb,
    settle,
    fill(ink, left, top, right, bottom) {
      const colour = INKS[ink];
      const [from, to] = [Math.max(0, left), Math.min(width, right)];
      for (let y = Math.max(0, top); y < Math.min(height, bottom); y += 1) {
        for (let x = from, at = 3 * (y * width + from); x < to; x += 1) {
          rgb[at++] = colour[0];
          rgb[at++] = colour[1];
          rgb[at++] = colour[2];
        }
      }
    },
    stroke(ink, points, widthMm, scale) {
      if (pending !== ink) settle();
      pending = ink;
      const reach = (widthMm * scale) / 2;
      for (let i = 0; i < points.length; i += 2) {
        const k = i + 2 < points.length ? i + 2 : i;
        if (k === i && points.length > 2) break;
        const [x1, y1] = [(points[i] as number) * scale, (points[i + 1] as number) * scale];
        const [x2, y2] = [(points[k] as number) * scale, (points[k + 1] as number) * scale];
        const top = Math.max(0, Math.floor(Math.min(y1, y2) - reach - 1));
        const bottom = Math.min(height, Math.ceil(Math.max(y1, y2) + reach + 1));
        if (top < dirtyTop) dirtyTop = top;
        if (bottom > dirtyBottom) dirtyBottom = bottom;
        cap(cover, width, { x1, y1, x2, y2, reach, top, bottom });
      }
    },
  };
}

interface Segment {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  /** Half the width of the pen, in pixels. */
  readonly reach: number;
  readonly top: number;
  readonly bottom: number;
}

/** A round-ended line: each pixel is covered by how near its middle lies to the line. */
function cap(cover: Uint8Array, width: number, segment: Segment): void {
  const { x1, y1, reach, top, bottom } = segment;
  const [dx, dy] = [segment.x2 - x1, segment.y2 - y1];
  const perLength = dx === 0 && dy === 0 ? 0 : 1 / (dx * dx + dy * dy);
  const left = Math.max(0, Math.floor(Math.min(x1, segment.x2) - reach - 1));
  const right = Math.min(width, Math.ceil(Math.max(x1, segment.x2) + reach + 1));
  // A pen thinner than a pixel covers none of them whole.
  const full = 255 * Math.min(1, 2 * reach);
  const outer = reach + 0.5;
  const inner = Math.max(0, reach - 0.5);
  for (let y = top; y < bottom; y += 1) {
    const py = y + 0.5 - y1;
    for (let x = left; x < right; x += 1) {
      const px = x + 0.5 - x1;
      let along = (px * dx + py * dy) * perLength;
      along = along < 0 ? 0 : along > 1 ? 1 : along;
      const [ex, ey] = [px - along * dx, py - along * dy];
      const square = ex * ex + ey * ey;
      if (square >= outer * outer) continue;
      const share = square <= inner * inner ? 1 : Math.min(1, outer - Math.sqrt(square));
      const value = Math.round(full * share);
      const at = y * width + x;
      if (value > (cover[at] as number)) cover[at] = value;
    }
  }
}

function blend(
  rgb: Uint8Array,
  cover: Uint8Array,
  colour: readonly [number, number, number],
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i += 1) {
    const share = cover[i] as number;
    if (share === 0) continue;
    for (let k = 0; k < 3; k += 1) {
      const below = rgb[3 * i + k] as number;
      rgb[3 * i + k] = Math.round(below + (((colour[k] as number) - below) * share) / 255);
    }
  }
}
