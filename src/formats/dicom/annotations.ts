import { vendorMeasurements, type VendorMeasurements } from '../../core/ecg/reading.js';
import { boundedText } from '../identity.js';
import { secondExponent } from '../units.js';
import type { DataSet } from './data-set.js';
import { TAG } from './tags.js';
import { characterSetsOf, codeOf, itemsOf, numberOf, wordsOf, type Code } from './values.js';

const STATEMENTS_MAX = 50;
const STATEMENT_CHARS_MAX = 500;

type Measured = keyof VendorMeasurements | 'rrMs';

/** PS3.16 CID 3227 to 3229 and 3689, and SCP-ECG's place of the same number, which older files use. */
const MEASURED_BY_CODE: ReadonlyMap<string, Measured> = new Map([
  ['2:16770', 'heartRateBpm'],
  ['2:16168', 'rrMs'],
  ['2:16000', 'rrMs'],
  ['5.10.2.1-3', 'rrMs'],
  ['2:15872', 'prMs'],
  ['5.13.5-7', 'prMs'],
  ['2:16156', 'qrsMs'],
  ['5.13.5-9', 'qrsMs'],
  ['2:16160', 'qtMs'],
  ['5.13.5-11', 'qtMs'],
  ['2:15876', 'qtcMs'],
  ['2:15880', 'qtcMs'],
  ['2:15892', 'qtcMs'],
  ['5.10.2.5-5', 'qtcMs'],
  ['2:16128', 'pAxisDegrees'],
  ['5.10.3-11', 'pAxisDegrees'],
  ['2:16132', 'qrsAxisDegrees'],
  ['5.10.3-13', 'qrsAxisDegrees'],
  ['2:16136', 'tAxisDegrees'],
  ['5.10.3-15', 'tAxisDegrees'],
]);

/** For codes of a maker's own. */
const MEASURED_BY_MEANING: readonly (readonly [RegExp, Measured])[] = [
  [/^(heart|ventricular|vent\.?) ?rate$/i, 'heartRateBpm'],
  [/^(mean |average )?RR[ -]?interval$/i, 'rrMs'],
  [/^P[RQ][ -]?(interval|duration)$/i, 'prMs'],
  [/^QRS[ -]?(duration|interval)$/i, 'qrsMs'],
  [/^QT[ -]?(interval|duration)$/i, 'qtMs'],
  [/^QTc\w?[ -]?(interval|duration)?$/i, 'qtcMs'],
  [/^P[ -]?(wave )?axis$/i, 'pAxisDegrees'],
  [/^(QRS|R)[ -]?axis$/i, 'qrsAxisDegrees'],
  [/^T[ -]?(wave )?axis$/i, 'tAxisDegrees'],
];

const MILLISECONDS_MAX = 5000;
const DEGREES_MAX = 360;
const RATE_BPM_MAX = 500;

/** The recorder's own global measurements; of one that stands twice the first. */
export function measurementsOf(set: DataSet): VendorMeasurements | null {
  const found: Partial<Record<Measured, number>> = {};
  for (const annotation of itemsOf(set, TAG.annotations)) {
    const value = numberOf(annotation, TAG.numericValue);
    if (value === null) continue;
    const name = codeOf(annotation, TAG.conceptName);
    const measured = name ? measuredOf(name) : null;
    if (!measured || found[measured] !== undefined) continue;
    const usual = inUsualUnit(measured, value, codeOf(annotation, TAG.measurementUnits));
    if (usual !== null) found[measured] = usual;
  }
  const { rrMs, ...rest } = found;
  // A mean interval is a heart rate in other words.
  if (rrMs !== undefined && rrMs > 0) rest.heartRateBpm ??= Math.round(60_000 / rrMs);
  return vendorMeasurements(rest);
}

function measuredOf({ value, meaning }: Code): Measured | null {
  const byCode = MEASURED_BY_CODE.get(value.replaceAll(' ', ''));
  if (byCode) return byCode;
  return MEASURED_BY_MEANING.find(([pattern]) => pattern.test(meaning))?.[1] ?? null;
}

/** Milliseconds, degrees or beats a minute; null for what no heart does (0 is "not measured"). */
function inUsualUnit(measured: Measured, value: number, unit: Code | null): number | null {
  if (measured === 'heartRateBpm') return value > 0 && value <= RATE_BPM_MAX ? value : null;
  if (measured.endsWith('Degrees')) return Math.abs(value) <= DEGREES_MAX ? value : null;
  const exponent = secondExponent(unit?.value ?? '') ?? -3;
  const milliseconds = value * 10 ** (exponent + 3);
  return milliseconds > 0 && milliseconds <= MILLISECONDS_MAX ? milliseconds : null;
}

/** What the recorder says in words: free text, or a coded finding that belongs to no single beat. */
export function statementsOf(set: DataSet): string[] {
  const sets = characterSetsOf(set);
  const statements: string[] = [];
  for (const annotation of itemsOf(set, TAG.annotations)) {
    if (statements.length === STATEMENTS_MAX) break;
    const isOfABeat = annotation.elements.has(TAG.temporalRange);
    const finding = isOfABeat ? undefined : itemsOf(annotation, TAG.conceptCode)[0];
    const text =
      wordsOf(annotation, TAG.statement, sets) ||
      (finding ? wordsOf(finding, TAG.codeMeaning, sets) : '');
    const statement = boundedText(text, STATEMENT_CHARS_MAX);
    if (statement !== '') statements.push(statement);
  }
  return statements;
}
