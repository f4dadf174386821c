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

/** Between places so many pixels apart, slant and bend are straight enough. */
const EVERY = 4;

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
  const places = Math.ceil(width / EVERY) + 1;
  const xs = new Float64Array(places);
  const ys = new Float64Array(places);
  for (let row = 0; row < height; row += 1) {
    const v = box.top + (row + 0.5) / scale;
    for (let place = 0; place < places; place += 1) {
      const u = box.left + (place * EVERY + 0.5) / scale;
      const push = bend?.(u, v) ?? NO_BEND;
      const [su, sv] = [u + push.dx, v + push.dy];
      const w = g * su + h * sv + 1;
      xs[place] = (a * su + b * sv + c) / w - 0.5;
      ys[place] = (d * su + e * sv + f) / w - 0.5;
    }
    for (let column = 0, place = 0; column < width; place += 1) {
      let x = xs[place] as number;
      let y = ys[place] as number;
      const stepX = ((xs[place + 1] as number) - x) / EVERY;
      const stepY = ((ys[place + 1] as number) - y) / EVERY;
      const end = Math.min(width, column + EVERY);
      for (; column < end; column += 1, x += stepX, y += stepY) {
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
  }
  return { width, height, data };
}

const NO_BEND = Object.freeze({ dx: 0, dy: 0 });

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
