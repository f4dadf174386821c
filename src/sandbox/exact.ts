/**
 * Engines may differ in the last digit of Math.exp, Math.log, Math.sin and Math.cos, and one digit is
 * another byte. These use only + - * / and comparisons, which IEEE 754 settles for every machine.
 * They are good to about nine digits, which is more than a microvolt asks for.
 */
const LN_2 = 0.6931471805599453;
export const TURN = 6.283185307179586;
const HALVINGS_MAX = 60;
const POWERS_OF_TWO = powersOfTwo();

function powersOfTwo(): Float64Array {
  const powers = new Float64Array(2 * HALVINGS_MAX + 1);
  for (let k = 0, up = 1, down = 1; k <= HALVINGS_MAX; k += 1, up *= 2, down /= 2) {
    powers[HALVINGS_MAX + k] = up;
    powers[HALVINGS_MAX - k] = down;
  }
  return powers;
}

/** e to the x; what lies beyond 2^-60 is 0, beyond 2^60 is refused. */
export function exp(x: number): number {
  const halvings = Math.floor(x / LN_2 + 0.5);
  if (halvings < -HALVINGS_MAX) return 0;
  if (!(halvings <= HALVINGS_MAX)) throw new RangeError('an exponent beyond all use');
  const r = x - halvings * LN_2;
  const high = 1 / 120 + r * (1 / 720 + r * (1 / 5040 + r * (1 / 40320 + r / 362880)));
  const series = 1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * high))));
  return series * (POWERS_OF_TWO[halvings + HALVINGS_MAX] as number);
}

export function log(x: number): number {
  if (!(x > 0 && x < Infinity)) throw new RangeError('a logarithm of nothing');
  let [mantissa, halvings] = [x, 0];
  for (; mantissa > 1.4142135623730951; halvings += 1) mantissa /= 2;
  for (; mantissa < 0.7071067811865476; halvings -= 1) mantissa *= 2;
  const s = (mantissa - 1) / (mantissa + 1);
  const q = s * s;
  const tail = 1 / 9 + q * (1 / 11 + q * (1 / 13 + q / 15));
  return 2 * s * (1 + q * (1 / 3 + q * (1 / 5 + q * (1 / 7 + q * tail)))) + halvings * LN_2;
}

/** The sine of an angle in turns: 0.25 is a right angle. */
export function sine(turns: number): number {
  const t = turns - Math.floor(turns + 0.5);
  const folded = t > 0.25 ? 0.5 - t : t < -0.25 ? -0.5 - t : t;
  const x = TURN * folded;
  const q = x * x;
  const high = 1 / 362880 - q * (1 / 39916800 - q / 6227020800);
  return x * (1 - q * (1 / 6 - q * (1 / 120 - q * (1 / 5040 - q * high))));
}

export function cosine(turns: number): number {
  return sine(turns + 0.25);
}

/** The value below which a standard normal one lies with this chance (Acklam's approximation). */
export function normalQuantile(chance: number): number {
  const p = Math.min(1 - 1e-9, Math.max(1e-9, chance));
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * log(p));
    return (
      (2.938163982698783 +
        q *
          (4.374664141464968 +
            q *
              (-2.549732539343734 +
                q * (-2.400758277161838 + q * (-0.3223964580411365 - q * 0.007784894002430293))))) /
      (1 +
        q *
          (3.754408661907416 +
            q * (2.445134137142996 + q * (0.3224671290700398 + q * 0.007784695709041462))))
    );
  }
  const q = p - 0.5;
  const r = q * q;
  return (
    (q *
      (2.506628277459239 +
        r *
          (-30.66479806614716 +
            r *
              (138.357751867269 +
                r * (-275.9285104469687 + r * (220.9460984245205 - r * 39.69683028665376)))))) /
    (1 +
      r *
        (-13.28068155288572 +
          r *
            (66.80131188771972 +
              r * (-155.6989798598866 + r * (161.5858368580409 - r * 54.47609879822406)))))
  );
}
