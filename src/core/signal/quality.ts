import type { Ecg } from '../ecg/ecg.js';
import { checkLimbLeads } from '../ecg/einthoven.js';
import type { AnyLeadName } from '../ecg/lead.js';
import { examineLead, type LeadSignal } from './lead-quality.js';
import { detectLimbSwap } from './limb-swap.js';
import type { LeadMeasurement, Measured, Measurement } from './measurement.js';
import { missingParts } from './missing-parts.js';
import { suspectPrecordialSwap } from './precordial-order.js';

/** What is wrong with a recording and what may therefore not be done with it. */
export interface Quality {
  readonly findings: readonly QualityFinding[];
  /** Some finding forbids any network to answer on this ECG. */
  readonly forbidsScore: boolean;
  /** Some finding that holds for all leads forbids millimetres to be read. */
  readonly forbidsMeasure: boolean;
  /** Leads in which no millimetres may be read. */
  readonly unusableLeads: readonly AnyLeadName[];
}

export interface QualityFinding {
  readonly kind: QualityKind;
  /** Null where the finding is about the whole recording. */
  readonly lead: AnyLeadName | null;
  readonly forbids: readonly Forbidden[];
  /** What was measured, with its unit in the name. */
  readonly numbers: Readonly<Record<string, number>>;
  readonly sentence: string;
}

/** `waveform-score`: by a network that is fed samples; what a picture needs, its page itself tells. */
export type Forbidden = 'score' | 'waveform-score' | 'measure';

export type QualityKind =
  | 'lead-off'
  | 'flat'
  | 'saturated'
  | 'clipped'
  | 'baseline-wander'
  | 'muscle-noise'
  | 'mains'
  | 'missing-part'
  | 'limb-swap'
  | 'limb-swap-suspected'
  | 'limb-leads-disagree'
  | 'precordial-swap-suspected'
  | 'paced'
  | 'too-few-beats'
  | 'not-measurable';

const BOTH: readonly Forbidden[] = ['score', 'measure'];
const MEASURE: readonly Forbidden[] = ['measure'];
const NOTHING: readonly Forbidden[] = [];

const FLAT_SHARE_MAX = 0.1;
const SATURATED_SHARE_MAX = 0.001;
const CLIPPED_RUNS_MIN = 3;
const WANDER = { seen: 600, forbidding: 2500 };
const NOISE = { seen: 30, forbidding: 80 };
const MAINS = { seen: 25, forbidding: 120 };
/** A QRS lower than this, where other leads have a good one, is an electrode that hears nothing. */
const DEAF_MICROVOLTS = 60;
const HEARD_MICROVOLTS = 400;
const BEATS_MIN = 3;

export function assessQuality(ecg: Ecg, measurement: Measurement): Quality {
  const perLead = ecg.leads.flatMap((lead) =>
    ofLead(lead.name, examineLead(lead, ecg.sampleRateHz)),
  );
  // No network reads the leads beyond the twelve: what is wrong with them forbids no score.
  const perExtraLead = ecg.extraLeads.flatMap((lead) =>
    ofLead(lead.name, examineLead(lead, ecg.sampleRateHz)).map(notForbiddingScore),
  );
  const findings = [
    ...perLead,
    ...perExtraLead,
    ...missingParts(ecg, namesOff([...perLead, ...perExtraLead])),
    ...ofLimbLeads(ecg),
    ...(measurement.kind === 'measured'
      ? [
          ...deafLeads(measurement.leads, namesOff(perLead)),
          ...measurement.extraLeads.flatMap(withoutBeat),
          ...ofMeasured(measurement),
        ]
      : [unmeasurable(measurement.detail)]),
  ];
  const forbids = (what: Forbidden) => (item: QualityFinding) => item.forbids.includes(what);
  const unmeasured = findings.filter(forbids('measure'));
  return Object.freeze({
    findings,
    forbidsScore: findings.some(forbids('score')),
    forbidsMeasure: unmeasured.some((item) => item.lead === null),
    unusableLeads: [...new Set(unmeasured.flatMap((item) => (item.lead ? [item.lead] : [])))],
  });
}

function unmeasurable(detail: string): QualityFinding {
  return finding('not-measurable', null, BOTH, {}, `Nothing can be measured: ${detail}.`);
}

function namesOff(findings: readonly QualityFinding[]): ReadonlySet<AnyLeadName> {
  return new Set(findings.flatMap(({ kind, lead }) => (kind === 'lead-off' && lead ? [lead] : [])));
}

