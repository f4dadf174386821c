import type { Ecg } from '../core/ecg/ecg.js';
import { LEAD_NAMES } from '../core/ecg/lead.js';
import { measure } from '../core/signal/measure.js';
import type { LeadMeasurement, Measured } from '../core/signal/measurement.js';

const OF_A_LEAD: Readonly<Record<string, (lead: LeadMeasurement) => number>> = {
  q: ({ qrs }) => qrs.q,
  qMs: ({ qrs }) => qrs.qMs,
  r: ({ qrs }) => qrs.r,
  s: ({ qrs }) => qrs.s,
  j: ({ st }) => st.j,
  j60: ({ st }) => st.j60,
  j80: ({ st }) => st.j80,
  t: ({ t }) => t.peak,
  tOpposite: ({ t }) => t.opposite,
  p: ({ pMicrovolts }) => pMicrovolts,
};

const OF_ALL: Readonly<Record<string, (measured: Measured) => number | null>> = {
  rateBpm: ({ rhythm }) => rhythm.rateBpm,
  irregularity: ({ rhythm }) => rhythm.irregularity,
  prMs: ({ intervals }) => intervals.prMs,
  qrsMs: ({ intervals }) => intervals.qrsMs,
  qtcFridericiaMs: ({ intervals }) => intervals.qtcFridericiaMs,
};

export const MEASURES: readonly string[] = [
  ...LEAD_NAMES.flatMap((lead) => Object.keys(OF_A_LEAD).map((name) => `${lead}.${name}`)),
  ...Object.keys(OF_ALL),
];

/** In the order of `MEASURES`; NaN for what could not be measured. */
export function measuresOf(ecg: Ecg): Float32Array {
  const measured = measure(ecg);
  if (measured.kind === 'not-measured') return new Float32Array(MEASURES.length).fill(NaN);
  const ofLeads = measured.leads.flatMap((lead) =>
    Object.values(OF_A_LEAD).map((of) => (lead.beatCount > 0 ? of(lead) : NaN)),
  );
  return Float32Array.from([...ofLeads, ...Object.values(OF_ALL).map((of) => of(measured) ?? NaN)]);
}
