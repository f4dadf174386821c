import { ECG_LIMITS } from '../core/ecg/ecg.js';
import { refuse, type Failure, type Result } from '../core/failure.js';

/** No lead can be longer than this: the longest duration at the highest rate. */
export const SAMPLES_MAX = ECG_LIMITS.durationSecondsMax * ECG_LIMITS.sampleRateHzMax;

export interface NumberSyntax {
  /** The byte between two numbers. */
  readonly separator: number;
  /** The power of ten by which every number is multiplied, exactly. */
  readonly exponent: number;
  /** Runs of separators count as one (a FHIR list), else the gap is a missing number (HL7). */
  readonly gapsAllowed: boolean;
  /** Words that stand for a number. */
  readonly symbols: ReadonlyMap<string, number>;
}

const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
/** So many digits fit a 32-bit integer, in which the common numbers are read. */
const INT32_DIGITS_MAX = 9;
/** So many digits are exact in a double; longer numbers take the slow way. */
const QUICK_DIGITS_MAX = 15;
/** Bytes that a sample and its separator take at least in nearly every waveform. */
const USUAL_CHARS = 3;
const NUMBER_CHARS_MAX = 40;
/** Powers of ten up to here are exact in a double, so that one division rounds once. */
const EXACT_POWERS = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

/**
 * The numbers in a stretch of bytes, read in place: a waveform is tens of thousands of them, and a
 * string for each costs more than everything else. Separators at the end are no numbers.
 */
export function scanNumbers(
  bytes: Uint8Array,
  start: number,
  end: number,
  syntax: NumberSyntax,
): Result<Float64Array> {
  const { separator, exponent } = syntax;
  let until = end;
  while (until > start && bytes[until - 1] === separator) until -= 1;
  let values = new Float64Array(capacityFor(until - start, USUAL_CHARS));
  let count = 0;
  let at = start;
  while (at < until) {
    if (count === values.length) {
      if (count === SAMPLES_MAX) return tooMany();
      values = grown(values, capacityFor(until - start, 2));
    }
    const from = at;
    const negative = bytes[at] === MINUS;
    if (negative) at += 1;
    const firstDigit = at;
    const stop = Math.min(until, at + INT32_DIGITS_MAX);
    let mantissa = 0;
    let digit = 0;
    while (at < stop && (digit = (bytes[at] as number) - ZERO) >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      at += 1;
    }
    let digits = at - firstDigit;
    let places = 0;
    if (at < until && bytes[at] === POINT) {
      const point = at;
      const last = Math.min(until, stop + 1);
      at += 1;
      while (at < last && (digit = (bytes[at] as number) - ZERO) >= 0 && digit <= 9) {
        mantissa = mantissa * 10 + digit;
        at += 1;
      }
      places = at - point - 1;
      digits += places;
    }
    if (digits > 0 && (at === until || bytes[at] === separator)) {
      const value = places === exponent ? mantissa : scaled(mantissa, exponent - places);
      values[count] = negative ? -value : value;
    } else {
      at = endOf(bytes, from, until, separator);
      if (at === from && syntax.gapsAllowed) {
        at += 1;
        continue;
      }
      const value = carefully(bytes, from, at, syntax);
      if (Number.isNaN(value)) return notANumber(count);
      values[count] = value;
    }
    count += 1;
    at += 1;
  }
  return { ok: true, value: values.subarray(0, count) };
}

/** Room for as many numbers as so many bytes can hold, at so many bytes each. */
function capacityFor(byteCount: number, charsEach: number): number {
  return Math.min(SAMPLES_MAX, Math.floor(byteCount / charsEach) + 1);
}

function grown(values: Float64Array, capacity: number): Float64Array<ArrayBuffer> {
  const more = new Float64Array(Math.max(capacity, values.length + 1));
  more.set(values);
  return more;
}

function tooMany(): { readonly ok: false; readonly failure: Failure } {
  return refuse('duration-invalid', `more than ${SAMPLES_MAX} samples`);
}

function scaled(mantissa: number, power: number): number {
  if (power === 0) return mantissa;
  const exact = EXACT_POWERS[Math.abs(power)];
  if (exact === undefined) return Number(`${mantissa}e${power}`);
  return power > 0 ? mantissa * exact : mantissa / exact;
}

function endOf(bytes: Uint8Array, from: number, until: number, separator: number): number {
  let at = from;
  while (at < until && bytes[at] !== separator) at += 1;
  return at;
}

/** A number of up to fifteen digits in a row, else whatever it is by the slow way. */
function carefully(bytes: Uint8Array, from: number, to: number, syntax: NumberSyntax): number {
  const sign = bytes[from] === MINUS || bytes[from] === PLUS ? 1 : 0;
  let mantissa = 0;
  let point = -1;
  for (let at = from + sign; at < to; at += 1) {
    const byte = bytes[at] as number;
    const digit = byte - ZERO;
    if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
    else if (byte === POINT && point < 0) point = at;
    else return slowly(bytes, from, to, syntax);
  }
  const digits = to - from - sign - (point < 0 ? 0 : 1);
  if (digits <= 0 || digits > QUICK_DIGITS_MAX) return slowly(bytes, from, to, syntax);
  const value = scaled(mantissa, syntax.exponent - (point < 0 ? 0 : to - point - 1));
  return bytes[from] === MINUS ? -value : value;
}

/** Exponents, long numbers, blanks around a number, and words. */
function slowly(bytes: Uint8Array, from: number, to: number, syntax: NumberSyntax): number {
  if (to - from > NUMBER_CHARS_MAX) return NaN;
  const text = String.fromCharCode(...bytes.subarray(from, to)).trim();
  const symbol = syntax.symbols.get(text);
  if (symbol !== undefined) return symbol;
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
  if (!match) return NaN;
  const value = Number(`${match[1] ?? ''}e${Number(match[2] ?? 0) + syntax.exponent}`);
  return Number.isFinite(value) ? value : NaN;
}

function notANumber(index: number): { readonly ok: false; readonly failure: Failure } {
  return refuse('sample-not-a-number', `sample ${index} is not a number`);
}

/** A number times a power of ten without the rounding of a multiplication. */
export function timesPowerOfTen(value: number, power: number): number {
  const [mantissa = '0', exponent = '0'] = `${value}`.split('e');
  return Number(`${mantissa}e${Number(exponent) + power}`);
}
