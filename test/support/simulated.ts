import type { Ecg } from '../../src/core/ecg/ecg.js';
import type {
  CaseSpec,
  Condition as SimulatedCondition,
} from '../../src/sandbox/simulator/case.js';
import { simulateCase } from '../../src/sandbox/simulator/simulate.js';

/** Three plain cases for whoever needs an ECG and not its truth; `simulator/` has the rest. */
export const CONDITIONS = ['normal', 'anterior-occlusion', 'inferior-occlusion'] as const;
export type Condition = (typeof CONDITIONS)[number];

const MADE_AS: Readonly<Record<Condition, SimulatedCondition>> = {
  normal: 'normal',
  'anterior-occlusion': 'omi-lad-proximal',
  'inferior-occlusion': 'omi-rca',
};

export type SimulatedPatient = Omit<CaseSpec, 'condition'> & { readonly condition: Condition };

/** An occlusion here is one that nobody overlooks. */
export function simulateEcg(patient: SimulatedPatient): Ecg {
  return simulateCase({
    severity: 0.85,
    minutesSinceOnset: 90,
    recorder: 'diagnostic',
    ...patient,
    condition: MADE_AS[patient.condition],
  }).ecg;
}
