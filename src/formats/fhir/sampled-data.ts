import { MISSING } from '../../core/ecg/ecg.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import { at, finite, member, text, type Json } from '../json.js';
import type { Body, LongText } from './body.js';
import { scanNumbers, timesPowerOfTen } from '../numbers.js';
import { rateOfPeriod } from '../rate.js';
import { microvoltExponent, secondExponent } from '../units.js';

export interface Sampled {
  readonly microvolts: Float64Array;
  readonly sampleRateHz: number;
}

const SPACE = 0x20;

/**
 * SampledData of R4 (period in milliseconds) or R5 (interval and its unit):
 * microvolts = (data * factor + origin) in the unit of the origin.
 */
export function sampledFrom(
  data: Json,
  place: string,
  longText: Body['longText'],
): Result<Sampled> {
  const refused = (why: Parameters<typeof refuse>[0], detail: string, where: string) =>
    refuse(why, detail, { location: `${place}.${where}` });
  const dimensions = member(data, 'dimensions');
  if (dimensions !== undefined && dimensions !== 1) {
    return refused('encoding-unknown', 'more than one dimension is not read', 'dimensions');
  }
  if (member(data, 'codeMap') !== undefined) {
    return refused('pointer-not-followed', 'a map of codes is not fetched', 'codeMap');
  }
  if (member(data, 'offsets') !== undefined) {
    return refused('encoding-unknown', 'samples at uneven times are not read', 'offsets');
  }
  const rate = rateOf(data);
  if (rate === null) {
    return refused('sample-rate-invalid', 'the period is not a time above zero', 'period');
  }
  const exponent = exponentOf(member(data, 'origin'));
  if (exponent === null) {
    return refused('unit-unknown', 'the origin is in no unit of voltage', 'origin.unit');
  }
  const samples = longText(member(data, 'data'));
  if (samples === null) return refused('lead-missing', 'the lead has no samples', 'data');
  const scale = scaleOf(data, exponent);
  if (!scale) return refused('encoding-broken', 'the factor or origin is no number', 'factor');
  const microvolts = microvoltsOf(samples, scale, data);
  if (microvolts.ok) return ok({ microvolts: microvolts.value, sampleRateHz: rate });
  const { code, detail } = microvolts.failure;
  return refused(code, detail, 'data');
}

interface Scale {
  readonly factor: number;
  readonly origin: number;
  /** A factor that is a power of ten is folded into the digits, where it rounds nothing. */
  readonly exponent: number;
}

function scaleOf(data: Json, exponent: number): Scale | null {
  const written = member(data, 'factor');
  const factor = written === undefined ? 1 : finite(written);
  const origin = finite(at(data, 'origin', 'value') ?? 0);
  if (factor === null || origin === null || factor === 0) return null;
  const inMicrovolts = timesPowerOfTen(factor, exponent);
  const power = Math.log10(inMicrovolts);
  const folded = Number.isInteger(power) && Number(`1e${power}`) === inMicrovolts;
  return {
    factor: folded ? 1 : inMicrovolts,
    origin: timesPowerOfTen(origin, exponent),
    exponent: folded ? power : 0,
  };
}

/** No number in the data can be infinite, so this one can stand for a sample nobody measured. */
const UNMEASURED = Number.NEGATIVE_INFINITY;

/** E is an error of the device; U and L are beyond its limits, which may be given. */
const SYMBOLS: ReadonlyMap<string, number> = new Map([
  ['E', UNMEASURED],
  ['U', UNMEASURED],
  ['L', UNMEASURED],
]);

function microvoltsOf(samples: LongText, scale: Scale, data: Json): Result<Float64Array> {
  const symbols = new Map(SYMBOLS);
  const { factor, origin, exponent } = scale;
  for (const [symbol, name] of LIMITS) {
    const limit = finite(member(data, name));
    if (limit !== null) symbols.set(symbol, timesPowerOfTen(limit, exponent));
  }
  const syntax = { separator: SPACE, exponent, gapsAllowed: true, symbols };
  const scanned = scanNumbers(samples.bytes, samples.start, samples.end, syntax);
  if (!scanned.ok) return scanned;
  const { value: values } = scanned;
  if (factor !== 1 || origin !== 0) {
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i] as number;
      values[i] = value === UNMEASURED ? UNMEASURED : value * factor + origin;
    }
  }
  for (let i = values.indexOf(UNMEASURED); i >= 0; i = values.indexOf(UNMEASURED, i + 1)) {
    values[i] = MISSING;
  }
  return scanned;
}

const LIMITS = [
  ['U', 'upperLimit'],
  ['L', 'lowerLimit'],
] as const;

function rateOf(data: Json): number | null {
  const period = finite(member(data, 'period'));
  if (period !== null) return period > 0 ? rateOfPeriod(timesPowerOfTen(period, -3)) : null;
  const interval = finite(member(data, 'interval'));
  const exponent = secondExponent(text(member(data, 'intervalUnit')));
  if (interval === null || exponent === null || interval <= 0) return null;
  return rateOfPeriod(timesPowerOfTen(interval, exponent));
}

/** The code is UCUM's; where there is none, the unit as people read it. */
function exponentOf(origin: Json): number | null {
  const code = text(member(origin, 'code'));
  return microvoltExponent(code === '' ? text(member(origin, 'unit')) : code);
}
