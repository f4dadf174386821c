import type { EcgPatient } from '../ecg/ecg.js';
import { LEAD_NAMES, type AnyLeadName, type ExtraLeadName, type LeadName } from '../ecg/lead.js';
import type { LeadMeasurement, Measured } from '../signal/measurement.js';
import type { Quality } from '../signal/quality.js';
import { listed } from './criterion.js';
import { bundleBranchBlock, hasHighVoltage, type BundleBranchBlock } from './conduction.js';

export const MICROVOLTS_PER_MM = 100;

/** What the rules read: millimetres of the leads that may be read, and what conduction is like. */
export interface Readout {
  readonly patient: EcgPatient;
  readonly leads: ReadonlyMap<LeadName, LeadReadout>;
  /** Right-sided and posterior leads where they were recorded; most ECGs have none. */
  readonly extraLeads: ReadonlyMap<ExtraLeadName, LeadReadout<ExtraLeadName>>;
  /** Recorded beyond the twelve, be they readable or not. */
  readonly extraRecorded: readonly ExtraLeadName[];
  readonly block: BundleBranchBlock | null;
  readonly ventricularPacing: boolean;
  readonly highVoltage: boolean;
  readonly qtcMs: number | null;
  readonly qrsMs: number;
}

/** All in millimetres on paper of 10 mm/mV. */
export interface LeadReadout<Name extends AnyLeadName = LeadName> {
  readonly name: Name;
  /** At the J point against the QRS onset, as the universal definition reads it. */
  readonly st: number;
  /** Against the level before the QRS. */
  readonly stAgainstPr: { readonly j: number; readonly j60: number; readonly j80: number };
  readonly r: number;
  readonly s: number;
  /** The deepest point of the QRS, be it called Q, S or QS. */
  readonly depth: number;
  /** From the highest to the lowest point of the QRS. */
  readonly qrsHeight: number;
  readonly qrsIsPositive: boolean;
  readonly t: { readonly peak: number; readonly opposite: number; readonly skew: number };
}

export function readOut(patient: EcgPatient, measured: Measured, quality: Quality): Readout {
  const isUsable = ({ name, beatCount }: LeadMeasurement<AnyLeadName>) =>
    beatCount > 0 && !quality.unusableLeads.includes(name);
  const { rhythm, intervals } = measured;
  const isSlow = (rhythm.rateBpm ?? 60) < 60;
  return {
    patient,
    leads: new Map(measured.leads.filter(isUsable).map((lead) => [lead.name, readLead(lead)])),
    extraLeads: new Map(
      measured.extraLeads.filter(isUsable).map((lead) => [lead.name, readLead(lead)]),
    ),
    extraRecorded: measured.extraLeads.map(({ name }) => name),
    block: bundleBranchBlock(measured),
    ventricularPacing: measured.pacing.ventricular,
    highVoltage: hasHighVoltage(measured, patient.sex),
    // Bazett's correction shortens a slow heart's QT below what was measured.
    qtcMs: isSlow ? intervals.qtMs : intervals.qtcBazettMs,
    qrsMs: intervals.qrsMs,
  };
}

function readLead<Name extends AnyLeadName>({
  name,
  st,
  qrs,
  t,
}: LeadMeasurement<Name>): LeadReadout<Name> {
  const inMm = (microvolts: number) => microvolts / MICROVOLTS_PER_MM;
  const r = Math.max(qrs.r, qrs.rPrime);
  const depth = Math.max(qrs.s, qrs.q);
  return {
    name,
    st: inMm(st.j - st.onset),
    stAgainstPr: { j: inMm(st.j), j60: inMm(st.j60), j80: inMm(st.j80) },
    r: inMm(r),
    s: inMm(qrs.s),
    depth: inMm(depth),
    qrsHeight: inMm(r + depth),
    qrsIsPositive: qrs.area > 0,
    t: { peak: inMm(t.peak), opposite: inMm(t.opposite), skew: t.skew },
  };
}

/** One of the twelve or beyond them; undefined where it cannot be read. */
export function readLeadOf(
  { leads, extraLeads }: Readout,
  name: AnyLeadName,
): LeadReadout<AnyLeadName> | undefined {
  return leads.get(name as LeadName) ?? extraLeads.get(name as ExtraLeadName);
}

/** For the end of an answer that looked at every lead: what it did not see. */
export function unreadSentence({ leads, extraLeads, extraRecorded }: Readout): string {
  const unread = [
    ...LEAD_NAMES.filter((name) => !leads.has(name)),
    ...extraRecorded.filter((name) => !extraLeads.has(name)),
  ];
  return unread.length === 0 ? '' : ` ${listed(unread)} could not be read.`;
}

/** The leads asked for, or the names of those that cannot be read. */
export function need(
  readout: Readout,
  names: readonly LeadName[],
): { readonly found: readonly LeadReadout[]; readonly missing: readonly LeadName[] } {
  const found = names.flatMap((name) => readout.leads.get(name) ?? []);
  return { found, missing: names.filter((name) => !readout.leads.has(name)) };
}
