import type { DarknessPlane } from '../ink/bitmap.js';
import type { BendMap } from './bend.js';
import { foldedCells, LOOK_SCALE, PERIOD, REPEAT_MM, type Fold } from './folds.js';
import type { Box } from './straighten.js';

/** As narrow as a sharp crease, and wide enough for a strong line and some fine ones. */
const BLOCK_MM = 8;
const STEP_MM = 4;
/** The first look left no more than this. */
const GIVE_MM_MAX = 0.6;
const GIVE_MM_STEP = 0.025;
/** Of a fold that repeats every five millimetres: its seventh wave still is longer than two pixels. */
const WAVES = 7;
/** A block whose fold is less like that of the whole page shows no grid. */
const ALIKE_MIN = 0.35;
const NEAR_BLOCKS = 2;
const SPREAD_BLOCKS = 0.7;
const WEIGHT_MIN = 0.05;
/** Pixels for a phase of the fold: fewer say nothing. */
const PIXELS_MIN = 3;

/**
 * Each block's lines against those of the whole page, folded onto the five millimetres after which the
 * grid repeats itself: how far one fold must be moved to lie on the other.
 */
export function creasesOf(grid: DarknessPlane, near: Uint8Array, box: Box): BendMap {
  const cells = foldedCells(grid, near, STEP_MM);
  const span = BLOCK_MM / STEP_MM;
  const whole = wavesOf(cells.fold(0, 0, cells.columns, cells.rows));
  const columns = Math.max(2, Math.floor((grid.width / LOOK_SCALE - BLOCK_MM) / STEP_MM) + 1);
  const rows = Math.max(2, Math.floor((grid.height / LOOK_SCALE - BLOCK_MM) / STEP_MM) + 1);
  const dx = new Float64Array(columns * rows);
  const dy = new Float64Array(columns * rows);
  for (let i = 0; i < dx.length; i += 1) {
    const own = wavesOf(cells.fold(i % columns, Math.floor(i / columns), span, span));
    dx[i] = giveOf(own.across, whole.across);
    dy[i] = giveOf(own.down, whole.down);
  }
  return {
    left: box.left + BLOCK_MM / 2,
    top: box.top + BLOCK_MM / 2,
    stepMm: STEP_MM,
    columns,
    rows,
    dx: smoothed(dx, columns),
    dy: smoothed(dy, columns),
  };
}

/** The first waves of a fold: cosine, sine, cosine, sine ... */
type Waves = Float64Array;

const COS = table(Math.cos);
const SIN = table(Math.sin);

function table(of: (angle: number) => number): Float64Array {
  return Float64Array.from({ length: PERIOD }, (_, p) => of((2 * Math.PI * p) / PERIOD));
}

function wavesOf({ sums, counts }: Fold): { readonly across: Waves; readonly down: Waves } {
  return { across: wavesFrom(sums, counts, 0), down: wavesFrom(sums, counts, PERIOD) };
}

function wavesFrom(sums: Float64Array, counts: Float64Array, from: number): Waves {
  let [total, pixels] = [0, 0];
  for (let p = from; p < from + PERIOD; p += 1) {
    total += sums[p] as number;
    pixels += counts[p] as number;
  }
  const mean = total / Math.max(1, pixels);
  const waves = new Float64Array(2 * WAVES);
  for (let p = 0; p < PERIOD; p += 1) {
    const count = counts[from + p] as number;
    if (count < PIXELS_MIN) continue;
    const value = (sums[from + p] as number) / count - mean;
    for (let h = 1; h <= WAVES; h += 1) {
      const k = 2 * (h - 1);
      const angle = (h * p) % PERIOD;
      waves[k] = (waves[k] as number) + value * (COS[angle] as number);
      waves[k + 1] = (waves[k + 1] as number) - value * (SIN[angle] as number);
    }
  }
  return waves;
}

const GIVES = Array.from(
  { length: 2 * Math.round(GIVE_MM_MAX / GIVE_MM_STEP) + 1 },
  (_, k) => k * GIVE_MM_STEP - GIVE_MM_MAX,
);
/** For each give, how it turns each wave. */
const TURNS = GIVES.map((give) =>
  Float64Array.from({ length: 2 * WAVES }, (_, k) => {
    const angle = (2 * Math.PI * ((k >> 1) + 1) * give) / REPEAT_MM;
    return k % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
  }),
);

/** How far the block's lines stand behind those of the page; NaN where it shows none. */
function giveOf(own: Waves, whole: Waves): number {
  const shared = new Float64Array(2 * WAVES);
  let [ownPower, wholePower] = [0, 0];
  for (let k = 0; k < 2 * WAVES; k += 2) {
    const [a, b] = [own[k] as number, own[k + 1] as number];
    const [c, d] = [whole[k] as number, whole[k + 1] as number];
    shared[k] = a * c + b * d;
    shared[k + 1] = b * c - a * d;
    ownPower += a * a + b * b;
    wholePower += c * c + d * d;
  }
  let best = 0;
  let most = -Infinity;
  TURNS.forEach((turn, i) => {
    let score = 0;
    for (let k = 0; k < 2 * WAVES; k += 2) {
      score +=
        (shared[k] as number) * (turn[k] as number) -
        (shared[k + 1] as number) * (turn[k + 1] as number);
    }
    if (score <= most) return;
    most = score;
    best = i;
  });
  const isAtEnd = best === 0 || best === GIVES.length - 1;
  const isClear = most >= ALIKE_MIN * Math.sqrt(ownPower * wholePower);
  return isAtEnd || !isClear ? NaN : (GIVES[best] as number);
}

const NEAR = Array.from({ length: (2 * NEAR_BLOCKS + 1) ** 2 }, (_, i) => {
  const x = (i % (2 * NEAR_BLOCKS + 1)) - NEAR_BLOCKS;
  const y = Math.floor(i / (2 * NEAR_BLOCKS + 1)) - NEAR_BLOCKS;
  return { x, y, weight: Math.exp(-(x * x + y * y) / (2 * SPREAD_BLOCKS * SPREAD_BLOCKS)) };
});

/** Means over the blocks around: one without clear lines borrows theirs. */
function smoothed(values: Float64Array, columns: number): Float64Array {
  return values.map((_, i) => {
    const column = i % columns;
    let [sum, weights] = [0, 0];
    for (const { x, y, weight } of NEAR) {
      const value = values[i + y * columns + x];
      const isBeside = column + x >= 0 && column + x < columns;
      if (!isBeside || value === undefined || Number.isNaN(value)) continue;
      sum += weight * value;
      weights += weight;
    }
    return weights < WEIGHT_MIN ? 0 : sum / weights;
  });
}
