import {
  vendorMeasurements,
  type ReadingStatus,
  type VendorMeasurements,
} from '../../core/ecg/reading.js';
import { Cursor } from '../cursor.js';
import { boundedText } from '../identity.js';
import { textsIn, type TextReader } from './text.js';

export interface Interpretation {
  readonly statements: readonly string[];
  readonly status: ReadingStatus;
}

const CONFIRMED = 1;
const HEADER_BYTES = 8;
const STATEMENTS_MAX = 50;
const STATEMENT_CHARS_MAX = 500;

/** Section 8 in words, or section 11 in words and codes: the same said twice, so one is taken. */
export function readInterpretation(
  words: Uint8Array | null,
  codes: Uint8Array | null,
  read: TextReader,
): Interpretation {
  const inWords = words ? statementsIn(words, 0, read) : [];
  const statements = inWords.length > 0 ? inWords : codes ? statementsIn(codes, 1, read) : [];
  const states = [words, codes].flatMap((bytes) => bytes?.[0] ?? []);
  const isOpen = states.length > 0 && !states.includes(CONFIRMED);
  return { statements, status: isOpen ? 'preliminary' : 'final' };
}

/** Before each text stand its number and its length, and in section 11 what kind it is. */
function statementsIn(bytes: Uint8Array, kindBytes: number, read: TextReader): string[] {
  const cursor = new Cursor(bytes, HEADER_BYTES);
  const count = Math.min(cursor.u8(), STATEMENTS_MAX);
  const statements: string[] = [];
  for (let i = 0; i < count; i += 1) {
    cursor.skip(1);
    const value = cursor.take(cursor.u16());
    if (cursor.overrun) break;
    const texts = textsIn(value.subarray(kindBytes), read).filter((text) => text !== '');
    const statement = boundedText(texts.join(' '), STATEMENT_CHARS_MAX);
    if (statement !== '') statements.push(statement);
  }
  return statements;
}

/** From here on a number says why there is no measurement. */
const NOT_MEASURED_MIN = 9999;
const DEGREES_MAX = 360;
const SPIKE_BYTES = 10;
/** Before it the section ends with the pacing pulses. */
const VERSION_WITH_RATES = 13;
/** One maker's files of this version count the pulses in two bytes. */
const VERSION_OF_WIDE_COUNT = 11;

/** Section 7: the marks of the first average beat, which is the one that is ordinary. */
export function readMeasurements(bytes: Uint8Array, version: number): VendorMeasurements | null {
  const cursor = new Cursor(bytes);
  const [beatCount, spikeCount] = [cursor.u8(), cursor.u8()];
  if (version === VERSION_OF_WIDE_COUNT) cursor.skip(1);
  const rrMs = measured(cursor.u16());
  cursor.skip(2);
  let intervals: Partial<VendorMeasurements> = {};
  for (let i = 0; i < beatCount; i += 1) {
    const beat = readBeat(cursor);
    if (i === 0) intervals = beat;
  }
  cursor.skip(spikeCount * SPIKE_BYTES);
  if (cursor.overrun) return null;
  const rates = version >= VERSION_WITH_RATES ? readRates(cursor) : {};
  const fromRr = rrMs === null ? null : Math.round(60_000 / rrMs);
  return vendorMeasurements({
    ...intervals,
    heartRateBpm: rates.heartRateBpm ?? fromRr,
    qtcMs: rates.qtcMs ?? null,
  });
}

function readBeat(cursor: Cursor): Partial<VendorMeasurements> {
  const times = Array.from({ length: 5 }, () => cursor.u16());
  const [pOnset, , qrsOnset, qrsOffset, tOffset] = times.map((time) =>
    time < NOT_MEASURED_MIN ? time : null,
  );
  const axis = (): number | null => {
    const degrees = cursor.i16();
    return Math.abs(degrees) <= DEGREES_MAX ? degrees : null;
  };
  return {
    prMs: between(pOnset, qrsOnset),
    qrsMs: between(qrsOnset, qrsOffset),
    qtMs: between(qrsOnset, tOffset),
    pAxisDegrees: axis(),
    qrsAxisDegrees: axis(),
    tAxisDegrees: axis(),
  };
}

function between(from: number | null | undefined, to: number | null | undefined): number | null {
  return typeof from === 'number' && typeof to === 'number' && to > from ? to - from : null;
}

function readRates(cursor: Cursor): Partial<VendorMeasurements> {
  const beats = cursor.u16();
  if (beats >= NOT_MEASURED_MIN) return {};
  cursor.skip(beats);
  const heartRateBpm = measured(cursor.u16());
  cursor.skip(2);
  const qtcMs = measured(cursor.u16());
  return cursor.overrun ? {} : { heartRateBpm, qtcMs };
}

function measured(value: number): number | null {
  return value > 0 && value < NOT_MEASURED_MIN ? value : null;
}
