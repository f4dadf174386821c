import { LIMB_SHARES } from '../../ecg/einthoven.js';
import { median, quantile } from '../../signal/statistics.js';
import type { NamedSamples } from './leads.js';

/** Readings that differ by more than this on paper are not two readings of one thing. */
const OFF_MM_MAX = 1;
/** So many readings must agree before others are put right by them. */
const AGREEING_MIN = 4;
/** Six leads hold two measurements: fewer readings leave nothing over. */
const READINGS_MIN = 3;
/** Each reading's level is its own, and is found where all the others are; shorter stretches tell none. */
const LEVEL_SAMPLES_MIN = 100;
const LEVEL_ROUNDS = 3;
/** Leads under wrong names agree where the heart is still: they must agree where it beats. */
const TALL_QUANTILE = 0.9;
const TALL_AGREEING_MIN = 0.5;
const TALL_OFF_SHARE_MAX = 0.2;

interface Reading {
  readonly values: Float64Array;
  readonly shares: readonly [ofI: number, ofII: number];
}

/**
 * Three electrodes give all six limb leads (Einthoven, Goldberger), so that a page shows the same two
 * measurements several times over. Where the readings agree but for what a pen blurs, each is set to
 * what all of them say; one that many others contradict is set to what they say. Where they differ
 * and nothing tells which is wrong, they stay as they were read, and the check of the limb leads sees it.
 */
export function inAccord(
  read: readonly NamedSamples[],
  gainMmPerMv: number,
): readonly NamedSamples[] {
  const result = read.map(({ name, microvolts }) => ({
    name,
    microvolts: microvolts.slice(),
    shares: LIMB_SHARES[name] ?? null,
  }));
  const readings = result.flatMap(({ microvolts, shares }): Reading[] =>
    shares ? [{ values: microvolts, shares }] : [],
  );
  const offMax = (OFF_MM_MAX * 1000) / gainMmPerMv;
  for (const { among, at } of togetherAt(readings)) settle(among, at, offMax);
  return result.map(({ name, microvolts }) => ({ name, microvolts }));
}

interface Together {
  readonly among: readonly Reading[];
  readonly at: readonly number[];
}

/** The samples at which the same readings are known. */
function togetherAt(readings: readonly Reading[]): readonly Together[] {
  const groups = new Map<number, number[]>();
  const length = readings[0]?.values.length ?? 0;
  for (let i = 0; i < length; i += 1) {
    let known = 0;
    for (const [k, { values }] of readings.entries()) {
      if (!Number.isNaN(values[i])) known |= 1 << k;
    }
    const group = groups.get(known);
    if (group) group.push(i);
    else groups.set(known, [i]);
  }
  return [...groups]
    .map(([known, at]) => ({ among: readings.filter((_, k) => (known >> k) & 1), at }))
    .filter(({ among, at }) => among.length >= READINGS_MIN && at.length >= LEVEL_SAMPLES_MIN);
}

function settle(among: readonly Reading[], at: readonly number[], offMax: number): void {
  const all = fitting(among);
  const fits = [all, ...outvoting(among)];
  const levels = levelsOf(among, at, all);
  const tall = new Float64Array(at.length);
  const off = new Float64Array(at.length);
  const said = at.map((i, place) => {
    const own = among.map(({ values }, k) => (values[i] as number) - (levels[k] as number));
    const fit = fits.find((each) => each.worst(own) <= offMax);
    tall[place] = Math.max(...own.map(Math.abs));
    off[place] = fit ? fit.worst(own) : Infinity;
    return fit ? fit.of(own) : null;
  });
  if (!isAgreedOnBeats(tall, off)) return;
  for (const [place, i] of at.entries()) {
    const fit = said[place];
    if (!fit) continue;
    for (const [k, { values, shares }] of among.entries()) {
      values[i] = shares[0] * fit[0] + shares[1] * fit[1] + (levels[k] as number);
    }
  }
}

/** Where readings are tall they agree within a share of their height. */
function isAgreedOnBeats(tall: Float64Array, off: Float64Array): boolean {
  const least = quantile(tall, TALL_QUANTILE);
  let [beating, agreeing] = [0, 0];
  for (const [k, height] of tall.entries()) {
    if (height < least) continue;
    beating += 1;
    if ((off[k] as number) <= TALL_OFF_SHARE_MAX * height) agreeing += 1;
  }
  return agreeing >= TALL_AGREEING_MIN * beating;
}

/** How far each reading lies from what all say, in the middle. */
function levelsOf(among: readonly Reading[], at: readonly number[], all: Fit): Float64Array {
  const levels = new Float64Array(among.length);
  const offs = among.map(() => new Float64Array(at.length));
  for (let round = 0; round < LEVEL_ROUNDS; round += 1) {
    for (const [place, i] of at.entries()) {
      const own = among.map(({ values }, k) => (values[i] as number) - (levels[k] as number));
      const [one, two] = all.of(own);
      for (const [k, { shares }] of among.entries()) {
        (offs[k] as Float64Array)[place] = (own[k] as number) - shares[0] * one - shares[1] * two;
      }
    }
    for (const [k, off] of offs.entries()) levels[k] = (levels[k] as number) + median(off);
  }
  return levels;
}

interface Fit {
  /** Leads I and II that fit the readings best. */
  readonly of: (own: ArrayLike<number>) => readonly [number, number];
  /** How far the worst of the readings that count lies from that. */
  readonly worst: (own: ArrayLike<number>) => number;
}

/** Least squares over the readings, less those that are left out. */
function fitting(readings: readonly Reading[], leftOut: readonly number[] = []): Fit {
  const used = readings.flatMap(({ shares: [a, b] }, k) =>
    leftOut.includes(k) ? [] : [{ k, a, b }],
  );
  let [aa, ab, bb] = [0, 0, 0];
  for (const { a, b } of used) {
    aa += a * a;
    ab += a * b;
    bb += b * b;
  }
  const whole = aa * bb - ab * ab;
  const of = (own: ArrayLike<number>): readonly [number, number] => {
    let [ay, by] = [0, 0];
    for (const { k, a, b } of used) {
      ay += a * (own[k] as number);
      by += b * (own[k] as number);
    }
    return [(bb * ay - ab * by) / whole, (aa * by - ab * ay) / whole];
  };
  const worst = (own: ArrayLike<number>): number => {
    const [one, two] = of(own);
    const offs = used.map(({ k, a, b }) => Math.abs((own[k] as number) - a * one - b * two));
    return Math.max(...offs);
  };
  return { of, worst };
}

/** Without one reading, then without two, as long as enough are left to outvote them. */
function outvoting(readings: readonly Reading[]): readonly Fit[] {
  const places = readings.map((_, k) => k);
  const one = places.map((k) => [k]);
  const two = places.flatMap((a) => places.filter((b) => b > a).map((b) => [a, b]));
  return [...one, ...two]
    .filter((leftOut) => readings.length - leftOut.length >= AGREEING_MIN)
    .map((leftOut) => fitting(readings, leftOut));
}
