/**
 * Polyphase resampling by a rational factor with a Kaiser-windowed sinc, the ends taken as zero:
 * the same numbers as SciPy's `resample_poly` with its defaults.
 */
const KAISER_BETA = 5;
/** Half the filter's length, in samples of the slower of the two rates. */
const HALF_LENGTH = 10;
/** Beyond this the filter itself would cost more than the ECG; even odd rates are met to 1 in 100,000. */
export const RESAMPLE_FACTOR_MAX = 4096;

export function resamplePoly(x: ArrayLike<number>, up: number, down: number): Float64Array {
  return createResampler(up, down)(x);
}

export function resampleTo(x: ArrayLike<number>, fromHz: number, toHz: number): Float64Array {
  const { up, down } = resampleFactors(fromHz, toHz);
  return resamplePoly(x, up, down);
}

/** A resampler that has its filter made: for the twelve leads of one ECG. */
export function createResampler(up: number, down: number): (x: ArrayLike<number>) => Float64Array {
  checkFactor(up);
  checkFactor(down);
  const divisor = greatestCommonDivisor(up, down);
  if (up === down) return (x) => Float64Array.from(x);
  const u = up / divisor;
  const d = down / divisor;
  const filter = antiAliasFilter(u, d);
  return (x) => upFirDown(filter, x, u, d);
}

/** The fraction nearest to `toHz / fromHz` whose two halves stay within RESAMPLE_FACTOR_MAX. */
export function resampleFactors(fromHz: number, toHz: number): { up: number; down: number } {
  const ratio = toHz / fromHz;
  if (!(ratio > 1 / RESAMPLE_FACTOR_MAX && ratio < RESAMPLE_FACTOR_MAX)) {
    throw new RangeError(`cannot resample from ${fromHz} Hz to ${toHz} Hz`);
  }
  let [up, down, upBefore, downBefore] = [Math.floor(ratio), 1, 1, 0];
  let rest = ratio - up;
  while (rest > 1e-10 && Math.abs(up / down - ratio) > 1e-12 * ratio) {
    const inverse = 1 / rest;
    const whole = Math.floor(inverse);
    const next = [whole * up + upBefore, whole * down + downBefore] as const;
    if (Math.max(...next) > RESAMPLE_FACTOR_MAX) break;
    [up, down, upBefore, downBefore] = [next[0], next[1], up, down];
    rest = inverse - whole;
  }
  return { up, down };
}

function checkFactor(factor: number): void {
  if (!(Number.isInteger(factor) && factor >= 1 && factor <= RESAMPLE_FACTOR_MAX)) {
    throw new RangeError(`resampling factor ${factor} is not in 1 to ${RESAMPLE_FACTOR_MAX}`);
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** A low-pass at the lower of the two Nyquist rates, with a gain of `up` for the zeros put in. */
function antiAliasFilter(up: number, down: number): Float64Array {
  const slow = Math.max(up, down);
  const half = HALF_LENGTH * slow;
  const taps = new Float64Array(2 * half + 1);
  const top = besselI0(KAISER_BETA);
  let sum = 0;
  for (let i = -half; i <= half; i += 1) {
    const angle = (Math.PI * i) / slow;
    const window = besselI0(KAISER_BETA * Math.sqrt(1 - (i / half) ** 2)) / top;
    const tap = (i === 0 ? 1 : Math.sin(angle) / angle) * window;
    taps[i + half] = tap;
    sum += tap;
  }
  return taps.map((tap) => (tap * up) / sum);
}

/** Bessel's I0 by its power series; the terms fall fast for the small arguments of a window. */
function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-17 * sum; k += 1) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}

/** Only the taps that meet a sample are visited: every `up`-th of them for each output. */
function upFirDown(
  filter: Float64Array,
  x: ArrayLike<number>,
  up: number,
  down: number,
): Float64Array {
  const half = (filter.length - 1) / 2;
  const count = x.length;
  const input = x instanceof Float64Array ? x : Float64Array.from(x);
  const output = new Float64Array(Math.ceil((count * up) / down));
  for (let m = 0; m < output.length; m += 1) {
    const centre = m * down + half;
    const first = Math.max(0, Math.ceil((centre - 2 * half) / up));
    const last = Math.min(count - 1, Math.floor(centre / up));
    let sum = 0;
    for (let k = first; k <= last; k += 1) {
      sum += (filter[centre - k * up] as number) * (input[k] as number);
    }
    output[m] = sum;
  }
  return output;
}
