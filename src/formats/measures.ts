import type { VendorMeasurements } from '../core/ecg/reading.js';
import { timesPowerOfTen } from './numbers.js';
import { secondExponent } from './units.js';

/** One of the eight figures that every recorder prints above its tracing. */
export type Measure = keyof VendorMeasurements;

interface Coding {
  /** The code under which we write it, and all under which it is read. */
  readonly mdc: readonly [written: string, ...others: string[]];
  readonly name: string;
  readonly loinc: string;
  readonly unit: keyof typeof UNITS;
}

/** UCUM beside MDC. */
export const UNITS = Object.freeze({
  beats: { ucum: '/min', mdc: '264864^MDC_DIM_BEAT_PER_MIN^MDC' },
  milliseconds: { ucum: 'ms', mdc: '264338^MDC_DIM_MILLI_SEC^MDC' },
  degrees: { ucum: 'deg', mdc: '262880^MDC_DIM_ANGLE_DEG^MDC' },
});

export const MEASURES: Readonly<Record<Measure, Coding>> = Object.freeze({
  heartRateBpm: {
    mdc: ['147842'],
    name: 'MDC_ECG_HEART_RATE',
    loinc: '8867-4',
    unit: 'beats',
  },
  prMs: {
    mdc: ['146944', '147216'],
    name: 'MDC_ECG_TIME_PD_PR',
    loinc: '8625-6',
    unit: 'milliseconds',
  },
  qrsMs: {
    mdc: ['147228'],
    name: 'MDC_ECG_TIME_PD_QRS_GL',
    loinc: '8633-0',
    unit: 'milliseconds',
  },
  qtMs: { mdc: ['147232'], name: 'MDC_ECG_TIME_PD_QT_GL', loinc: '8634-8', unit: 'milliseconds' },
  qtcMs: {
    mdc: ['146948', '147236', '146952'],
    name: 'MDC_ECG_TIME_PD_QTc',
    loinc: '8636-3',
    unit: 'milliseconds',
  },
  pAxisDegrees: {
    mdc: ['147200'],
    name: 'MDC_ECG_ANGLE_P_FRONT',
    loinc: '8626-4',
    unit: 'degrees',
  },
  qrsAxisDegrees: {
    mdc: ['147204'],
    name: 'MDC_ECG_ANGLE_QRS_FRONT',
    loinc: '8632-2',
    unit: 'degrees',
  },
  tAxisDegrees: {
    mdc: ['147208'],
    name: 'MDC_ECG_ANGLE_T_FRONT',
    loinc: '8638-9',
    unit: 'degrees',
  },
});

export const MEASURE_NAMES = Object.freeze(Object.keys(MEASURES)) as readonly Measure[];

const BY_CODE: ReadonlyMap<string, Measure> = new Map(
  MEASURE_NAMES.flatMap((measure) => {
    const { mdc, loinc } = MEASURES[measure];
    return [...mdc, loinc].map((code) => [code, measure] as const);
  }),
);

/** The names of ISO/IEEE 11073 in the spellings that are met; `_GL` and its kin mean all leads. */
const BY_NAME: ReadonlyMap<string, Measure> = new Map([
  ['HEART_RATE', 'heartRateBpm'],
  ['TIME_PD_PR', 'prMs'],
  ['TIME_PD_PQ', 'prMs'],
  ['TIME_PD_QRS', 'qrsMs'],
  ['TIME_PD_QT', 'qtMs'],
  ['TIME_PD_QTC', 'qtcMs'],
  ['TIME_PD_QTCB', 'qtcMs'],
  ['TIME_PD_QTC_BAZETT', 'qtcMs'],
  ['ANGLE_P_FRONT', 'pAxisDegrees'],
  ['ANGLE_QRS_FRONT', 'qrsAxisDegrees'],
  ['ANGLE_T_FRONT', 'tAxisDegrees'],
]);

/** The measure that a code of MDC or LOINC, or a name of MDC, stands for. */
export function measureOf(code: string): Measure | null {
  const found = BY_CODE.get(code);
  if (found) return found;
  const name = /^MDC_ECG_(.+?)(_GL|_GLOBL|_GLOBAL)?$/.exec(code.toUpperCase())?.[1];
  return BY_NAME.get(name ?? '') ?? null;
}

/** No recorder measures more milliseconds, beats or degrees than this. */
const MEASURED_MAX = 10_000;

/**
 * A figure in the unit of its measure; null where it is none, or in a unit that is not known. The
 * unit may be spelt in several ways; without any it is taken for the usual one.
 */
export function parseMeasured(
  measure: Measure,
  value: number,
  units: readonly string[],
): number | null {
  const spelt = units.filter((unit) => unit !== '' && unit !== '0');
  let scaled = value;
  if (MEASURES[measure].unit === 'milliseconds' && spelt.length > 0) {
    const exponent = spelt.map(secondExponent).find((one) => one !== null);
    if (exponent === undefined) return null;
    if (exponent !== -3) scaled = timesPowerOfTen(value, exponent + 3);
  }
  return Number.isFinite(scaled) && Math.abs(scaled) <= MEASURED_MAX ? scaled : null;
}
