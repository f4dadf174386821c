import { simulateEcg as simulateSimply } from '../simulate.js';
import { LEAD_NAMES, type LeadName } from '../../core/ecg/lead.js';
import { OCCLUSIONS, type CaseSpec, type SimulatedCase } from './case.js';

/** A patient's ECG and the truth about it; the same specification gives the same samples. */
export function simulateCase(spec: CaseSpec): SimulatedCase {
  const occluded = OCCLUSIONS.some((condition) => condition === spec.condition);
  const ecg = simulateSimply({ ...spec, condition: occluded ? 'anterior-occlusion' : 'normal' });
  const flat = Object.fromEntries(LEAD_NAMES.map((name) => [name, 0])) as Record<LeadName, number>;
  return {
    ecg,
    truth: {
      condition: spec.condition,
      culprit: occluded ? 'LAD' : null,
      occluded,
      stemiCriteria: occluded,
      stMicrovolts: flat,
      rhythm: 'sinus',
      beats: [],
      ageYears: spec.ageYears,
      sex: spec.sex,
      severity: spec.severity ?? 0.5,
      minutesSinceOnset: null,
      leadFault: spec.leadFault ?? null,
    },
  };
}
