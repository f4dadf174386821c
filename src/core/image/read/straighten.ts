import type { DarknessPlane } from '../ink/bitmap.js';
import type { Bend } from './bend.js';
import { inverse, toPaper, type Homography, type Point } from './homography.js';

/** The paper laid straight: this many pixels a millimetre, so that all that follows is in millimetres. */
export const SCALE = 6;

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Two pages side by side are no longer; what claims to be is a wrong scale. */
export const PAPER_SIDE_MAX_MM = 650;

/** A bend changes little over so many pixels. */
const BEND_EVERY = 4;

export function straighten(
  plane: DarknessPlane,
  homography: Homography,
  box: Box,
  scale = SCALE,
  bend: Bend | null = null,
): DarknessPlane {
  const width = Math.max(1, Math.round((box.right - box.left) * scale));
  const height = Math.max(1, Math.round((box.bottom - box.top) * scale));
  const [a, b, c, d, e, f, g, h] = inverse(homography);
  const data = new Uint8Array(width * height);
  const source = plane.data;
  const from = plane.width;
  const [lastX, lastY] = [plane.width - 1, plane.height - 1];
  let push = { dx: 0, dy: 0 };
  for (let row = 0; row < height; row += 1) {
    const v = box.top + (row + 0.5) / scale;
    for (let column = 0; column < width; column += 1) {
      const u = box.left + (column + 0.5) / scale;
      if (bend && column % BEND_EVERY === 0) push = bend(u + BEND_EVERY / 2 / scale, v);
      const [su, sv] = [u + push.dx, v + push.dy];
      const w = g * su + h * sv + 1;
      const x = (a * su + b * sv + c) / w - 0.5;
      const y = (d * su + e * sv + f) / w - 0.5;
      const x0 = Math.floor(x);
      const y0 = Math.floor(y);
      if (x0 < 0 || y0 < 0 || x0 >= lastX || y0 >= lastY) continue;
      const at = y0 * from + x0;
      const fx = x - x0;
      const upper = (source[at] as number) * (1 - fx) + (source[at + 1] as number) * fx;
      const below = at + from;
      const lower = (source[below] as number) * (1 - fx) + (source[below + 1] as number) * fx;
      data[row * width + column] = upper + (lower - upper) * (y - y0);
    }
  }
  return { width, height, data };
}

/** The smallest box of the paper that holds all these places of the picture. */
export function boxAround(points: readonly Point[], homography: Homography): Box {
  const on = points.map((point) => toPaper(homography, point));
  return {
    left: Math.min(...on.map(({ x }) => x)),
    right: Math.max(...on.map(({ x }) => x)),
    top: Math.min(...on.map(({ y }) => y)),
    bottom: Math.max(...on.map(({ y }) => y)),
  };
}
