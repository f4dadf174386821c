import { ECG_LIMITS } from '../../core/ecg/ecg.js';
import { parseIsoTime } from '../../core/ecg/time.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import { parseDecimal } from '../decimal.js';
import { rateOfPeriod } from '../rate.js';
import { parseHl7Time } from '../hl7v2/time.js';
import { scanNumbers, timesPowerOfTen, type NumberSyntax } from '../numbers.js';
import { microvoltExponent, secondExponent } from '../units.js';
import { attributeOf, childOf, contentOf, type XmlElement } from '../xml/tree.js';

/** The steps of the time that all leads of a set share. */
export interface TimeAxis {
  readonly sampleRateHz: number;
  /** Where it begins, on a clock that the sets of one series share; null where it is not told. */
  readonly startMs: number | null;
}

const SPACE = 0x20;
const SYNTAX: NumberSyntax = {
  separator: SPACE,
  exponent: 0,
  gapsAllowed: true,
  symbols: new Map(),
};

/** Words that some writers have for a unit of time, where the standard has UCUM. */
const TIME_WORDS: ReadonlyMap<string, string> = new Map([
  ['sec', 's'],
  ['second', 's'],
  ['seconds', 's'],
  ['msec', 'ms'],
  ['usec', 'us'],
  // The micro sign and the Greek letter look alike and are two characters.
  ['\u00b5s', 'us'],
  ['\u03bcs', 'us'],
]);

function timeExponent(element: XmlElement | null): number | null {
  const unit = attributeOf(element, 'unit') ?? '';
  return secondExponent(TIME_WORDS.get(unit.toLowerCase()) ?? unit);
}

/** GLIST_TS of an absolute time or GLIST_PQ of a relative one: a head and an increment. */
export function timeAxisOf(value: XmlElement | null): Result<TimeAxis> {
  const increment = childOf(value, 'increment');
  const step = parseDecimal(attributeOf(increment, 'value') ?? '');
  const exponent = timeExponent(increment);
  if (step === null || step <= 0) {
    return refuse('sample-rate-invalid', 'the increment of the time is not above zero');
  }
  if (exponent === null) return refuse('unit-unknown', 'the increment is in no unit of time');
  const sampleRateHz = rateOfPeriod(timesPowerOfTen(step, exponent));
  if (sampleRateHz > ECG_LIMITS.sampleRateHzMax) {
    return refuse('sample-rate-invalid', `more than ${ECG_LIMITS.sampleRateHzMax} Hz`);
  }
  return ok({ sampleRateHz, startMs: startOf(childOf(value, 'head')) });
}

function startOf(head: XmlElement | null): number | null {
  const text = attributeOf(head, 'value') ?? '';
  const absolute = parseHl7Time(text) ?? parseIsoTime(text);
  if (absolute) {
    const startMs = Date.parse(`${absolute.local}Z`);
    return Number.isNaN(startMs) ? null : startMs;
  }
  const relative = parseDecimal(text);
  const exponent = timeExponent(head);
  return relative === null || exponent === null ? null : timesPowerOfTen(relative, exponent + 3);
}

/** SLIST_PQ: microvolts = origin + scale * digit. An empty list is a lead that was not recorded. */
export function microvoltsOf(value: XmlElement, lead: string): Result<Float64Array> {
  const type = (attributeOf(value, 'xsi:type') ?? attributeOf(value, 'type') ?? '').toUpperCase();
  const digits = childOf(value, 'digits');
  if (!digits || !/(^|:)SLIST_(PQ|INT)$|^$/.test(type)) {
    return refuse('encoding-unknown', `lead ${lead} is no list of scaled digits`);
  }
  const scale = quantityOf(childOf(value, 'scale'), 1);
  const origin = quantityOf(childOf(value, 'origin'), 0);
  if (scale === 'unit' || origin === 'unit') {
    return refuse('unit-unknown', `lead ${lead} is in no unit of voltage`);
  }
  if (scale === null || origin === null || scale === 0) {
    return refuse('encoding-broken', `lead ${lead} has a scale or origin that is no number`);
  }
  const scanned = scanDigits(digits);
  if (!scanned.ok) return refuse(scanned.failure.code, `lead ${lead}, ${scanned.failure.detail}`);
  const values = scanned.value;
  if (scale !== 1 || origin !== 0) {
    for (let i = 0; i < values.length; i += 1) {
      values[i] = (values[i] as number) * scale + origin;
    }
  }
  return scanned;
}

/** Microvolts; an origin of nought is nought in every unit, and so needs none. */
function quantityOf(element: XmlElement | null, otherwise: number): number | null | 'unit' {
  const text = attributeOf(element, 'value');
  const value = text === null ? otherwise : parseDecimal(text);
  if (value === null) return null;
  const exponent = microvoltExponent(attributeOf(element, 'unit') ?? '');
  if (exponent === null) return value === 0 ? 0 : 'unit';
  return timesPowerOfTen(value, exponent);
}

/** Digits are parted by blanks of any kind and number, so each run of them becomes one first. */
function scanDigits(digits: XmlElement): Result<Float64Array> {
  const { bytes, start, end } = contentOf(digits);
  const spaced = new Uint8Array(end - start);
  let length = 0;
  let isBlank = true;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    const isNext = byte === SPACE || byte === 0x0a || byte === 0x0d || byte === 0x09;
    if (isNext && isBlank) continue;
    isBlank = isNext;
    spaced[length] = isNext ? SPACE : byte;
    length += 1;
  }
  return scanNumbers(spaced, 0, length, SYNTAX);
}
