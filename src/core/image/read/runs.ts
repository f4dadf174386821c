import type { Bitmap } from '../ink/bitmap.js';

/** Ink without a gap in one column: from the first pixel to one past the last. */
export interface Run {
  readonly x: number;
  readonly top: number;
  readonly bottom: number;
}

/** The runs of each column between two heights, from the top. */
export function runsOf(bitmap: Bitmap, top: number, bottom: number): readonly (readonly Run[])[] {
  const from = Math.max(0, Math.floor(top));
  const to = Math.min(bitmap.height, Math.ceil(bottom));
  return Array.from({ length: bitmap.width }, (_, x) => {
    const runs: Run[] = [];
    let start = -1;
    for (let y = from; y <= to; y += 1) {
      const isInk = y < to && bitmap.data[y * bitmap.width + x] === 1;
      if (isInk && start < 0) start = y;
      if (!isInk && start >= 0) {
        runs.push({ x, top: start, bottom: y });
        start = -1;
      }
    }
    return runs;
  });
}
