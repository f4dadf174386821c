import type { Bitmap, DarknessPlane } from './bitmap.js';

/** Ink is what is at least this dark. */
export function binarise(plane: DarknessPlane, threshold: number): Bitmap {
  const data = new Uint8Array(plane.data.length);
  for (let i = 0; i < data.length; i += 1) data[i] = (plane.data[i] as number) >= threshold ? 1 : 0;
  return { width: plane.width, height: plane.height, data };
}

export function histogramOf(plane: DarknessPlane): Uint32Array {
  const counts = new Uint32Array(256);
  for (const value of plane.data) counts[value] = (counts[value] as number) + 1;
  return counts;
}

/** Otsu's threshold over the counts from `from` on: the cut that parts them into two even groups. */
export function otsuThreshold(counts: Uint32Array, from = 0): number {
  let total = 0;
  let sum = 0;
  for (let v = from; v < 256; v += 1) {
    total += counts[v] as number;
    sum += v * (counts[v] as number);
  }
  let below = 0;
  let sumBelow = 0;
  let best = from;
  let bestBetween = -1;
  for (let v = from; v < 255; v += 1) {
    below += counts[v] as number;
    sumBelow += v * (counts[v] as number);
    const above = total - below;
    if (below === 0 || above === 0) continue;
    const gap = sumBelow / below - (sum - sumBelow) / above;
    const between = below * above * gap * gap;
    if (between > bestBetween) {
      bestBetween = between;
      best = v + 1;
    }
  }
  return best;
}
