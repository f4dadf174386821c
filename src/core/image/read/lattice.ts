import { TILE, peakNear, powerAt, type Tile, type Wave } from './tiles.js';

/** The grid's lines as the whole picture shows them: steps across and down, in lines a pixel. */
export interface Lattice {
  readonly across: Wave;
  readonly down: Wave;
  /** How far apart the lines stand that the waves count: one millimetre, or five. */
  readonly lineMm: number;
}

/** Slower waves than this are shades, not lines. */
const BINS_MIN = 2.6;
const PEAKS = 24;
/** A page may lie this much askew. */
const TURN_MAX = Math.tan((20 * Math.PI) / 180);
const SKEW_MAX = Math.sin((8 * Math.PI) / 180);
const STRETCH_MAX = 1.15;
/** A grid stands out of the mean power by this much, in both directions. */
const STRENGTH_MIN = 6;
/** More lines than this along the longer side are millimetres, fewer are five of them. */
const MILLIMETRES_MIN = 110;

export function latticeOf(tiles: readonly Tile[], longerSide: number): Lattice | null {
  const mean = new Float32Array(TILE * TILE);
  for (const { power, typical } of tiles) {
    const share = 1 / (typical * tiles.length);
    for (let i = 0; i < mean.length; i += 1)
      mean[i] = (mean[i] as number) + (power[i] as number) * share;
  }
  const peaks = peaksOf(mean);
  let best: Lattice | null = null;
  let bestScore = STRENGTH_MIN;
  for (const across of peaks) {
    if (Math.abs(across.fy) > TURN_MAX * across.fx) continue;
    const length = Math.hypot(across.fx, across.fy);
    const expected = { fx: -across.fy, fy: across.fx };
    const down = peakNear(mean, 1, expected, Math.max(2, SKEW_MAX * length * TILE));
    const other = Math.hypot(down.fx, down.fy);
    if (Math.max(length / other, other / length) > STRETCH_MAX) continue;
    const score = Math.sqrt(across.strength * down.strength);
    if (score <= bestScore) continue;
    bestScore = score;
    const lines = longerSide * length;
    best = { across, down, lineMm: lines >= MILLIMETRES_MIN ? 1 : 5 };
  }
  return best;
}

function peaksOf(mean: Float32Array): readonly Wave[] {
  const peaks: Wave[] = [];
  const half = TILE / 2;
  for (let y = -half + 1; y < half; y += 1) {
    for (let x = 1; x < half; x += 1) {
      const value = powerAt(mean, x, y);
      if (Math.hypot(x, y) < BINS_MIN || value < STRENGTH_MIN / 2) continue;
      let isPeak = true;
      for (let dy = -1; dy <= 1 && isPeak; dy += 1) {
        for (let dx = -1; dx <= 1; dx += 1) {
          if (powerAt(mean, x + dx, y + dy) > value) isPeak = false;
        }
      }
      if (isPeak) peaks.push(peakNear(mean, 1, { fx: x / TILE, fy: y / TILE }, 0));
    }
  }
  return peaks.sort((a, b) => b.strength - a.strength).slice(0, PEAKS);
}

/** Part of the picture with the grid as it lies there. */
export interface LocalGrid {
  readonly x: number;
  readonly y: number;
  readonly across: Wave;
  readonly down: Wave;
}

const LOCAL_STRENGTH_MIN = 8;
const LOCAL_REACH_SHARE = 0.1;

/** Where the grid is, and how it lies in each such place. */
export function localGrids(tiles: readonly Tile[], lattice: Lattice): readonly LocalGrid[] {
  const reachOf = ({ fx, fy }: Wave): number =>
    Math.max(1, Math.hypot(fx, fy) * TILE * LOCAL_REACH_SHARE);
  return tiles.flatMap(({ x, y, power, typical }) => {
    const across = peakNear(power, typical, lattice.across, reachOf(lattice.across));
    const down = peakNear(power, typical, lattice.down, reachOf(lattice.down));
    const isGrid = across.strength >= LOCAL_STRENGTH_MIN && down.strength >= LOCAL_STRENGTH_MIN;
    return isGrid ? [{ x, y, across, down }] : [];
  });
}
