import type { DarknessPlane } from '../ink/bitmap.js';
import type { Run } from './runs.js';

/** Both ends of a run to parts of a pixel. */
export function endsOf(
  { x, top, bottom }: Run,
  plane: DarknessPlane,
  threshold: number,
): { readonly top: number; readonly bottom: number } {
  const { width } = plane;
  return {
    top: top + 0.5 - beyond(plane, threshold, top * width + x, -width),
    bottom: bottom - 0.5 + beyond(plane, threshold, (bottom - 1) * width + x, width),
  };
}

/** How broad each stroke is that crosses a row of the picture between two columns. */
export function breadthsAcross(
  plane: DarknessPlane,
  threshold: number,
  y: number,
  from: number,
  to: number,
): readonly number[] {
  const row = y * plane.width;
  const isInk = (x: number): boolean => (plane.data[row + x] as number) >= threshold;
  const found: number[] = [];
  for (let x = from; x < to; x += 1) {
    if (!isInk(x)) continue;
    const left = x;
    while (x + 1 < plane.width && isInk(x + 1)) x += 1;
    const sides = beyond(plane, threshold, row + left, -1) + beyond(plane, threshold, row + x, 1);
    found.push(x - left + sides);
  }
  return found;
}

/** How far beyond the middle of the last inked pixel the darkness falls to the threshold. */
function beyond({ data }: DarknessPlane, threshold: number, last: number, step: number): number {
  const inside = data[last] as number;
  const outside = data[last + step] ?? 0;
  // Ink that was taken away as a letter or a bar ends where it was cut.
  const isCut = inside < threshold || outside >= threshold;
  return isCut ? 0.5 : (inside - threshold) / (inside - outside);
}
