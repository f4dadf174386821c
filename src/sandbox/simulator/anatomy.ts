import { exp, log } from '../exact.js';
import { BUMPS, P_BUMPS, P_WAVE_BUMPS, QRS_BUMPS, type WaveTimes } from './basis.js';
import type { Dice } from './dice.js';
import { HYPERTROPHY, INFERIOR_SCAR } from './population-ill.js';
import { NORMAL } from './population-normal.js';
import { ANTERIOR_SCAR, LBBB, RBBB } from './population-wide.js';
import { LEAD_COUNT } from './torso.js';

/** What a population's table says of each beat beside its shape: natural logarithms. */
export const SCALARS = [
  'pSize',
  'qrsSize',
  'tSize',
  'pLength',
  'prInterval',
  'qrsLength',
  'jtInterval',
] as const;

/** The beat of one heart: when its waves are, and eight numbers (torso.ts) for each Gaussian. */
export interface Anatomy {
  readonly times: WaveTimes;
  readonly rateBpm: number;
  readonly heart: Float64Array;
}

export const POPULATIONS = {
  normal: parsePopulation(NORMAL),
  hypertrophy: parsePopulation(HYPERTROPHY),
  'inferior-scar': parsePopulation(INFERIOR_SCAR),
  'anterior-scar': parsePopulation(ANTERIOR_SCAR),
  lbbb: parsePopulation(LBBB),
  rbbb: parsePopulation(RBBB),
} as const;

export type PopulationName = keyof typeof POPULATIONS;

interface Table {
  readonly covariates: number;
  readonly rate: string;
  readonly table: string;
}

interface Population {
  /** One row for each covariate: 1, male, age, age squared, log of the rate. */
  readonly regression: readonly Float64Array[];
  /** What the modes leave of each number's spread. */
  readonly left: Float64Array;
  readonly modes: readonly Float64Array[];
  readonly rate: Float64Array;
}

function parsePopulation({ covariates, rate, table }: Table): Population {
  const rows = table
    .split(';')
    .filter((row) => row.trim() !== '')
    .map(parseRow);
  return {
    regression: rows.slice(0, covariates),
    left: rows[covariates] ?? new Float64Array(),
    modes: rows.slice(covariates + 1),
    rate: parseRow(rate),
  };
}

function parseRow(row: string): Float64Array {
  return Float64Array.from(row.trim().split(/\s+/), (word) => Number(word) / 1000);
}

export interface Person {
  readonly ageYears: number;
  readonly sex: 'male' | 'female';
}

/** The table's rate is a logarithm around this one. */
const RATE_BPM = 70;
/** Modes are drawn a little narrower, since the torso adds a spread of its own. */
const MODE_SPREAD = 0.97;
/** Of what the modes leave; the T wave needs more of it than the QRS to look as uneven as it is. */
const LEFT_SPREAD = 0.65;
const LEFT_SPREAD_T = 0.8;
/** Few records leave much to chance that is no more than ours. */
const LEFT_SPREAD_FEW = 0.25;
const MODE_SPREAD_FEW = 0.7;

const T_FROM = SCALARS.length + (P_BUMPS + QRS_BUMPS) * LEAD_COUNT;

/** A heart of a population. `rateBpm` where the rhythm settles it, otherwise drawn. */
export function drawAnatomy(
  name: PopulationName,
  { ageYears, sex }: Person,
  dice: Dice,
  rateBpm?: number,
): Anatomy {
  const population = POPULATIONS[name];
  const age = (Math.min(90, ageYears) - 50) / 20;
  const who = [1, sex === 'male' ? 1 : 0, age, age * age];
  const drawn = drawRate(population, who, dice);
  const bpm = rateBpm ?? drawn;
  const values = new Float64Array(population.left.length);
  const logRate = log(Math.max(40, Math.min(120, bpm)) / RATE_BPM);
  population.regression.forEach((row, k) => {
    add(values, row, who[k] ?? logRate);
  });
  const [along, left] =
    name === 'normal' ? [MODE_SPREAD, LEFT_SPREAD] : [MODE_SPREAD_FEW, LEFT_SPREAD_FEW];
  for (const mode of population.modes) add(values, mode, along * dice.normal());
  const isNormal = name === 'normal';
  for (let i = 0; i < values.length; i += 1) {
    const share = isNormal && i >= T_FROM ? LEFT_SPREAD_T : left;
    values[i] = (values[i] as number) + share * (population.left[i] as number) * dice.normal();
  }
  const heart = heartOf(values);
  keepRecoverySmall(heart);
  return { rateBpm: bpm, times: timesOf(values), heart };
}

/** What the fit of a wide QRS laid upon the atria for want of a better place is not theirs. */
const RECOVERY_MICROVOLTS_MAX = 45;

function keepRecoverySmall(heart: Float64Array): void {
  for (let k = P_WAVE_BUMPS * LEAD_COUNT; k < P_BUMPS * LEAD_COUNT; k += 1) {
    const value = heart[k] as number;
    heart[k] = Math.max(-RECOVERY_MICROVOLTS_MAX, Math.min(RECOVERY_MICROVOLTS_MAX, value));
  }
}

function drawRate({ rate }: Population, who: readonly number[], dice: Dice): number {
  const last = rate.length - 1;
  let logRate = (rate[last] as number) * dice.normal();
  for (let k = 0; k < last; k += 1) logRate += (rate[k] as number) * (who[k] as number);
  return RATE_BPM * exp(logRate);
}

function add(values: Float64Array, row: Float64Array, share: number): void {
  for (let i = 0; i < values.length; i += 1) {
    values[i] = (values[i] as number) + share * (row[i] as number);
  }
}

function scalar(values: Float64Array, name: (typeof SCALARS)[number]): number {
  return exp(values[SCALARS.indexOf(name)] as number);
}

/** The fitted end of T lies a little after the measured one. */
const JT_GAIN = 0.982;

function timesOf(values: Float64Array): WaveTimes {
  const pr = scalar(values, 'prInterval');
  const j = scalar(values, 'qrsLength');
  return {
    pOnset: -pr,
    pOffset: Math.min(scalar(values, 'pLength') - pr, -0.006),
    j,
    tOffset: j + JT_GAIN * scalar(values, 'jtInterval'),
  };
}

/** A mean of shapes that differ in time is lower than any of them: this puts it right. */
const QRS_GAIN = 1.09;
const T_GAIN = 1.09;

/** Shapes are at size one: the three sizes give them microvolts. */
function heartOf(values: Float64Array): Float64Array {
  const sizes = [
    scalar(values, 'pSize'),
    QRS_GAIN * scalar(values, 'qrsSize'),
    T_GAIN * scalar(values, 'tSize'),
  ];
  const heart = values.slice(SCALARS.length);
  for (let bump = 0; bump < BUMPS; bump += 1) {
    const wave = bump < P_BUMPS ? 0 : bump < P_BUMPS + QRS_BUMPS ? 1 : 2;
    for (let k = 0; k < LEAD_COUNT; k += 1) {
      const place = bump * LEAD_COUNT + k;
      heart[place] = (heart[place] as number) * (sizes[wave] as number);
    }
  }
  return heart;
}
