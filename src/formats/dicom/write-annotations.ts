import type { Reading, VendorMeasurements } from '../../core/ecg/reading.js';
import { u16 } from '../octets.js';
import { codeItem, decimal, emit, emitItems, emitText, type Emitted } from './emit.js';
import { TAG } from './tags.js';

type Unit = readonly [code: string, meaning: string];
const MILLISECONDS: Unit = ['ms', 'millisecond'];
const DEGREES: Unit = ['deg', 'degree'];
const PER_MINUTE: Unit = ['/min', 'per minute'];

/** PS3.16 CID 3227 to 3229. */
const CODES: Readonly<Record<keyof VendorMeasurements, readonly [string, string, Unit]>> = {
  heartRateBpm: ['2:16770', 'Heart rate', PER_MINUTE],
  prMs: ['2:15872', 'PR interval global', MILLISECONDS],
  qrsMs: ['2:16156', 'QRS duration global', MILLISECONDS],
  qtMs: ['2:16160', 'QT interval global', MILLISECONDS],
  qtcMs: ['2:15876', 'QTc interval global', MILLISECONDS],
  pAxisDegrees: ['2:16128', 'P axis', DEGREES],
  qrsAxisDegrees: ['2:16132', 'QRS axis', DEGREES],
  tAxisDegrees: ['2:16136', 'T axis', DEGREES],
};

/** Statements and measurements, each about all channels of the one group. */
export function annotationElements(reading: Reading): Emitted[] {
  const items = [
    ...reading.vendorStatements.map((text) => [
      ...aboutTheGroup(0),
      emitText(TAG.statement, 'ST', text),
    ]),
    ...measurementItems(reading.vendorMeasurements),
  ];
  return items.length > 0 ? [emitItems(TAG.annotations, items)] : [];
}

function measurementItems(measured: VendorMeasurements | null): Emitted[][] {
  if (measured === null) return [];
  return (Object.keys(CODES) as (keyof VendorMeasurements)[]).flatMap((key) => {
    const value = measured[key];
    if (value === null) return [];
    const [code, meaning, unit] = CODES[key];
    return [
      [
        ...aboutTheGroup(1),
        emitItems(TAG.conceptName, [codeItem(code, 'MDC', meaning)]),
        emitItems(TAG.measurementUnits, [codeItem(unit[0], 'UCUM', unit[1])]),
        emitText(TAG.numericValue, 'DS', decimal(value)),
      ],
    ];
  });
}

/** Group 1, channel 0: all of its channels. */
function aboutTheGroup(number: number): Emitted[] {
  return [emit(0x0040a0b0, 'US', u16(1, 0)), emit(0x0040a180, 'US', u16(number))];
}
