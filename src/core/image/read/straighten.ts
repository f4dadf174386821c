import type { DarknessPlane } from '../ink/bitmap.js';
import { inverse, toPaper, type Homography, type Point } from './homography.js';

/** The paper laid straight: this many pixels a millimetre, so that all that follows is in millimetres. */
export const SCALE = 6;

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** No page of ours is larger; what claims to be is a wrong scale. */
export const PAPER_SIDE_MAX_MM = 450;

export function straighten(plane: DarknessPlane, homography: Homography, box: Box): DarknessPlane {
  const width = Math.max(1, Math.round((box.right - box.left) * SCALE));
  const height = Math.max(1, Math.round((box.bottom - box.top) * SCALE));
  const [a, b, c, d, e, f, g, h] = inverse(homography);
  const data = new Uint8Array(width * height);
  for (let row = 0; row < height; row += 1) {
    const v = box.top + (row + 0.5) / SCALE;
    for (let column = 0; column < width; column += 1) {
      const u = box.left + (column + 0.5) / SCALE;
      const w = g * u + h * v + 1;
      const x = (a * u + b * v + c) / w - 0.5;
      const y = (d * u + e * v + f) / w - 0.5;
      data[row * width + column] = sample(plane, x, y);
    }
  }
  return { width, height, data };
}

function sample({ width, height, data }: DarknessPlane, x: number, y: number): number {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  if (x0 < 0 || y0 < 0 || x0 >= width - 1 || y0 >= height - 1) return 0;
  const at = y0 * width + x0;
  const fx = x - x0;
  const fy = y - y0;
  const upper = (data[at] as number) * (1 - fx) + (data[at + 1] as number) * fx;
  const lower = (data[at + width] as number) * (1 - fx) + (data[at + width + 1] as number) * fx;
  return upper * (1 - fy) + lower * fy;
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
