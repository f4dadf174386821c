import { applyCriteria } from '../../src/core/criteria/criteria.js';
import type { CriterionResult } from '../../src/core/criteria/criterion.js';
import { measure } from '../../src/core/signal/measure.js';
import type { Measurement } from '../../src/core/signal/measurement.js';
import { assessQuality, type Quality } from '../../src/core/signal/quality.js';
import { ecgOf, type PtbxlRecord } from './ptbxl-records.js';

/** One record and everything that is said about it. */
export interface Case {
  readonly record: PtbxlRecord;
  readonly measurement: Measurement;
  readonly quality: Quality;
  readonly criteria: readonly CriterionResult[];
}

/** `signals`: in place of the recorded ones. */
export function examine(
  record: PtbxlRecord,
  signals: readonly ArrayLike<number>[] = record.signals,
): Case {
  const ecg = ecgOf(record, signals);
  const measurement = measure(ecg);
  const quality = assessQuality(ecg, measurement);
  return { record, measurement, quality, criteria: applyCriteria(ecg, measurement, quality) };
}
