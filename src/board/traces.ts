import { LEAD_NAMES, type AnyLeadName, type LeadName } from '../core/ecg/lead.js';
import type { Ecg, Trace } from '../core/ecg/ecg.js';
import type { Examination } from '../core/decision/examination.js';
import type { LeadMeasurement, Measurement } from '../core/signal/measurement.js';

/** A lead as the page draws it. */
export interface LeadTrace {
  readonly name: AnyLeadName;
  readonly sampleRateHz: number;
  /** Base64 of whole microvolts, int16 little-endian; -32768 where nobody measured. */
  readonly microvolts: string;
  /** Where its first sample stands in the recording. */
  readonly offsetMs: number;
  readonly origin: 'recorded' | 'derived';
}

/** The median beat of all leads, its marks in samples of it. */
export interface BeatView {
  readonly sampleRateHz: number;
  readonly beatCount: number;
  /** Of the QRS. */
  readonly onset: number;
  readonly jPoint: number;
  readonly p: BeatWave | null;
  readonly t: BeatWave | null;
  readonly leads: readonly BeatLead[];
}

export interface BeatWave {
  readonly onset: number;
  readonly offset: number;
}

/** ST in millimetres of 0.1 mV against the QRS onset, to a tenth: as they decide. */
export interface BeatLead {
  readonly name: AnyLeadName;
  readonly microvolts: string;
  /** At the J point. */
  readonly stMillimetres: number;
  readonly st: { readonly j40: number; readonly j60: number; readonly j80: number };
  /** One of those that made a rule positive. */
  readonly decisive: boolean;
}

/** A longer recording is shown from its beginning for so long. */
export const SHOWN_SECONDS_MAX = 60;

export function toLeadTraces(ecg: Ecg): readonly LeadTrace[] {
  const countMax = Math.floor(SHOWN_SECONDS_MAX * ecg.sampleRateHz);
  return [...ecg.leads, ...ecg.extraLeads].map((lead: Trace<AnyLeadName>) => {
    const from = Math.min(lead.from, countMax);
    return {
      name: lead.name,
      sampleRateHz: ecg.sampleRateHz,
      microvolts: base64Of(lead.samples.slice(from, Math.min(lead.to, countMax))),
      offsetMs: (1000 * from) / ecg.sampleRateHz,
      origin: lead.origin,
    };
  });
}

export function toBeatView(
  measurement: Measurement,
  examination: Examination | null,
): BeatView | null {
  if (measurement.kind === 'not-measured') return null;
  const { sampleRateHz, beatCount, p, qrs, t } = measurement.medianBeat;
  const decisive: readonly AnyLeadName[] = decisiveLeads(examination);
  const leads = [...measurement.leads, ...measurement.extraLeads];
  return {
    sampleRateHz,
    beatCount,
    onset: qrs.onset,
    jPoint: qrs.offset,
    p: p && { onset: p.onset, offset: p.offset },
    t: t && { onset: t.onset, offset: t.offset },
    leads: leads.filter((lead) => lead.beatCount > 0).map((lead) => toBeatLead(lead, decisive)),
  };
}

const MICROVOLTS_PER_MM = 100;

function toBeatLead(
  { name, microvolts, st }: LeadMeasurement<AnyLeadName>,
  decisive: readonly AnyLeadName[],
): BeatLead {
  const mm = (level: number) => Math.round((10 * (level - st.onset)) / MICROVOLTS_PER_MM) / 10 + 0;
  return {
    name,
    microvolts: base64Of(rounded(microvolts)),
    stMillimetres: mm(st.j),
    st: { j40: mm(st.j40), j60: mm(st.j60), j80: mm(st.j80) },
    decisive: decisive.includes(name),
  };
}

function decisiveLeads(examination: Examination | null): readonly LeadName[] {
  const met = (examination?.criteria ?? []).filter(({ verdict }) => verdict === 'positive');
  return LEAD_NAMES.filter((name) =>
    met.some(({ measured }) => measured.some((one) => one.decisive && one.lead === name)),
  );
}

function rounded(microvolts: ArrayLike<number>): Int16Array {
  const limit = 32_767;
  return Int16Array.from(microvolts, (value) =>
    Math.max(-limit, Math.min(limit, Math.round(value))),
  );
}

/** Little-endian whatever this machine is. */
function base64Of(samples: Int16Array): string {
  const bytes = Buffer.alloc(2 * samples.length);
  samples.forEach((value, i) => bytes.writeInt16LE(value, 2 * i));
  return bytes.toString('base64');
}
