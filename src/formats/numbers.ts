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
/** Bytes that a sample and its separator take in most waveforms. */
const USUAL_CHARS = 4;
/** A sign, five digits and a separator. */
const WHOLE_CHARS_MAX = 7;
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
  const cursor = { at: start, count: 0 };
  while (cursor.at < until) {
    if (cursor.count === values.length) {
      if (values.length === SAMPLES_MAX) return tooMany();
      values = grown(values, capacityFor(until - start, 2));
    }
    const { at } = cursor;
    if (exponent >= 0) scanWhole(bytes, until, syntax, values, cursor);
    scanPlain(bytes, until, syntax, values, cursor);
    if (cursor.at > at) continue;
    if (!scanOther(bytes, until, syntax, values, cursor)) return notANumber(cursor.count);
  }
  return { ok: true, value: values.subarray(0, cursor.count) };
}

interface Cursor {
  at: number;
  count: number;
}

/** Whole numbers of up to five digits, one behind the other, as far as there are such. */
function scanWhole(
  bytes: Uint8Array,
  until: number,
  { separator, exponent }: NumberSyntax,
  values: Float64Array,
  cursor: Cursor,
): void {
  const factor = EXACT_POWERS[exponent] ?? NaN;
  // So far from the end, no look ahead needs a check of its own.
  const safe = until - WHOLE_CHARS_MAX;
  const room = values.length;
  const gap = separator - ZERO;
  let { at, count } = cursor;
  while (at < safe && count < room) {
    let next = at;
    let digit = (bytes[next] as number) - ZERO;
    const sign = digit === MINUS - ZERO ? -1 : 0;
    if (sign < 0) digit = (bytes[(next += 1)] as number) - ZERO;
    if (digit < 0 || digit > 9) break;
    let whole = digit;
    digit = (bytes[(next += 1)] as number) - ZERO;
    if (digit >= 0 && digit <= 9) {
      whole = whole * 10 + digit;
      digit = (bytes[(next += 1)] as number) - ZERO;
      if (digit >= 0 && digit <= 9) {
        whole = whole * 10 + digit;
        digit = (bytes[(next += 1)] as number) - ZERO;
        if (digit >= 0 && digit <= 9) {
          whole = whole * 10 + digit;
          digit = (bytes[(next += 1)] as number) - ZERO;
          if (digit >= 0 && digit <= 9) {
            whole = whole * 10 + digit;
            digit = (bytes[(next += 1)] as number) - ZERO;
          }
        }
      }
    }
    if (digit !== gap) break;
    values[count] = ((whole ^ sign) - sign) * factor;
    count += 1;
    at = next + 1;
  }
  cursor.at = at;
  cursor.count = count;
}

/** Numbers of up to nine digits with a point or without, as far as there are such. */
function scanPlain(
  bytes: Uint8Array,
  until: number,
  { separator, exponent }: NumberSyntax,
  values: Float64Array,
  cursor: Cursor,
): void {
  const room = values.length;
  let { at: from, count } = cursor;
  while (from < until && count < room) {
    let at = from;
    const negative = bytes[at] === MINUS;
    if (negative) at += 1;
    const firstDigit = at;
    const last = Math.min(until, at + INT32_DIGITS_MAX + 1);
    let mantissa = 0;
    let point = -1;
    for (; at < last; at += 1) {
      const digit = (bytes[at] as number) - ZERO;
      if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
      else if (digit === POINT - ZERO && point < 0) point = at;
      else break;
    }
    const digits = at - firstDigit - (point < 0 ? 0 : 1);
    if (digits < 1 || digits > INT32_DIGITS_MAX) break;
    if (at < until && bytes[at] !== separator) break;
    const power = exponent - (point < 0 ? 0 : at - point - 1);
    const value = power === 0 ? mantissa : scaled(mantissa, power);
    values[count] = negative ? -value : value;
    count += 1;
    from = at + 1;
  }
  cursor.at = from;
  cursor.count = count;
}

/** One number of any other kind, or a gap that is none; false for what is neither. */
function scanOther(
  bytes: Uint8Array,
  until: number,
  syntax: NumberSyntax,
  values: Float64Array,
  cursor: Cursor,
): boolean {
  const from = cursor.at;
  const to = endOf(bytes, from, until, syntax.separator);
  cursor.at = to + 1;
  if (to === from && syntax.gapsAllowed) return true;
  const value = carefully(bytes, from, to, syntax);
  if (Number.isNaN(value)) return false;
  values[cursor.count] = value;
  cursor.count += 1;
  return true;
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
