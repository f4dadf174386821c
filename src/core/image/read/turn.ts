import type { Bitmap } from '../ink/bitmap.js';
import { componentsOf } from '../ink/components.js';
import { SCALE } from './straighten.js';

/** A quarter turn to the right. */
export function turnedRight({ width, height, data }: Bitmap): Bitmap {
  const turned = new Uint8Array(data.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      turned[x * height + (height - 1 - y)] = data[y * width + x] as number;
    }
  }
  return { width: height, height: width, data: turned };
}

export function turnedOver({ width, height, data }: Bitmap): Bitmap {
  return { width, height, data: data.slice().reverse() };
}

const LONG_MM = 30;
const LONG_RATIO = 1.5;

/** Whether the long pieces of ink run down the page: a grid looks alike from all four sides. */
export function liesSideways(ink: Bitmap): boolean {
  let [across, down] = [0, 0];
  for (const { left, right, top, bottom } of componentsOf(ink).list) {
    const [w, h] = [right - left, bottom - top];
    if (w >= LONG_MM * SCALE && w >= LONG_RATIO * h) across += w;
    if (h >= LONG_MM * SCALE && h >= LONG_RATIO * w) down += h;
  }
  return down > across;
}
