import { createEcg, type Ecg, type EcgPatient } from '../core/ecg/ecg.js';
import { LEAD_NAMES, type ExtraLeadName, type LeadName } from '../core/ecg/lead.js';
import { FailureError } from '../core/failure.js';

/** An Ecg in the form that crosses to a scoring thread: one buffer, given away and not copied. */
export interface PackedEcg {
  readonly sampleRateHz: number;
  readonly sampleCount: number;
  readonly patient: EcgPatient;
  /** Those of the twelve that are not derived from others. */
  readonly recorded: readonly LeadName[];
  readonly extraLeads: readonly ExtraLeadName[];
  /** The twelve leads one after the other, in the order of LEAD_NAMES, then the extra ones. */
  readonly microvolts: Int16Array<ArrayBuffer>;
}

export function packEcg(ecg: Ecg): PackedEcg {
  const { sampleRateHz, sampleCount, patient } = ecg;
  const leads = [...ecg.leads, ...ecg.extraLeads];
  const microvolts = new Int16Array(leads.length * sampleCount);
  leads.forEach(({ samples }, i) => {
    microvolts.set(samples, i * sampleCount);
  });
  return {
    sampleRateHz,
    sampleCount,
    patient,
    recorded: ecg.leads.flatMap(({ name, origin }) => (origin === 'recorded' ? [name] : [])),
    extraLeads: ecg.extraLeads.map(({ name }) => name),
    microvolts,
  };
}

/** The Ecg again, on the other side. */
export function unpackEcg(packed: PackedEcg): Ecg {
  const { sampleRateHz, sampleCount, patient, recorded, extraLeads, microvolts } = packed;
  const made = createEcg({
    sampleRateHz,
    patient,
    leads: recorded.map((name) => ({ name, microvolts: packedLead(packed, name) })),
    extraLeads: extraLeads.map((name, i) => {
      const at = (LEAD_NAMES.length + i) * sampleCount;
      return { name, microvolts: microvolts.subarray(at, at + sampleCount) };
    }),
  });
  if (!made.ok) throw new FailureError(made.failure);
  return made.value;
}

export function packedLead({ microvolts, sampleCount }: PackedEcg, name: LeadName): Int16Array {
  const at = LEAD_NAMES.indexOf(name) * sampleCount;
  return microvolts.subarray(at, at + sampleCount);
}
