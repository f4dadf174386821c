import type { DarknessPlane } from '../ink/bitmap.js';
import { createFourier, type Fourier } from './fourier.js';

/** A grid as one part of the picture shows it: how many lines a pixel, across and down. */
export interface Wave {
  readonly fx: number;
  readonly fy: number;
  /** How far the peak stands out of the spectrum around it. */
  readonly strength: number;
}

export interface Tile {
  /** Its middle, in pixels. */
  readonly x: number;
  readonly y: number;
  /** Power at each frequency, `TILE` by `TILE`, as a multiple of what is usual at its distance from 0. */
  readonly power: Float32Array;
}

export const TILE = 128;
/** Of bare paper: the power that rounding alone makes. */
const TYPICAL_MIN = 500;
const STEP_SHARE = 0.9;
const TILES_MAX = 90;

/** The spectra of square parts of the grid, half overlapping. Pens are taken out before. */
export function tilesOf(grid: DarknessPlane, pen: DarknessPlane, penMin: number): readonly Tile[] {
  const fourier = createFourier(TILE);
  const window = Float64Array.from(
    { length: TILE },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / TILE),
  );
  let step = TILE * STEP_SHARE;
  while ((grid.width / step) * (grid.height / step) > TILES_MAX) step *= 1.1;
  const columns = Math.max(1, Math.floor((grid.width - TILE) / step) + 1);
  const rows = Math.max(1, Math.floor((grid.height - TILE) / step) + 1);
  if (grid.width < TILE || grid.height < TILE) return [];
  const corners = Array.from({ length: rows * columns }, (_, i) => ({
    left: Math.round(spread(i % columns, columns, grid.width - TILE)),
    top: Math.round(spread(Math.floor(i / columns), rows, grid.height - TILE)),
  }));
  return corners.flatMap((corner, i) => {
    const next = corners[i + 1];
    // Two tiles share one transform: one is its real part, the other its imaginary part.
    if (i % 2 === 1) return [];
    const re = shaded(grid, pen, penMin, corner, window);
    const im = next ? shaded(grid, pen, penMin, next, window) : new Float64Array(TILE * TILE);
    transform2d(re, im, fourier);
    const [first, second] = powersOf(re, im);
    return [tileAt(corner, first), ...(next ? [tileAt(next, second)] : [])];
  });
}

interface Corner {
  readonly left: number;
  readonly top: number;
}

function tileAt({ left, top }: Corner, power: Float32Array): Tile {
  whiten(power);
  return { x: left + TILE / 2, y: top + TILE / 2, power };
}

/** Shades are slow waves and far stronger than any line: each ring of the spectrum is its own measure. */
function whiten(power: Float32Array): void {
  const sums = new Float64Array(TILE);
  const counts = new Float64Array(TILE);
  for (let i = 0; i < power.length; i += 1) {
    const ring = RINGS[i] as number;
    sums[ring] = (sums[ring] as number) + Math.log((power[i] as number) + TYPICAL_MIN);
    counts[ring] = (counts[ring] as number) + 1;
  }
  // The geometric mean: a few strong lines do not raise their own measure.
  const usual = sums.map((sum, ring) => Math.exp(sum / Math.max(1, counts[ring] as number)));
  for (let i = 0; i < power.length; i += 1) {
    power[i] = (power[i] as number) / (usual[RINGS[i] as number] as number);
  }
}

const RINGS = Uint8Array.from({ length: TILE * TILE }, (_, i) => {
  const x = ((i % TILE) + TILE / 2) % TILE;
  const y = (Math.floor(i / TILE) + TILE / 2) % TILE;
  return Math.round(Math.hypot(x - TILE / 2, y - TILE / 2));
});

function spread(index: number, count: number, room: number): number {
  return count === 1 ? room / 2 : (index * room) / (count - 1);
}

/** What is darker than this in the grid's plane is no grid line, or says no more than this. */
const GRID_DARKNESS_MAX = 110;

