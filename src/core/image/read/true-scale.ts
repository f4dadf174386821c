import type { DarknessPlane } from '../ink/bitmap.js';
import { SCALE } from './straighten.js';

/** Lines every five millimetres, and how far off the first measure may be. */
const STRONG_MM = 5;
const OFF_MAX = 0.03;
const OFF_STEP = 0.0005;
/** The slow waves of the strong lines: picture files leave patterns of their own at the fine ones. */
const HARMONICS = 4;
const DARKNESS_MAX = 110;

/**
 * How much longer a millimetre of this straightened grid is than it should be, across and down. A
 * page holds fifty strong lines, so their common step is known to a part in a thousand.
 */
export function stretchOf(grid: DarknessPlane): { readonly across: number; readonly down: number } {
  const { width, height, data } = grid;
  const across = new Float64Array(width);
  const down = new Float64Array(height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const value = Math.min(DARKNESS_MAX, data[y * width + x] as number);
      across[x] = (across[x] as number) + value / height;
      down[y] = (down[y] as number) + value / width;
    }
  }
  return { across: bestStretch(across), down: bestStretch(down) };
}

function bestStretch(profile: Float64Array): number {
  const values = windowed(profile);
  let best = 1;
  let most = -1;
  for (let off = -OFF_MAX; off <= OFF_MAX; off += OFF_STEP) {
    const power = combPower(values, STRONG_MM * SCALE * (1 + off));
    if (power > most) {
      most = power;
      best = 1 + off;
    }
  }
  return best;
}

function windowed(profile: Float64Array): Float64Array {
  const mean = profile.reduce((sum, value) => sum + value, 0) / profile.length;
  return profile.map(
    (value, i) =>
      (value - mean) * (0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / profile.length)),
  );
}

function combPower(values: Float64Array, period: number): number {
  let total = 0;
  for (let k = 1; k <= HARMONICS; k += 1) {
    const turn = (2 * Math.PI * k) / period;
    let [re, im] = [0, 0];
    for (let i = 0; i < values.length; i += 1) {
      re += (values[i] as number) * Math.cos(turn * i);
      im += (values[i] as number) * Math.sin(turn * i);
    }
    total += re * re + im * im;
  }
  return total;
}
