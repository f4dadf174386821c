import { exp, normalQuantile, sine, TURN } from '../exact.js';
import type { Random } from '../random.js';
import type { Dice } from './dice.js';
import { breathAt, type Breathing } from './sinus.js';
import type { Leads } from './render.js';

/** Right arm, left arm, left leg, then the six on the chest. */
const ELECTRODES = 9;
const CHEST_FROM = 3;

/** What disturbs one recording. Microvolts unless said otherwise. */
export interface Disturbance {
  readonly muscle: readonly number[];
  readonly muscleCornerHz: number;
  readonly muscleSwell: number;
  readonly amplifier: number;
  readonly wander: readonly number[];
  readonly breathing: readonly number[];
  readonly mains: readonly number[];
  readonly mainsHz: number;
  /** Sudden shifts of an electrode, a minute. */
  readonly shiftsPerMinute: number;
}

/** `loudness` multiplies what an ordinary recording has. */
export function drawDisturbance(dice: Dice, mainsHz: number, loudness: number): Disturbance {
  const each = (make: (electrode: number) => number) =>
    Array.from({ length: ELECTRODES }, (_, k) => make(k));
  const tension = loudness * exp(0.85 * dice.normal());
  const restless = Math.sqrt(loudness) * exp(0.72 * dice.normal());
  const hum = dice.chance(0.25) ? dice.around(2, 0.8) : dice.around(0.6, 0.8);
  return {
    muscle: each(
      (k) =>
        (k < CHEST_FROM - 1 ? 3 : k === CHEST_FROM - 1 ? 1.4 : 0.9) * dice.around(tension, 0.35),
    ),
    muscleCornerHz: dice.around(24, 0.35),
    muscleSwell: 0.6 * dice.share(),
    amplifier: dice.around(0.3, 0.3),
    wander: each((k) => (k < CHEST_FROM ? 25 : 32) * dice.around(restless, 0.45)),
    breathing: each((k) => (k < CHEST_FROM ? 10 : 20) * dice.around(1, 0.8)),
    mains: each(() => dice.around(hum, 0.5)),
    mainsHz: mainsHz + 0.02 * dice.normal(),
    shiftsPerMinute: dice.chance(0.2) ? 4 * dice.share() : 0,
  };
}

/** Adds to the leads what the electrodes pick up beside the heart. */
export function addDisturbance(
  leads: Leads,
  rateHz: number,
  disturbance: Disturbance,
  breathing: Breathing,
  random: Random,
): void {
  const count = leads[0]?.length ?? 0;
  const swell = swellOf(count, rateHz, disturbance.muscleSwell, random);
  const electrodes = Array.from({ length: ELECTRODES }, (_, k) => {
    const own = new Float64Array(count);
    addMuscle(own, rateHz, disturbance, k, swell, random);
    addWander(own, rateHz, disturbance, k, random);
    addMains(own, rateHz, disturbance, k, random);
    if (disturbance.shiftsPerMinute > 0) addShifts(own, rateHz, disturbance, random);
    return own;
  });
  addBreathing(electrodes, rateHz, disturbance, breathing, random);
  const [ra, la, ll] = electrodes as [Float64Array, Float64Array, Float64Array];
  leads.forEach((samples, lead) => {
    const chest = electrodes[lead + 1] as Float64Array;
    for (let i = 0; i < count; i += 1) {
      const [r, l, f] = [ra[i] as number, la[i] as number, ll[i] as number];
      const own = lead === 0 ? l - r : lead === 1 ? f - r : (chest[i] as number) - (r + l + f) / 3;
      samples[i] = (samples[i] as number) + own;
    }
  });
}

const QUANTILES = Float64Array.from({ length: 1024 }, (_, k) => normalQuantile((k + 0.5) / 1024));

/** Standard normal values, three of each draw of bits: fine enough for noise. */
function fillNormal(values: Float64Array, random: Random): void {
  for (let i = 0; i < values.length; i += 3) {
    const bits = random.bits();
    values[i] = QUANTILES[bits & 1023] as number;
    if (i + 1 < values.length) values[i + 1] = QUANTILES[(bits >>> 10) & 1023] as number;
    if (i + 2 < values.length) values[i + 2] = QUANTILES[(bits >>> 20) & 1023] as number;
  }
}

const SWELL_STRIDE = 25;

/** Muscles tense and slacken over a second or two. */
function swellOf(count: number, rateHz: number, depth: number, random: Random): Float64Array {
  const [a, b] = [random.next(), random.next()];
  const [slow, slower] = [random.between(0.3, 0.8), random.between(0.08, 0.25)];
  const swell = new Float64Array(count);
  for (let i = 0; i < count; i += 1) {
    if (i % SWELL_STRIDE === 0) {
      const seconds = i / rateHz;
      swell[i] = 1 + depth * (sine(slow * seconds + a) + sine(slower * seconds + b));
    } else swell[i] = swell[i - 1] as number;
  }
  return swell;
}