/** A tile less its mean, without pens, fading towards its edges. */
function shaded(
  grid: DarknessPlane,
  pen: DarknessPlane,
  penMin: number,
  { left, top }: Corner,
  window: Float64Array,
): Float64Array {
  const result = new Float64Array(TILE * TILE);
  let sum = 0;
  let count = 0;
  for (let y = 0; y < TILE; y += 1) {
    for (let x = 0; x < TILE; x += 1) {
      const at = (top + y) * grid.width + left + x;
      if ((pen.data[at] as number) >= penMin) continue;
      sum += Math.min(GRID_DARKNESS_MAX, grid.data[at] as number);
      count += 1;
    }
  }
  const mean = count === 0 ? 0 : sum / count;
  for (let y = 0; y < TILE; y += 1) {
    for (let x = 0; x < TILE; x += 1) {
      const at = (top + y) * grid.width + left + x;
      if ((pen.data[at] as number) >= penMin) continue;
      const value = Math.min(GRID_DARKNESS_MAX, grid.data[at] as number) - mean;
      result[y * TILE + x] = value * (window[x] as number) * (window[y] as number);
    }
  }
  return result;
}

/** What is even in a joint spectrum is of its real part, what is odd of its imaginary part. */
function powersOf(re: Float64Array, im: Float64Array): readonly [Float32Array, Float32Array] {
  const first = new Float32Array(TILE * TILE);
  const second = new Float32Array(TILE * TILE);
  for (let y = 0; y < TILE; y += 1) {
    const over = ((TILE - y) % TILE) * TILE;
    for (let x = 0; x < TILE; x += 1) {
      const at = y * TILE + x;
      const opposite = over + ((TILE - x) % TILE);
      const [a, b] = [re[at] as number, im[at] as number];
      const [c, d] = [re[opposite] as number, im[opposite] as number];
      first[at] = ((a + c) * (a + c) + (b - d) * (b - d)) / 4;
      second[at] = ((b + d) * (b + d) + (a - c) * (a - c)) / 4;
    }
  }
  return [first, second];
}

function transform2d(re: Float64Array, im: Float64Array, fourier: Fourier): void {
  for (let y = 0; y < TILE; y += 1) {
    fourier.transform(re.subarray(y * TILE, (y + 1) * TILE), im.subarray(y * TILE, (y + 1) * TILE));
  }
  const columnRe = new Float64Array(TILE);
  const columnIm = new Float64Array(TILE);
  for (let x = 0; x < TILE; x += 1) {
    for (let y = 0; y < TILE; y += 1) {
      columnRe[y] = re[y * TILE + x] as number;
      columnIm[y] = im[y * TILE + x] as number;
    }
    fourier.transform(columnRe, columnIm);
    for (let y = 0; y < TILE; y += 1) {
      re[y * TILE + x] = columnRe[y] as number;
      im[y * TILE + x] = columnIm[y] as number;
    }
  }
}

/** Bins around the middle: -TILE/2 to TILE/2 - 1. */
export function powerAt(power: Float32Array, bx: number, by: number): number {
  const x = bx & (TILE - 1);
  const y = by & (TILE - 1);
  return power[y * TILE + x] as number;
}

/** The highest peak within `reach` bins of where it is expected, to a part of a bin. */
export function peakNear(
  power: Float32Array,
  expected: { readonly fx: number; readonly fy: number },
  reach: number,
): Wave {
  const cx = Math.round(expected.fx * TILE);
  const cy = Math.round(expected.fy * TILE);
  const r = Math.ceil(reach);
  let best = { x: cx, y: cy, value: -1 };
  for (let y = cy - r; y <= cy + r; y += 1) {
    for (let x = cx - r; x <= cx + r; x += 1) {
      const value = powerAt(power, x, y);
      if (value > best.value) best = { x, y, value };
    }
  }
  const middle = Math.log(best.value + 1e-9);
  const part = (before: number, after: number): number => {
    const [a, b] = [Math.log(before + 1e-9), Math.log(after + 1e-9)];
    const bend = a - 2 * middle + b;
    return bend >= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (a - b) / (2 * bend)));
  };
  const dx = part(powerAt(power, best.x - 1, best.y), powerAt(power, best.x + 1, best.y));
  const dy = part(powerAt(power, best.x, best.y - 1), powerAt(power, best.x, best.y + 1));
  return { fx: (best.x + dx) / TILE, fy: (best.y + dy) / TILE, strength: best.value };
}
