import type { ExtraLeadName, LeadName } from '../ecg/lead.js';
import type { Measurement } from '../signal/measurement.js';

/** What is to be shown beside the trace: values only, so that a stored one draws the same again. */
export interface Evidence {
  /** Stretches that drove a finding. */
  readonly spans: readonly EvidenceSpan[];
  readonly stLevels: readonly StLevel[];
  readonly medianBeat: MedianBeatPanel | null;
  readonly lines: readonly EvidenceLine[];
}

export interface EvidenceSpan {
  /** null: all leads. */
  readonly lead: LeadName | ExtraLeadName | null;
  readonly fromMs: number;
  readonly toMs: number;
  /** A letter or two that a line of text refers to. */
  readonly label: string | null;
}

/** One millimetre is 0.1 mV, whatever the gain of the page. */
export interface StLevel {
  readonly lead: LeadName;
  readonly millimetres: number;
  /** One that made a rule positive: drawn in a frame. */
  readonly isDecisive: boolean;
}

export interface MedianBeatPanel {
  readonly sampleRateHz: number;
  /** QRS onset and J point of all leads together, in samples. */
  readonly onset: number;
  readonly jPoint: number;
  readonly beatCount: number;
  readonly leads: readonly { readonly name: LeadName; readonly microvolts: ArrayLike<number> }[];
}

export interface EvidenceLine {
  readonly kind: 'finding' | 'abstention' | 'note';
  readonly text: string;
}

const MICROVOLTS_PER_MILLIMETRE = 100;

/** The measured part of the evidence. Leads that could not be measured have no level. */
export function evidenceOf(
  measurement: Measurement,
  decisive: readonly LeadName[] = [],
): Pick<Evidence, 'stLevels' | 'medianBeat'> {
  if (measurement.kind === 'not-measured') return { stLevels: [], medianBeat: null };
  const leads = measurement.leads.filter((lead) => lead.beatCount > 0);
  const { sampleRateHz, beatCount, qrs } = measurement.medianBeat;
  return {
    stLevels: leads.map(({ name, st }) => ({
      lead: name,
      millimetres: (st.j - st.onset) / MICROVOLTS_PER_MILLIMETRE,
      isDecisive: decisive.includes(name),
    })),
    medianBeat: {
      sampleRateHz,
      onset: qrs.onset,
      jPoint: qrs.offset,
      beatCount,
      leads: leads.map(({ name, microvolts }) => ({ name, microvolts })),
    },
  };
}
