import { binarise, type Bitmap } from '../ink/binarise.js';
import { withoutSpecks } from '../ink/components.js';
import { opening } from '../ink/opening.js';
import type { Pixels } from '../raster.js';

/** A part of a page, in its pixels; parts of a pixel count. */
export interface PixelArea {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface PictureShape {
  readonly width: number;
  readonly height: number;
}

/** Fewer pixels than this are no trace: at the standard page's scale, half a square millimetre. */
const SPECK_PIXELS = 8;
/** Thinner than this is no trace either. */
const OPENING_PIXELS = 2;

/**
 * What a network is shown of a page, and how it comes about, as Lu et al. describe it: ink or paper,
 * noise removed by its connected components, morphological opening, crop, scale. Each value is the
 * share of ink in its place, from 0 to 1.
 */
export function pictureOf(
  pixels: Pixels,
  area: PixelArea,
  shape: PictureShape,
): Float32Array<ArrayBuffer> {
  const clean = opening(withoutSpecks(binarise(pixels), SPECK_PIXELS), OPENING_PIXELS);
  return scaled(clean, area, shape);
}

export function wholeOf({ width, height }: Pixels): PixelArea {
  return { left: 0, top: 0, width, height };
}

/** Mean ink of the pixels whose middles lie in each place. */
function scaled(bitmap: Bitmap, area: PixelArea, { width, height }: PictureShape) {
  const columns = placesOf(bitmap.width, area.left, area.width, width);
  const rows = placesOf(bitmap.height, area.top, area.height, height);
  const ink = new Float32Array(width * height);
  const seen = new Uint32Array(width * height);
  for (let y = 0; y < bitmap.height; y += 1) {
    const row = rows[y] as number;
    if (row < 0) continue;
    for (let x = 0; x < bitmap.width; x += 1) {
      const column = columns[x] as number;
      if (column < 0) continue;
      const at = row * width + column;
      seen[at] = (seen[at] as number) + 1;
      ink[at] = (ink[at] as number) + (bitmap.bits[y * bitmap.width + x] as number);
    }
  }
  for (let i = 0; i < ink.length; i += 1)
    ink[i] = (ink[i] as number) / Math.max(1, seen[i] as number);
  return ink;
}

/** For each pixel of a side the place that it belongs to, -1 outside. */
function placesOf(pixels: number, from: number, length: number, places: number): Int32Array {
  return Int32Array.from({ length: pixels }, (_, i) => {
    const place = Math.floor(((i + 0.5 - from) * places) / length);
    return place >= 0 && place < places ? place : -1;
  });
}
