import type { Ecg } from '../ecg/ecg.js';
import type { Measurement } from '../signal/measurement.js';
import type { Quality } from '../signal/quality.js';
import { notApplicable, TITLES, type CriterionId, type CriterionResult } from './criterion.js';
import { fourVariable } from './four-variable.js';
import { patterns } from './patterns.js';
import { readOut } from './readout.js';
import { barcelona, sgarbossa, smithModified } from './sgarbossa.js';
import { stDepression } from './st-depression.js';
import { stemi } from './stemi.js';

/** The rules' age: children's ST segments have norms of their own. */
export const ADULT_AGE_YEARS = 18;

/** Every classic rule, in the order of CRITERION_IDS; one that cannot be applied says why. */
export function applyCriteria(
  ecg: Ecg,
  measurement: Measurement,
  quality: Quality,
): readonly CriterionResult[] {
  if (measurement.kind === 'not-measured') {
    return all(`nothing could be measured: ${measurement.detail}`);
  }
  if (quality.forbidsMeasure) {
    const reasons = quality.findings
      .filter((item) => item.lead === null && item.forbids.includes('measure'))
      .map((item) => item.sentence.replace(/\.$/, ''));
    return all(`the recording does not allow it (${reasons.join('; ')})`);
  }
  const { ageYears } = ecg.patient;
  if (ageYears !== null && ageYears < ADULT_AGE_YEARS) {
    return all(`the patient is under ${ADULT_AGE_YEARS} years`);
  }
  const readout = readOut(ecg.patient, measurement, quality);
  return [
    stemi(readout),
    stDepression(readout),
    sgarbossa(readout),
    smithModified(readout),
    barcelona(readout),
    fourVariable(readout),
    ...patterns(readout),
  ];
}

function all(whyNot: string): readonly CriterionResult[] {
  return (Object.keys(TITLES) as CriterionId[]).map((id) => notApplicable(id, whyNot));
}