/** Muscle noise falls off from its corner on, as what reaches the skin does; the amplifier's is white. */
function addMuscle(
  own: Float64Array,
  rateHz: number,
  disturbance: Disturbance,
  electrode: number,
  swell: Float64Array,
  random: Random,
): void {
  const white = new Float64Array(own.length);
  fillNormal(white, random);
  const keep = exp((-TURN * disturbance.muscleCornerHz) / rateHz);
  const level = (disturbance.muscle[electrode] as number) * Math.sqrt(1 - keep * keep);
  const { amplifier } = disturbance;
  let state = (disturbance.muscle[electrode] as number) * random.normal();
  for (let i = 0; i < own.length; i += 1) {
    const value = white[i] as number;
    state = keep * state + level * value;
    own[i] = state * (swell[i] as number) + amplifier * value;
  }
}

const WANDER_STEP_SECONDS = 0.1;
const WANDER_SECONDS = 0.8;

/** A slow random walk that is drawn back to zero, made at ten points a second. */
function addWander(
  own: Float64Array,
  rateHz: number,
  { wander }: Disturbance,
  electrode: number,
  random: Random,
): void {
  const level = wander[electrode] as number;
  const stride = Math.max(1, Math.round(WANDER_STEP_SECONDS * rateHz));
  const keep = exp(-WANDER_STEP_SECONDS / WANDER_SECONDS);
  const push = Math.sqrt(1 - keep * keep);
  let [first, second] = [level * random.normal(), level * random.normal()];
  const next = () => {
    first = keep * first + push * level * random.normal();
    second += 0.3 * (first - second);
    return second;
  };
  let [a, b, c, d] = [next(), next(), next(), next()];
  for (let i = 0; i < own.length; i += stride) {
    const end = Math.min(stride, own.length - i);
    for (let k = 0; k < end; k += 1) {
      own[i + k] = (own[i + k] as number) + between(a, b, c, d, k / stride);
    }
    [a, b, c, d] = [b, c, d, next()];
  }
}

/** A smooth curve from b to c that also knows what comes before and after. */
function between(a: number, b: number, c: number, d: number, t: number): number {
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

function addMains(
  own: Float64Array,
  rateHz: number,
  { mains, mainsHz }: Disturbance,
  electrode: number,
  random: Random,
): void {
  const level = mains[electrode] as number;
  const phase = random.next();
  // A sine at even steps: the next value follows from the last two.
  const turn = 2 * sine(mainsHz / rateHz + 0.25);
  let [before, now] = [level * sine(phase - mainsHz / rateHz), level * sine(phase)];
  for (let i = 0; i < own.length; i += 1) {
    own[i] = (own[i] as number) + now;
    [before, now] = [now, turn * now - before];
  }
}

const SHIFT_SECONDS = 0.6;

/** A pulled cable: a jump that creeps back. */
function addShifts(
  own: Float64Array,
  rateHz: number,
  { shiftsPerMinute }: Disturbance,
  random: Random,
): void {
  const seconds = own.length / rateHz;
  const keep = exp(-1 / (SHIFT_SECONDS * rateHz));
  for (let left = (shiftsPerMinute * seconds) / 60 / 3; left > 0; left -= 1) {
    if (random.next() > left) break;
    let level = 120 * random.normal();
    for (let i = Math.floor(random.next() * own.length); i < own.length; i += 1) {
      own[i] = (own[i] as number) + level;
      level *= keep;
    }
  }
}

const BREATH_STRIDE = 20;

function addBreathing(
  electrodes: readonly Float64Array[],
  rateHz: number,
  { breathing: sizes }: Disturbance,
  breathing: Breathing,
  random: Random,
): void {
  const lag = 0.1 * random.next();
  const count = electrodes[0]?.length ?? 0;
  const curve = new Float64Array(count);
  for (let i = 0; i < count; i += BREATH_STRIDE) {
    const end = Math.min(count, i + BREATH_STRIDE);
    const here = breathAt(breathing, i / rateHz - lag);
    const step = (breathAt(breathing, (i + BREATH_STRIDE) / rateHz - lag) - here) / BREATH_STRIDE;
    for (let k = i; k < end; k += 1) curve[k] = here + step * (k - i);
  }
  electrodes.forEach((own, k) => {
    const size = (sizes[k] as number) * (random.next() < 0.5 ? -1 : 1);
    for (let i = 0; i < count; i += 1) own[i] = (own[i] as number) + size * (curve[i] as number);
  });
}
