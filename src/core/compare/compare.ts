import type { Ecg } from '../ecg/ecg.js';
import { LEAD_NAMES, type LeadName } from '../ecg/lead.js';
import { bundleBranchBlock, type BundleBranchBlock } from '../criteria/conduction.js';
import { MICROVOLTS_PER_MM } from '../criteria/readout.js';
import { measure } from '../signal/measure.js';
import type { LeadMeasurement, Measured } from '../signal/measurement.js';
import { assessQuality, type Quality } from '../signal/quality.js';
import { beyondOrdinary, ORDINARY_CHANGE, type ChangeKind } from './ordinary-change.js';

/** An earlier and a later ECG of one patient, held against each other. */
export type Comparison = Compared | NotCompared;

export interface NotCompared {
  readonly kind: 'not-compared';
  readonly because: string;
}

export interface Compared {
  readonly kind: 'compared';
  /** Every change that could be measured, small ones too. */
  readonly changes: readonly Change[];
  /** A block that the later ECG has and the earlier had not. */
  readonly newBlock: BundleBranchBlock | null;
  /** Leads left out because one of the two could not be read in them. */
  readonly leadsLeftOut: readonly LeadName[];
  /** For a clinician: what is beyond ordinary day-to-day change, or that nothing is. */
  readonly sentences: readonly string[];
}

export interface Change {
  readonly what: ChangeKind;
  /** Null for what is not of one lead. */
  readonly lead: LeadName | null;
  readonly before: number;
  readonly after: number;
  readonly unit: 'mm' | 'ms' | 'bpm' | 'degrees';
  readonly beyondOrdinary: boolean;
}

/** `before` and `after` by time of acquisition; the caller knows that it is one patient. */
export function compareEcgs(before: Ecg, after: Ecg): Comparison {
  const [first, second] = [before, after].map((ecg) => {
    const measurement = measure(ecg);
    return { measurement, quality: assessQuality(ecg, measurement) };
  });
  if (!first || !second) throw new RangeError('two ECGs make a comparison');
  const [a, b] = [first.measurement, second.measurement];
  if (a.kind === 'not-measured') return notCompared(`the earlier ECG: ${a.detail}`);
  if (b.kind === 'not-measured') return notCompared(`the later ECG: ${b.detail}`);
  if (first.quality.forbidsMeasure) return notCompared(`the earlier ECG: ${reason(first.quality)}`);
  if (second.quality.forbidsMeasure) return notCompared(`the later ECG: ${reason(second.quality)}`);
  const leadsLeftOut = LEAD_NAMES.filter((name) =>
    [first, second].some(
      ({ quality, measurement }) =>
        quality.unusableLeads.includes(name) ||
        (measurement.kind === 'measured' && leadOf(measurement, name).beatCount === 0),
    ),
  );
  const usable = LEAD_NAMES.filter((name) => !leadsLeftOut.includes(name));
  const changes = [
    ...globalChanges(a, b),
    ...usable.flatMap((name) => leadChanges(name, leadOf(a, name), leadOf(b, name))),
  ];
  const newBlock = newlyBlocked(bundleBranchBlock(a), bundleBranchBlock(b));
  return Object.freeze({
    kind: 'compared',
    changes,
    newBlock,
    leadsLeftOut,
    sentences: sentencesOf(changes, newBlock),
  });
}

function notCompared(because: string): NotCompared {
  return Object.freeze({ kind: 'not-compared', because });
}

function reason(quality: Quality): string {
  return quality.findings
    .filter((item) => item.lead === null && item.forbids.includes('measure'))
    .map((item) => item.sentence)
    .join(' ');
}

function leadOf({ leads }: Measured, name: LeadName): LeadMeasurement {
  const lead = leads.find((candidate) => candidate.name === name);
  if (!lead) throw new RangeError(`a measurement without lead ${name} cannot exist`);
  return lead;
}

function globalChanges(a: Measured, b: Measured): Change[] {
  const pairs: readonly [ChangeKind, number | null, number | null, Change['unit']][] = [
    ['rate', a.rhythm.rateBpm, b.rhythm.rateBpm, 'bpm'],
    ['pr', a.intervals.prMs, b.intervals.prMs, 'ms'],
    ['qrs-duration', a.intervals.qrsMs, b.intervals.qrsMs, 'ms'],
    ['qtc', a.intervals.qtcFridericiaMs, b.intervals.qtcFridericiaMs, 'ms'],
    ['qrs-axis', a.axes.qrs, b.axes.qrs, 'degrees'],
    ['t-axis', a.axes.t, b.axes.t, 'degrees'],
  ];
  return pairs.flatMap(([what, before, after, unit]) =>
    before === null || after === null ? [] : [change(what, null, before, after, unit)],
  );
}

/** Under so small an R a Q wave and an S wave are told apart by chance. */
const R_MICROVOLTS_MIN = 100;

function leadChanges(name: LeadName, a: LeadMeasurement, b: LeadMeasurement): Change[] {
  const inMm = (what: ChangeKind, read: (lead: LeadMeasurement) => number) =>
    change(what, name, read(a) / MICROVOLTS_PER_MM, read(b) / MICROVOLTS_PER_MM, 'mm');
  const tallestR = Math.max(a.qrs.r, a.qrs.rPrime, b.qrs.r, b.qrs.rPrime);
  return [
    inMm('st', ({ st }) => st.j60),
    inMm('t', ({ t }) => t.peak),
    inMm('r', ({ qrs }) => Math.max(qrs.r, qrs.rPrime)),
    ...(tallestR >= R_MICROVOLTS_MIN ? [inMm('q', ({ qrs }) => qrs.q)] : []),
  ];
}

function change(
  what: ChangeKind,
  lead: LeadName | null,
  before: number,
  after: number,
  unit: Change['unit'],
): Change {
  return Object.freeze({
    what,
    lead,
    before,
    after,
    unit,
    beyondOrdinary: beyondOrdinary(what, before, after),
  });
}

function newlyBlocked(
  before: BundleBranchBlock | null,
  after: BundleBranchBlock | null,
): BundleBranchBlock | null {
  return after !== null && after !== before ? after : null;
}

const BLOCK_NAMES: Readonly<Record<BundleBranchBlock, string>> = {
  left: 'New left bundle branch block.',
  right: 'New right bundle branch block.',
  unspecific: 'New wide QRS without the form of a bundle branch block.',
};

function sentencesOf(changes: readonly Change[], newBlock: BundleBranchBlock | null): string[] {
  const beyond = changes.filter((item) => item.beyondOrdinary);
  const kinds = [...new Set(beyond.map((item) => item.what))];
  const sentences = kinds.map((kind) => {
    const parts = beyond.filter((item) => item.what === kind).map(said);
    return `${ORDINARY_CHANGE[kind].title}: ${parts.join(', ')}.`;
  });
  if (newBlock) sentences.unshift(BLOCK_NAMES[newBlock]);
  return sentences.length > 0
    ? sentences
    : ['No change beyond what two ECGs of one person ordinarily differ by.'];
}

function said({ lead, before, after, unit }: Change): string {
  const digits = unit === 'mm' ? 1 : 0;
  const values = `${before.toFixed(digits)} to ${after.toFixed(digits)} ${unit}`;
  return lead ? `${lead} ${values}` : values;
}
