import type { DarknessPlane } from '../ink/bitmap.js';
import type { Pixels } from '../raster.js';

/**
 * A picture as two planes of darkness against the paper around it, so that a shadow is no ink. Pens
 * are dark in every colour; a grid, pink or grey, is darkest in its darkest colour.
 */
export interface Planes {
  readonly pen: DarknessPlane;
  /** The same picture, small enough to look for the grid quickly. */
  readonly coarse: CoarsePlanes;
  /** Once more halved: lines may be too far apart for the first look. */
  coarser(): CoarsePlanes;
}

export interface CoarsePlanes {
  readonly pen: DarknessPlane;
  readonly grid: DarknessPlane;
  /** Pixels of the picture for each of these. */
  readonly factor: number;
}

/** A picture is shrunk until no side is longer: 8 pixels a millimetre of A4. */
export const WORKING_SIDE_MAX = 2400;
/** A longer side than this is halved before the grid is looked for. */
const COARSE_SIDE_MAX = 1950;
/** The paper's own brightness is taken from blocks of this many pixels. */
const BLOCK = 24;
/** In each block nearly the brightest pixel is bare paper. */
const PAPER_QUANTILE = 0.9;
/** Darker than this is a night without a picture. */
const PAPER_MIN = 24;

export function planesOf(pixels: Pixels): Planes {
  const channels = shrink(
    pixels,
    Math.ceil(Math.max(pixels.width, pixels.height) / WORKING_SIDE_MAX),
  );
  const { width, height } = channels;
  const pen = { width, height, data: darkness(channels.brightest, width, height) };
  const factor = Math.max(width, height) > COARSE_SIDE_MAX ? 2 : 1;
  const darkest = halved({ width, height, data: channels.darkest }, factor);
  const coarse = { pen: halved(pen, factor), grid: darknessOf(darkest), factor };
  return {
    pen,
    coarse,
    coarser: () => ({
      pen: halved(coarse.pen, 2),
      grid: darknessOf(halved(darkest, 2)),
      factor: 2 * factor,
    }),
  };
}

function darknessOf(plane: DarknessPlane): DarknessPlane {
  return { ...plane, data: darkness(plane.data, plane.width, plane.height) };
}

export function halved(plane: DarknessPlane, factor: number): DarknessPlane {
  if (factor === 1) return plane;
  const width = plane.width >> 1;
  const height = plane.height >> 1;
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = 2 * y * plane.width + 2 * x;
      const below = at + plane.width;
      data[y * width + x] =
        ((plane.data[at] as number) +
          (plane.data[at + 1] as number) +
          (plane.data[below] as number) +
          (plane.data[below + 1] as number)) >>
        2;
    }
  }
  return { width, height, data };
}

interface Channels {
  readonly width: number;
  readonly height: number;
  readonly brightest: Uint8Array;
  readonly darkest: Uint8Array;
}

function shrink({ width, height, colours }: Pixels, factor: number): Channels {
  const w = Math.floor(width / factor);
  const h = Math.floor(height / factor);
  const brightest = new Uint8Array(w * h);
  const darkest = new Uint8Array(w * h);
  const share = 1 / (factor * factor);
  for (let y = 0; y < h; y += 1) {
    for (let x = 0; x < w; x += 1) {
      let [red, green, blue] = [0, 0, 0];
      for (let dy = 0; dy < factor; dy += 1) {
        const row = (y * factor + dy) * width + x * factor;
        for (let dx = 0; dx < factor; dx += 1) {
          const colour = colours[row + dx] as number;
          red += (colour >> 16) & 0xff;
          green += (colour >> 8) & 0xff;
          blue += colour & 0xff;
        }
      }
      const at = y * w + x;
      brightest[at] = Math.max(red, green, blue) * share;
      darkest[at] = Math.min(red, green, blue) * share;
    }
  }
  return { width: w, height: h, brightest, darkest };
}

function darkness(values: Uint8Array, width: number, height: number): Uint8Array {
  const paper = paperOf(values, width, height);
  const columns = Math.ceil(width / BLOCK);
  const rows = Math.ceil(height / BLOCK);
  const result = new Uint8Array(values.length);
  for (let y = 0; y < height; y += 1) {
    const fy = Math.max(0, Math.min(rows - 1, (y + 0.5) / BLOCK - 0.5));
    const y0 = Math.min(rows - 1, Math.floor(fy));
    const y1 = Math.min(rows - 1, y0 + 1);
    for (let x = 0; x < width; x += 1) {
      const fx = Math.max(0, Math.min(columns - 1, (x + 0.5) / BLOCK - 0.5));
      const x0 = Math.min(columns - 1, Math.floor(fx));
      const x1 = Math.min(columns - 1, x0 + 1);
      const upper = mix(
        paper[y0 * columns + x0] as number,
        paper[y0 * columns + x1] as number,
        fx - x0,
      );
      const lower = mix(
        paper[y1 * columns + x0] as number,
        paper[y1 * columns + x1] as number,
        fx - x0,
      );
      const bare = Math.max(PAPER_MIN, mix(upper, lower, fy - y0));
      const i = y * width + x;
      result[i] = Math.max(0, Math.min(255, 255 * (1 - (values[i] as number) / bare)));
    }
  }
  return result;
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}

/** How bright the bare paper is in each block: smoothed, so that a block full of ink borrows it. */
function paperOf(values: Uint8Array, width: number, height: number): Float32Array {
  const columns = Math.ceil(width / BLOCK);
  const rows = Math.ceil(height / BLOCK);
  const paper = new Float32Array(columns * rows);
  const counts = new Uint32Array(256);
  for (let by = 0; by < rows; by += 1) {
    for (let bx = 0; bx < columns; bx += 1) {
      counts.fill(0);
      const right = Math.min(width, (bx + 1) * BLOCK);
      const bottom = Math.min(height, (by + 1) * BLOCK);
      let total = 0;
      for (let y = by * BLOCK; y < bottom; y += 1) {
        for (let x = bx * BLOCK; x < right; x += 1) {
          const value = values[y * width + x] as number;
          counts[value] = (counts[value] as number) + 1;
          total += 1;
        }
      }
      let left = total * (1 - PAPER_QUANTILE);
      let value = 255;
      while (value > 0 && (left -= counts[value] as number) > 0) value -= 1;
      paper[by * columns + bx] = value;
    }
  }
  return paper;
}
