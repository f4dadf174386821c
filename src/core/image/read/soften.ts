import type { DarknessPlane } from '../ink/bitmap.js';

/**
 * Each pixel mixed with those beside it. A line one pixel wide that falls between two places of a
 * coarser look is not seen at all, and its weaker neighbour is taken for it.
 */
export function softened({ width, height, data }: DarknessPlane): DarknessPlane {
  const across = mixed(data, 1);
  return { width, height, data: mixed(across, width) };
}

function mixed(data: Uint8Array, step: number): Uint8Array {
  const result = data.slice();
  for (let i = step; i + step < data.length; i += 1) {
    const beside = (data[i - step] as number) + (data[i + step] as number);
    result[i] = (beside + 2 * (data[i] as number) + 2) >> 2;
  }
  return result;
}