function finding(
  kind: QualityKind,
  lead: AnyLeadName | null,
  forbids: readonly Forbidden[],
  numbers: Readonly<Record<string, number>>,
  sentence: string,
): QualityFinding {
  return Object.freeze({ kind, lead, forbids, numbers: Object.freeze(numbers), sentence });
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function millivolts(microvolts: number): string {
  return `${(microvolts / 1000).toFixed(2)} mV`;
}

function ofLead(name: AnyLeadName, signal: LeadSignal): QualityFinding[] {
  const say = (
    kind: QualityKind,
    forbids: readonly Forbidden[],
    numbers: Record<string, number>,
    sentence: string,
  ) => [finding(kind, name, forbids, numbers, `Lead ${name} ${sentence}.`)];
  const { flatShare, saturatedShare, clippedRuns } = signal;
  const { wanderMicrovolts, noiseMicrovolts, mainsMicrovolts, mainsHz } = signal;
  if (flatShare === 1) return say('lead-off', BOTH, { flatShare }, 'shows nothing at all');
  return [
    ...(flatShare > FLAT_SHARE_MAX
      ? say('flat', BOTH, { flatShare }, `is flat for ${percent(flatShare)} of the time`)
      : []),
    ...(saturatedShare > SATURATED_SHARE_MAX
      ? say('saturated', BOTH, { saturatedShare }, "stands at the recorder's limit")
      : []),
    ...(clippedRuns >= CLIPPED_RUNS_MIN
      ? say('clipped', MEASURE, { clippedRuns }, `is cut off at its extremes ${clippedRuns} times`)
      : []),
    ...graded(wanderMicrovolts, WANDER, (forbids) =>
      say(
        'baseline-wander',
        forbids,
        { wanderMicrovolts },
        `wanders by ${millivolts(wanderMicrovolts)}`,
      ),
    ),
    ...graded(mainsMicrovolts, MAINS, (forbids) =>
      say(
        'mains',
        forbids,
        { mainsMicrovolts, mainsHz },
        `carries ${mainsHz} Hz mains of ${millivolts(mainsMicrovolts)}`,
      ),
    ),
    ...graded(mainsMicrovolts < MAINS.seen ? noiseMicrovolts : 0, NOISE, (forbids) =>
      say(
        'muscle-noise',
        forbids,
        { noiseMicrovolts },
        `is noisy (${millivolts(noiseMicrovolts)} RMS)`,
      ),
    ),
  ];
}

/** Above the first bound it is said, above the second it forbids measuring in that lead. */
function graded(
  value: number,
  bounds: { readonly seen: number; readonly forbidding: number },
  say: (forbids: readonly Forbidden[]) => QualityFinding[],
): QualityFinding[] {
  if (value < bounds.seen) return [];
  return say(value < bounds.forbidding ? NOTHING : MEASURE);
}

function ofLimbLeads(ecg: Ecg): QualityFinding[] {
  return checkLimbLeads(ecg).flatMap(({ lead, agrees, errorMicrovolts, share }) =>
    agrees
      ? []
      : [
          finding(
            'limb-leads-disagree',
            lead,
            BOTH,
            { errorMicrovolts, share },
            `Lead ${lead} is not what leads I and II make of it (off by ${millivolts(errorMicrovolts)}).`,
          ),
        ],
  );
}

const SWAP_NAMES = {
  arms: 'the arm electrodes',
  'right-arm-and-foot': 'the right arm and left foot electrodes',
  'left-arm-and-foot': 'the left arm and left foot electrodes',
  'right-arm-and-right-leg': 'the right arm and right leg electrodes',
  'left-arm-and-right-leg': 'the left arm and right leg electrodes',
} as const;

function ofMeasured(measured: Measured): QualityFinding[] {
  const { pacing, medianBeat } = measured;
  const swap = detectLimbSwap(measured);
  const order = suspectPrecordialSwap(measured);
  const beatCount = medianBeat.beatCount;
  const pulses = pacing.pulsesMs.length;
  const isPaced = pacing.ventricular || pacing.atrial;
  return [
    ...(swap
      ? [
          finding(
            swap.isSure ? 'limb-swap' : 'limb-swap-suspected',
            null,
            swap.isSure ? BOTH : NOTHING,
            swap.numbers,
            swap.isSure
              ? `The limb leads look as if ${SWAP_NAMES[swap.swap]} were swapped.`
              : `Check ${SWAP_NAMES[swap.swap]}: they may be swapped, which the trace alone cannot prove.`,
          ),
        ]
      : []),
    ...(order
      ? [
          finding(
            'precordial-swap-suspected',
            null,
            NOTHING,
            { roughnessShare: order.share },
            `${order.leads.join(' and ')} may be swapped: the chest leads run smoother the other way round.`,
          ),
        ]
      : []),
    ...(isPaced
      ? [
          finding(
            'paced',
            null,
            ['score'],
            { pulses },
            `A pacemaker drives the ${pacing.ventricular ? 'ventricles' : 'atria'}.`,
          ),
        ]
      : []),
    ...(beatCount < BEATS_MIN
      ? [
          finding(
            'too-few-beats',
            null,
            ['score'],
            { beatCount },
            `Only ${beatCount} like ${beatCount === 1 ? 'beat was' : 'beats were'} found.`,
          ),
        ]
      : []),
  ];
}

function withoutBeat({ name, beatCount }: LeadMeasurement<AnyLeadName>): QualityFinding[] {
  if (beatCount > 0) return [];
  return [finding('missing-part', name, MEASURE, {}, `Lead ${name} holds no whole beat.`)];
}

function notForbiddingScore(item: QualityFinding): QualityFinding {
  return Object.freeze({ ...item, forbids: item.forbids.filter((what) => what !== 'score') });
}

/** `off`: leads of which it is already said that they show nothing. */
function deafLeads(
  leads: readonly LeadMeasurement[],
  off: ReadonlySet<AnyLeadName>,
): QualityFinding[] {
  const size = ({ qrs }: LeadMeasurement) => Math.max(qrs.r, qrs.rPrime) + Math.max(qrs.q, qrs.s);
  const isHeard = leads.filter((lead) => size(lead) >= HEARD_MICROVOLTS).length >= leads.length / 2;
  return leads.flatMap((lead) => {
    const qrsMicrovolts = size(lead);
    const isChest = lead.name.startsWith('V');
    if (lead.beatCount === 0) return withoutBeat(lead);
    const isSaid = off.has(lead.name);
    if (isSaid || !isChest || !isHeard || qrsMicrovolts >= DEAF_MICROVOLTS) return [];
    return [
      finding(
        'lead-off',
        lead.name,
        BOTH,
        { qrsMicrovolts },
        `Lead ${lead.name} hears no QRS while the others do.`,
      ),
    ];
  });
}
