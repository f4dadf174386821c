import type { Ecg, EcgPatient } from '../core/ecg/ecg.js';
import { LEAD_NAMES, type LeadName } from '../core/ecg/lead.js';

/** An Ecg in the form that crosses to a scoring thread: one buffer, given away and not copied. */
export interface PackedEcg {
  readonly sampleRateHz: number;
  readonly sampleCount: number;
  readonly patient: EcgPatient;
  /** The twelve leads one after the other, in the order of LEAD_NAMES. */
  readonly microvolts: Int16Array<ArrayBuffer>;
}

export function packEcg(ecg: Ecg): PackedEcg {
  const { sampleRateHz, sampleCount, patient } = ecg;
  const microvolts = new Int16Array(LEAD_NAMES.length * sampleCount);
  ecg.leads.forEach(({ samples }, i) => {
    microvolts.set(samples, i * sampleCount);
  });
  return { sampleRateHz, sampleCount, patient, microvolts };
}

export function packedLead({ microvolts, sampleCount }: PackedEcg, name: LeadName): Int16Array {
  const at = LEAD_NAMES.indexOf(name) * sampleCount;
  return microvolts.subarray(at, at + sampleCount);
}
