import { applyCriteria } from '../criteria/criteria.js';
import type { CriterionResult } from '../criteria/criterion.js';
import type { Ecg } from '../ecg/ecg.js';
import { measure } from '../signal/measure.js';
import type { LeadMeasurement, Measured, Measurement, NotMeasured } from '../signal/measurement.js';
import { assessQuality, type Quality } from '../signal/quality.js';

/**
 * What can be read off the trace without a network: how good the recording is, its millimetres and
 * milliseconds, and what the classic rules say. It stands beside every finding, so that a physician
 * can see whether the two agree.
 */
export interface Examination {
  readonly quality: Quality;
  readonly measurement: MeasurementRecord;
  readonly criteria: readonly CriterionResult[];
}

/** A Measurement to be kept and sent: without its median beats, its numbers rounded to what counts. */
export type MeasurementRecord = NotMeasured | MeasuredRecord;
export type LeadRecord = Omit<LeadMeasurement, 'microvolts'>;
export interface MeasuredRecord extends Omit<Measured, 'leads'> {
  readonly leads: readonly LeadRecord[];
}

export function examine(ecg: Ecg): Examination {
  const measurement = measure(ecg);
  const quality = assessQuality(ecg, measurement);
  return Object.freeze({
    quality: rounded(quality),
    measurement: rounded(recordOf(measurement)),
    criteria: rounded(applyCriteria(ecg, measurement, quality)),
  });
}

function recordOf(measurement: Measurement): MeasurementRecord {
  if (measurement.kind === 'not-measured') return measurement;
  return {
    ...measurement,
    leads: measurement.leads.map((lead): LeadRecord => {
      const { microvolts, ...numbers } = lead;
      return numbers;
    }),
  };
}

/** A thousandth is finer than any of these numbers is known; sixteen digits only cost room. */
const STEPS_PER_UNIT = 1000;

function rounded<T>(value: T): T {
  if (typeof value === 'number') {
    return (
      Number.isFinite(value) ? Math.round(value * STEPS_PER_UNIT) / STEPS_PER_UNIT : null
    ) as T;
  }
  if (Array.isArray(value)) return Object.freeze(value.map(rounded)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, rounded(inner as unknown)]);
  return Object.freeze(Object.fromEntries(entries)) as T;
}
