import type { Bitmap, DarknessPlane } from '../ink/bitmap.js';
import { SCALE } from './straighten.js';

/** Ink without a gap in one column: from the first pixel to one past the last. */
export interface Run {
  readonly x: number;
  readonly top: number;
  readonly bottom: number;
}

/** A gap between two runs of a column is not longer than this. */
const FADED_MM_MAX = 4;
/** What a steep stroke keeps of its darkness where it lies between two columns of the picture. */
const FADED_SHARE = 0.55;

/**
 * The runs of each column between two heights, from the top. A steep stroke fades in a coarse picture:
 * runs with faint ink all the way between them are one.
 */
export function runsOf(
  bitmap: Bitmap,
  plane: DarknessPlane,
  threshold: number,
  top: number,
  bottom: number,
): readonly (readonly Run[])[] {
  const from = Math.max(0, Math.floor(top));
  const to = Math.min(bitmap.height, Math.ceil(bottom));
  const faint = threshold * FADED_SHARE;
  return Array.from({ length: bitmap.width }, (_, x) => {
    const runs: Run[] = [];
    let start = -1;
    for (let y = from; y <= to; y += 1) {
      const isInk = y < to && bitmap.data[y * bitmap.width + x] === 1;
      if (isInk && start < 0) start = y;
      if (!isInk && start >= 0) {
        const last = runs[runs.length - 1];
        if (last && isFaint(plane, faint, x, last.bottom, start)) {
          runs[runs.length - 1] = { x, top: last.top, bottom: y };
        } else runs.push({ x, top: start, bottom: y });
        start = -1;
      }
    }
    return runs;
  });
}

function isFaint(
  { width, data }: DarknessPlane,
  faint: number,
  x: number,
  from: number,
  to: number,
): boolean {
  if (to - from > FADED_MM_MAX * SCALE) return false;
  for (let y = from; y < to; y += 1) {
    const at = y * width + x;
    const darkest = Math.max(data[at - 1] ?? 0, data[at] as number, data[at + 1] ?? 0);
    if (darkest < faint) return false;
  }
  return true;
}
