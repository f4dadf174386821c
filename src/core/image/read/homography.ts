import { median } from '../../signal/statistics.js';
import type { Lattice, LocalGrid } from './lattice.js';

/** From pixels to millimetres of the paper: u = (ax + by + c) / w, v = (dx + ey + f) / w, w = gx + hy + 1. */
export type Homography = readonly [
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
  g: number,
  h: number,
];

export interface Point {
  readonly x: number;
  readonly y: number;
}

export function toPaper([a, b, c, d, e, f, g, h]: Homography, { x, y }: Point): Point {
  const w = g * x + h * y + 1;
  return { x: (a * x + b * y + c) / w, y: (d * x + e * y + f) / w };
}

export function inverse([a, b, c, d, e, f, g, h]: Homography): Homography {
  const m = [
    e - f * h,
    c * h - b,
    b * f - c * e,
    f * g - d,
    a - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
  ];
  const last = a * e - b * d;
  return m.map((value) => value / last) as unknown as Homography;
}

const ROUNDS = 12;
/** A place whose lines differ from the fit by this share is no place of this grid. */
const OUTLIER_SHARE = 0.03;

/**
 * The one flat sheet whose lines lie in every place as they do in the picture: least squares over
 * the steps across and down, by Gauss and Newton, with places that disagree left out.
 */
export function fitHomography(
  grids: readonly LocalGrid[],
  lattice: Lattice,
  centre: Point,
): { readonly homography: Homography; readonly agreeing: readonly LocalGrid[] } {
  const mm = lattice.lineMm;
  const middle = (of: (grid: LocalGrid) => number): number => mm * median(lattice.seeds.map(of));
  let p = [
    middle(({ across }) => across.fx),
    middle(({ across }) => across.fy),
    middle(({ down }) => down.fx),
    middle(({ down }) => down.fy),
    0,
    0,
  ];
  let agreeing = grids;
  for (let round = 0; round < ROUNDS; round += 1) {
    const normal = new Float64Array(36);
    const right = new Float64Array(6);
    const size = Math.hypot(p[0] as number, p[1] as number);
    const bound = OUTLIER_SHARE * size * (round < 4 ? 5 : 1);
    agreeing = grids.filter((grid) => missOf(p, grid, mm, centre) <= bound);
    if (agreeing.length < 3) break;
    for (const grid of agreeing) addEquations(p, grid, mm, centre, normal, right);
    const step = solve(normal, right, 6);
    if (!step) break;
    p = p.map((value, i) => value + (step[i] as number));
  }
  return { homography: centred(p, centre), agreeing };
}

/** Gradients of u and v at a place: the lines a pixel, in millimetres. */
function gradients(p: readonly number[], x: number, y: number): number[] {
  const [a, b, d, e, g, h] = p as [number, number, number, number, number, number];
  const w = g * x + h * y + 1;
  const u = (a * x + b * y) / w;
  const v = (d * x + e * y) / w;
  return [(a - u * g) / w, (b - u * h) / w, (d - v * g) / w, (e - v * h) / w];
}

function measured({ across, down }: LocalGrid, mm: number): number[] {
  return [across.fx * mm, across.fy * mm, down.fx * mm, down.fy * mm];
}

function missOf(p: readonly number[], grid: LocalGrid, mm: number, centre: Point): number {
  const expected = gradients(p, grid.x - centre.x, grid.y - centre.y);
  const seen = measured(grid, mm);
  return Math.max(...expected.map((value, i) => Math.abs(value - (seen[i] as number))));
}

function addEquations(
  p: readonly number[],
  grid: LocalGrid,
  mm: number,
  centre: Point,
  normal: Float64Array,
  right: Float64Array,
): void {
  const [x, y] = [grid.x - centre.x, grid.y - centre.y];
  const base = gradients(p, x, y);
  const seen = measured(grid, mm);
  const slopes = p.map((_, k) => {
    const delta = k < 4 ? 1e-6 : 1e-8;
    const moved = gradients(
      p.map((value, i) => (i === k ? value + delta : value)),
      x,
      y,
    );
    return moved.map((value, i) => (value - (base[i] as number)) / delta);
  });
  for (let row = 0; row < 4; row += 1) {
    const miss = (seen[row] as number) - (base[row] as number);
    for (let i = 0; i < 6; i += 1) {
      const si = slopes[i]?.[row] as number;
      right[i] = (right[i] as number) + si * miss;
      for (let j = 0; j < 6; j += 1) {
        normal[i * 6 + j] = (normal[i * 6 + j] as number) + si * (slopes[j]?.[row] as number);
      }
    }
  }
}

/** From coordinates around the centre to those of the picture. */
function centred(p: readonly number[], { x, y }: Point): Homography {
  const [a, b, d, e, g, h] = p as [number, number, number, number, number, number];
  const w = 1 - g * x - h * y;
  const values = [a, b, -a * x - b * y, d, e, -d * x - e * y, g, h];
  return values.map((value) => value / w) as unknown as Homography;
}

/** Gauss with the largest pivot; null where the equations say too little. */
export function solve(matrix: Float64Array, right: Float64Array, n: number): Float64Array | null {
  const m = matrix.slice();
  const r = right.slice();
  for (let k = 0; k < n; k += 1) {
    let pivot = k;
    for (let i = k + 1; i < n; i += 1) {
      if (Math.abs(m[i * n + k] as number) > Math.abs(m[pivot * n + k] as number)) pivot = i;
    }
    if (Math.abs(m[pivot * n + k] as number) < 1e-12) return null;
    for (let j = 0; j < n; j += 1) {
      [m[k * n + j], m[pivot * n + j]] = [m[pivot * n + j] as number, m[k * n + j] as number];
    }
    [r[k], r[pivot]] = [r[pivot] as number, r[k] as number];
    for (let i = 0; i < n; i += 1) {
      if (i === k) continue;
      const share = (m[i * n + k] as number) / (m[k * n + k] as number);
      for (let j = k; j < n; j += 1)
        m[i * n + j] = (m[i * n + j] as number) - share * (m[k * n + j] as number);
      r[i] = (r[i] as number) - share * (r[k] as number);
    }
  }
  return r.map((value, k) => value / (m[k * n + k] as number));
}
