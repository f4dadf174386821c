import type { LeadName } from '../ecg/lead.js';
import type { LeadMeasurement, Measured } from '../signal/measurement.js';

export type BundleBranchBlock = 'left' | 'right' | 'unspecific';

/** A block is complete from here on. */
export const WIDE_QRS_MS = 120;
/** A left block is hardly complete before this; between the two many a wide QRS only looks it. */
const LEFT_BLOCK_MS = 130;
/**
 * A left block's late forces point away from V1, a right block's toward it. The very end of the QRS
 * is left out: there the ST segment already pulls.
 */
const LATE_FROM = 0.55;
const LATE_TO = 0.9;
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
  const late = (lead: LeadMeasurement) => lateMean(lead, measured);
  const lateLateral = lateral.reduce((sum, lead) => sum + late(lead), 0);
  const isLeft =
    measured.intervals.qrsMs >= LEFT_BLOCK_MS &&
    v1.qrs.area < 0 &&
    late(v1) < 0 &&
    lateLateral > 0 &&
    lateral.every((lead) => lead.qrs.area > 0);
  if (isLeft) return 'left';
  const isRight = late(v1) > 0 && lateLateral < 0;
  return isRight ? 'right' : 'unspecific';
}

function named({ leads }: Measured, name: LeadName): LeadMeasurement | null {
  const lead = leads.find((candidate) => candidate.name === name);
  return lead && lead.beatCount > 0 ? lead : null;
}

function lateMean({ microvolts }: LeadMeasurement, { medianBeat }: Measured): number {
  const { onset, offset } = medianBeat.qrs;
  const at = (share: number) => Math.round(onset + share * (offset - onset));
  const part = microvolts.subarray(at(LATE_FROM), at(LATE_TO));
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
