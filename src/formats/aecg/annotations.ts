import { vendorMeasurements, type VendorMeasurements } from '../../core/ecg/reading.js';
import { parseDecimal } from '../decimal.js';
import { timesPowerOfTen } from '../numbers.js';
import { boundedStatements } from '../statements.js';
import { secondExponent } from '../units.js';
import {
  attributeOf,
  childOf,
  childrenOf,
  descendantsOf,
  textOf,
  type XmlElement,
} from '../xml/tree.js';
import { leadOfCode } from './lead-code.js';

/** What a measurement goes by, the plainest first. */
export const MEASUREMENT_CODES = {
  heartRateBpm: ['MDC_ECG_HEART_RATE'],
  prMs: ['MDC_ECG_TIME_PD_PR', 'MDC_ECG_TIME_PD_PR_GL', 'MDC_ECG_TIME_PD_PQ'],
  qrsMs: ['MDC_ECG_TIME_PD_QRS', 'MDC_ECG_TIME_PD_QRS_GL'],
  qtMs: ['MDC_ECG_TIME_PD_QT', 'MDC_ECG_TIME_PD_QT_GL'],
  qtcMs: [
    ...['MDC_ECG_TIME_PD_QTC', 'MDC_ECG_TIME_PD_QTC_GL'],
    ...['MDC_ECG_TIME_PD_QTCB', 'MDC_ECG_TIME_PD_QTCF'],
  ],
  pAxisDegrees: ['MDC_ECG_ANGLE_P_FRONT', 'MDC_ECG_ANGLE_P_FRONT_GL'],
  qrsAxisDegrees: ['MDC_ECG_ANGLE_QRS_FRONT', 'MDC_ECG_ANGLE_QRS_FRONT_GL'],
  tAxisDegrees: ['MDC_ECG_ANGLE_T_FRONT', 'MDC_ECG_ANGLE_T_FRONT_GL'],
} as const satisfies Record<keyof VendorMeasurements, readonly string[]>;

const IN_WORDS = new Set([
  'MDC_ECG_INTERPRETATION',
  'MDC_ECG_INTERPRETATION_STATEMENT',
  'MDC_ECG_INTERPRETATION_SUMMARY',
  'MDC_ECG_INTERPRETATION_COMMENT',
]);

const ANNOTATIONS_MAX = 10_000;

export interface Annotations {
  readonly measurements: VendorMeasurements | null;
  readonly statements: readonly string[];
}

/** What the annotation sets of a series say of the whole ECG; what is of one lead is left out. */
export function annotationsOf(series: XmlElement): Annotations {
  const values = new Map<string, XmlElement>();
  const words: string[] = [];
  const waiting = descendantsOf(series, 'annotationSet').flatMap(annotationsIn).reverse();
  let seen = 0;
  for (let next = waiting.pop(); next && seen < ANNOTATIONS_MAX; next = waiting.pop()) {
    seen += 1;
    if (isOfOneLead(next)) continue;
    const code = (attributeOf(childOf(next, 'code'), 'code') ?? '').toUpperCase();
    const value = childOf(next, 'value');
    if (value && !values.has(code)) values.set(code, value);
    if (IN_WORDS.has(code)) words.push(textOf(value) || (attributeOf(value, 'value') ?? ''));
    waiting.push(...annotationsIn(next).reverse());
  }
  return { measurements: measurementsIn(values), statements: boundedStatements(words) };
}

function annotationsIn(parent: XmlElement): XmlElement[] {
  return childrenOf(parent, 'component').flatMap((one) => [...childrenOf(one, 'annotation')]);
}

function isOfOneLead(annotation: XmlElement): boolean {
  const support = childOf(annotation, 'support');
  return (
    support !== null &&
    descendantsOf(support, 'code').some(
      (code) => leadOfCode(attributeOf(code, 'code') ?? '') !== null,
    )
  );
}

function measurementsIn(values: ReadonlyMap<string, XmlElement>): VendorMeasurements | null {
  const found = (name: keyof VendorMeasurements): number | null => {
    for (const code of MEASUREMENT_CODES[name]) {
      const value = values.get(code);
      const number = value ? measured(value, name.endsWith('Ms')) : null;
      if (number !== null) return number;
    }
    return null;
  };
  return vendorMeasurements({
    heartRateBpm: found('heartRateBpm'),
    prMs: found('prMs'),
    qrsMs: found('qrsMs'),
    qtMs: found('qtMs'),
    qtcMs: found('qtcMs'),
    pAxisDegrees: found('pAxisDegrees'),
    qrsAxisDegrees: found('qrsAxisDegrees'),
    tAxisDegrees: found('tAxisDegrees'),
  });
}

function measured(value: XmlElement, isTime: boolean): number | null {
  const number = parseDecimal(attributeOf(value, 'value') ?? '');
  if (number === null || !isTime) return number;
  const exponent = secondExponent(attributeOf(value, 'unit') ?? '');
  return exponent === null ? null : timesPowerOfTen(number, exponent + 3);
}
