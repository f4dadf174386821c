import { median } from '../../signal/statistics.js';
import { REPEAT_MM } from './folds.js';
import { TILE, peakNear, powerAt, type Tile, type Wave } from './tiles.js';

/** The grid's lines, in the parts of the picture that agree on them. */
export interface Lattice {
  readonly seeds: readonly LocalGrid[];
  /** How far apart the lines stand that the waves count. */
  readonly lineMm: number;
}

/** Slower waves than this are shades, not lines. */
const BINS_MIN = 3.4;
const PEAKS = 24;
/** A page may lie this much askew. */
const TURN_MAX = Math.tan((20 * Math.PI) / 180);
const SKEW_MAX = Math.sin((8 * Math.PI) / 180);
const STRETCH_MAX = 1.15;
/** A grid stands out of the mean power by this much, in both directions. */
const STRENGTH_MIN = 12;
/** More lines than this along the longer side are millimetres, fewer are five of them. */
const MILLIMETRES_MIN = 110;
const LINES_MIN = 16;
/** A line every five millimetres shows in so many waves; the fifth is that of the millimetres. */
const HARMONICS = 5;
const COMB_MIN = 5;

/**
 * The grid that most parts of the picture agree on. Each part is asked alone, because from a slant
 * the lines lie differently in each and their common spectrum is a blur.
 */
export function latticeOf(tiles: readonly Tile[], longerSide: number): Lattice | null {
  const found = tiles.flatMap((tile): Seed[] => {
    const base = bestBase(tile.power, longerSide);
    return base ? [{ tile, base }] : [];
  });
  let seeds: readonly Seed[] = [];
  for (const { base } of found) {
    const agreeing = found.filter((other) => isAlike(base, other.base));
    if (agreeing.length > seeds.length) seeds = agreeing;
  }
  if (seeds.length < SEEDS_MIN) return null;
  const size = median(seeds.map(({ base }) => lengthOf(base.across)));
  return strongestWave(seeds, longerSide * size >= MILLIMETRES_MIN ? 1 : REPEAT_MM);
}

interface Seed {
  readonly tile: Tile;
  readonly base: Pair;
}

const SEEDS_MIN = 4;
const ALIKE_SHARE = 0.15;

function isAlike(a: Pair, b: Pair): boolean {
  const bound = ALIKE_SHARE * lengthOf(a.across);
  const off = (p: Frequency, q: Frequency): number => Math.hypot(p.fx - q.fx, p.fy - q.fy);
  return off(a.across, b.across) <= bound && off(a.down, b.down) <= bound;
}

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
    const down = peakNear(mean, turned, reach);
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
  return Math.log1p(peakNear(mean, at, 1).strength);
}

/** The multiple that is best to follow from place to place. */
function strongestWave(seeds: readonly Seed[], baseMm: number): Lattice | null {
  let best: Lattice | null = null;
  let bestScore = STRENGTH_MIN;
  for (let k = 1; k <= HARMONICS; k += 1) {
    const waves = seeds.flatMap(({ tile, base }): LocalGrid[] => {
      if (lengthOf(base.across) * k >= 0.5 || lengthOf(base.down) * k >= 0.5) return [];
      const across = peakNear(tile.power, scaled(base.across, k), 1);
      const down = peakNear(tile.power, scaled(base.down, k), 1);
      return [{ x: tile.x, y: tile.y, across, down }];
    });
    if (waves.length < SEEDS_MIN) break;
    const strengths = waves.map(({ across, down }) => Math.min(across.strength, down.strength));
    const score = median(strengths);
    if (score <= bestScore) continue;
    bestScore = score;
    best = { seeds: waves, lineMm: baseMm / k };
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
      if (isPeak) peaks.push(peakNear(mean, { fx: x / TILE, fy: y / TILE }, 0));
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

const LOCAL_STRENGTH_MIN = 10;
const LOCAL_REACH_SHARE = 0.06;

/** Where the grid is, and how it lies in each such place: looked for as the nearest seed has it. */
export function localGrids(tiles: readonly Tile[], { seeds }: Lattice): readonly LocalGrid[] {
  const reachOf = (wave: Frequency): number =>
    Math.max(1, lengthOf(wave) * TILE * LOCAL_REACH_SHARE);
  return tiles.flatMap(({ x, y, power }) => {
    const away = (seed: LocalGrid): number => Math.hypot(seed.x - x, seed.y - y);
    const nearest = seeds.reduce((a, b) => (away(b) < away(a) ? b : a));
    const across = peakNear(power, nearest.across, reachOf(nearest.across));
    const down = peakNear(power, nearest.down, reachOf(nearest.down));
    const isGrid = across.strength >= LOCAL_STRENGTH_MIN && down.strength >= LOCAL_STRENGTH_MIN;
    return isGrid ? [{ x, y, across, down }] : [];
  });
}
