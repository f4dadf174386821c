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
const LINES_MIN = 16;
/** A line every five millimetres shows in so many waves; the fifth is that of the millimetres. */
const HARMONICS = 5;
const COMB_MIN = 5;

export function latticeOf(tiles: readonly Tile[], longerSide: number): Lattice | null {
  const mean = new Float32Array(TILE * TILE);
  for (const { power, typical } of tiles) {
    const share = 1 / (typical * tiles.length);
    for (let i = 0; i < mean.length; i += 1) {
      mean[i] = (mean[i] as number) + (power[i] as number) * share;
    }
  }
  const base = bestBase(mean, longerSide);
  if (!base) return null;
  const lineMm = longerSide * lengthOf(base.across) >= MILLIMETRES_MIN ? 1 : STRONG_MM;
  return strongestWave(mean, base, lineMm);
}

const STRONG_MM = 5;

interface Pair {
  readonly across: Frequency;
  readonly down: Frequency;
}

interface Frequency {
  readonly fx: number;
  readonly fy: number;
}

function lengthOf({ fx, fy }: Frequency): number {
  return Math.hypot(fx, fy);
}

/**
 * The slowest wave whose multiples are there and whose halves are not, in both directions. Each peak
 * may be any of its multiples.
 */
function bestBase(mean: Float32Array, longerSide: number): Pair | null {
  let best: Pair | null = null;
  let bestScore = COMB_MIN;
  for (const peak of peaksOf(mean)) {
    if (Math.abs(peak.fy) > TURN_MAX * peak.fx) continue;
    const turned = { fx: -peak.fy, fy: peak.fx };
    const reach = Math.max(1.5, SKEW_MAX * lengthOf(peak) * TILE);
    const down = peakNear(mean, 1, turned, reach);
    const stretch = lengthOf(peak) / lengthOf(down);
    if (down.strength < STRENGTH_MIN || Math.max(stretch, 1 / stretch) > STRETCH_MAX) continue;
    for (let k = 1; k <= HARMONICS; k += 1) {
      const across = scaled(peak, 1 / k);
      const lines = longerSide * lengthOf(across);
      if (lines < LINES_MIN || lengthOf(across) * TILE < BINS_MIN) break;
      const pair = { across, down: scaled(down, 1 / k) };
      const score = Math.min(comb(mean, pair.across), comb(mean, pair.down));
      if (score <= bestScore) continue;
      bestScore = score;
      best = pair;
    }
  }
  return best;
}

function scaled({ fx, fy }: Frequency, by: number): Frequency {
  return { fx: fx * by, fy: fy * by };
}

function comb(mean: Float32Array, base: Frequency): number {
  let score = -0.5 * logPower(mean, scaled(base, 0.5));
  for (let k = 1; k <= HARMONICS; k += 1) {
    if (lengthOf(base) * k >= 0.5) break;
    score += logPower(mean, scaled(base, k)) - logPower(mean, scaled(base, k + 0.5));
  }
  return score;
}

function logPower(mean: Float32Array, at: Frequency): number {
  return Math.log1p(peakNear(mean, 1, at, 1).strength);
}

/** The multiple that is best to follow from place to place. */
function strongestWave(mean: Float32Array, base: Pair, baseMm: number): Lattice | null {
  let best: Lattice | null = null;
  let bestScore = STRENGTH_MIN;
  for (let k = 1; k <= HARMONICS; k += 1) {
    if (lengthOf(base.across) * k >= 0.5 || lengthOf(base.down) * k >= 0.5) break;
    const across = peakNear(mean, 1, scaled(base.across, k), 1);
    const down = peakNear(mean, 1, scaled(base.down, k), 1);
    const score = Math.min(across.strength, down.strength);
    if (score <= bestScore) continue;
    bestScore = score;
    best = { across, down, lineMm: baseMm / k };
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
