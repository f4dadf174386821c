import type { LeadName } from '../ecg/lead.js';
import type { LeadMeasurement, Measured } from '../signal/measurement.js';

export type BundleBranchBlock = 'left' | 'right' | 'unspecific';

/** A block is complete from here on. */
export const WIDE_QRS_MS = 120;
/** A left block's last forces point away from V1, a right block's toward it. */
const TERMINAL_SHARE = 0.4;
const LVH = {
  sokolowMicrovolts: 3500,
  cornellMenMicrovolts: 2800,
  cornellWomenMicrovolts: 2000,
} as const;

/** Null where the QRS is narrow, paced beats included in neither. */
export function bundleBranchBlock(measured: Measured): BundleBranchBlock | null {
  if (measured.intervals.qrsMs < WIDE_QRS_MS || measured.pacing.ventricular) return null;
  const v1 = named(measured, 'V1');
  const lateral = [named(measured, 'I'), named(measured, 'V6')].filter((lead) => lead !== null);
  if (!v1 || lateral.length === 0) return 'unspecific';
  const last = (lead: LeadMeasurement) => terminalMean(lead, measured);
  const late = lateral.reduce((sum, lead) => sum + last(lead), 0);
  if (last(v1) > 0 && late < 0 && v1.qrs.r + v1.qrs.rPrime > 0) return 'right';
  const isLeft =
    v1.qrs.area < 0 && last(v1) < 0 && late > 0 && lateral.every((lead) => lead.qrs.area > 0);
  return isLeft ? 'left' : 'unspecific';
}

function named({ leads }: Measured, name: LeadName): LeadMeasurement | null {
  const lead = leads.find((candidate) => candidate.name === name);
  return lead && lead.beatCount > 0 ? lead : null;
}

function terminalMean({ microvolts }: LeadMeasurement, { medianBeat }: Measured): number {
  const { onset, offset } = medianBeat.qrs;
  const from = Math.round(offset - TERMINAL_SHARE * (offset - onset));
  const part = microvolts.subarray(from, offset);
  return part.reduce((sum, value) => sum + value, 0) / Math.max(1, part.length);
}

/** Sokolow-Lyon or Cornell. Of unknown sex the higher bound is asked for. */
export function hasHighVoltage(measured: Measured, sex: 'male' | 'female' | null): boolean {
  const of = (name: LeadName) => named(measured, name)?.qrs;
  const [v1, v3, v5, v6, aVL] = [of('V1'), of('V3'), of('V5'), of('V6'), of('aVL')];
  const sokolow = (v1?.s ?? 0) + Math.max(v5?.r ?? 0, v6?.r ?? 0);
  const cornell = (aVL?.r ?? 0) + (v3?.s ?? 0);
  const bound = sex === 'female' ? LVH.cornellWomenMicrovolts : LVH.cornellMenMicrovolts;
  return sokolow >= LVH.sokolowMicrovolts || cornell > bound;
}
