/** A period written with fewer digits than these says too little about the rate that was meant. */
const DIGITS_MIN = 4;
/** So near to a whole rate, ten seconds are off by a tenth of a millisecond. */
const NEAR_SHARE = 1e-5;

/**
 * The rate that a period in seconds stands for. A period is mostly a rounded number: 1/256 s is
 * written 0.003906, and 300 Hz has a period without an end. The whole rate that rounds to the same
 * digits is the one that is meant.
 */
export function rateOfPeriod(seconds: number): number {
  const rateHz = 1 / seconds;
  const nearest = Math.round(rateHz);
  if (Math.abs(rateHz - nearest) < NEAR_SHARE * rateHz) return nearest;
  const digits = significantDigits(seconds);
  if (digits < DIGITS_MIN) return rateHz;
  return Number((1 / nearest).toPrecision(digits)) === seconds ? nearest : rateHz;
}

/** Of the shortest decimal that is this number: `0.003906` has four. */
function significantDigits(value: number): number {
  const [mantissa = ''] = value.toExponential().split('e');
  return mantissa.replace('.', '').length;
}
