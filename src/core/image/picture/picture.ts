import { binarise, histogramOf } from '../ink/binarise.js';
import { emptyBitmap, type Bitmap, type DarknessPlane } from '../ink/bitmap.js';
import { componentsOf, keepComponents } from '../ink/components.js';
import { open } from '../ink/opening.js';
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
  const ink = inkOf(pixels);
  const clean = keepComponents(ink, componentsOf(ink), (one) => one.area >= SPECK_PIXELS);
  return scaled(open(clean, OPENING_PIXELS, OPENING_PIXELS), area, shape);
}

export function wholeOf({ width, height }: Pixels): PixelArea {
  return { left: 0, top: 0, width, height };
}

const LEVELS = 256;
/** The darkest pixels of a page, as a share of all: a trace covers more of it than this. */
const DARKEST_SHARE = 0.003;
/** Of 255: a page whose ink is no darker than this against its paper has none. */
const CONTRAST_MIN = 90;

/** Ink is what lies nearer to the darkest of the page than to its paper; a pale grid is paper. */
function inkOf({ width, height, colours }: Pixels): Bitmap {
  const data = new Uint8Array(colours.length);
  // A plain loop: `from` with a function takes ten times as long.
  for (let i = 0; i < data.length; i += 1) data[i] = darknessOf(colours[i] as number);
  const plane: DarknessPlane = { width, height, data };
  const counts = histogramOf(plane);
  const paper = levelAt(counts, data.length / 2);
  const ink = levelAt(counts, data.length * (1 - DARKEST_SHARE));
  if (ink - paper < CONTRAST_MIN) return emptyBitmap(width, height);
  return binarise(plane, Math.floor((paper + ink) / 2) + 1);
}

/** As an eye weighs red, green and blue, in whole numbers. */
function darknessOf(colour: number): number {
  const [red, green, blue] = [colour >> 16, (colour >> 8) & 0xff, colour & 0xff];
  return 255 - ((77 * red + 150 * green + 29 * blue) >> 8);
}

/** The level below which so many pixels lie. */
function levelAt(counts: Uint32Array, pixels: number): number {
  let seen = 0;
  for (let level = 0; level < LEVELS; level += 1) {
    seen += counts[level] as number;
    if (seen >= pixels) return level;
  }
  return LEVELS - 1;
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
      ink[at] = (ink[at] as number) + (bitmap.data[y * bitmap.width + x] as number);
    }
  }
  for (let i = 0; i < ink.length; i += 1) {
    ink[i] = (ink[i] as number) / Math.max(1, seen[i] as number);
  }
  return ink;
}

/** For each pixel of a side the place that it belongs to, -1 outside. */
function placesOf(pixels: number, from: number, length: number, places: number): Int32Array {
  return Int32Array.from({ length: pixels }, (_, i) => {
    const place = Math.floor(((i + 0.5 - from) * places) / length);
    return place >= 0 && place < places ? place : -1;
  });
}
