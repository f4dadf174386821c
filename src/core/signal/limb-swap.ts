import type { LeadName } from '../ecg/lead.js';
import type { LeadMeasurement, Measured } from './measurement.js';
import { clamp } from './statistics.js';

/**
 * The chest leads say what the limb leads should look like. A limb lead is predicted from them (a
 * linear prediction, fitted by least squares on the even folds of PTB-XL's raw records) and held
 * against the recorded one, for QRS, T and P; a logistic score weighs the three likenesses and the
 * height of the P wave. Swapping the arms turns lead I over and leaves aVF as it was, so aVF may
 * help there; swapping the right arm and the foot turns lead II over, the left arm and the foot lead
 * III. Of that last swap little is seen in the chest leads: it is only suspected. The right leg is the
 * recorder's ground; an arm swapped with it leaves the lead between both legs flat. Right leg and left
 * foot swapped change nothing and cannot be seen.
 */
export type LimbSwap =
  | 'arms'
  | 'right-arm-and-foot'
  | 'left-arm-and-foot'
  | 'right-arm-and-right-leg'
  | 'left-arm-and-right-leg';

export interface LimbSwapFinding {
  readonly swap: LimbSwap;
  /** False where so many swaps look like this and so many right ECGs too that nothing may follow. */
  readonly isSure: boolean;
  /** What was measured, with its unit in the name. */
  readonly numbers: Readonly<Record<string, number>>;
}

interface Predictor {
  readonly swap: LimbSwap;
  readonly isSure: boolean;
  readonly lead: LeadName;
  readonly from: readonly LeadName[];
  readonly qrs: readonly number[];
  readonly t: readonly number[];
  readonly p: readonly number[];
  /** Of the likeness of QRS, T and P, and of the P wave's height in twentieths of a millivolt. */
  readonly weights: readonly [number, number, number, number];
  readonly scoreMin: number;
}

const CHEST = ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;

const PREDICTORS: readonly Predictor[] = [
  {
    swap: 'arms',
    isSure: true,
    lead: 'I',
    from: [...CHEST, 'aVF'],
    qrs: [-0.456, 0.109, 0.096, 0.021, -0.061, 0.588, -0.54],
    t: [-0.494, 0.259, 0.058, -0.109, 0.077, 0.598, -0.323],
    p: [-0.451, 0.302, 0.04, -0.024, 0.348, 0.965, -0.222],
    weights: [-3.114, -2.33, -1.326, -0.891],
    scoreMin: 0.5,
  },
  {
    swap: 'right-arm-and-foot',
    isSure: true,
    lead: 'II',
    from: CHEST,
    qrs: [0.053, -0.163, 0.09, 0.18, -0.116, 0.54],
    t: [-0.084, 0.012, 0.151, 0.006, -0.121, 0.864],
    p: [0.12, -0.442, 0.377, 0.403, 0.438, 0.97],
    weights: [-3.138, -2.494, -1.883, -1.228],
    scoreMin: 2,
  },
  {
    swap: 'left-arm-and-foot',
    isSure: false,
    lead: 'III',
    from: CHEST,
    qrs: [0.454, -0.295, 0.052, 0.171, -0.113, 0.094],
    t: [0.284, -0.164, 0.079, 0.063, -0.116, 0.29],
    p: [0.526, -0.572, 0.409, 0.085, 0.125, 0.352],
    weights: [-2.015, -1.153, -3.547, -0.707],
    scoreMin: 2.84,
  },
];

/** The T wave is looked at from this many samples after the J point to as many after its end. */
const T_MARGIN = 10;
/** Keeps the likeness of waves that are hardly there near zero. */
const FAINT_MICROVOLTS = { qrs: 1000, t: 1000, p: 500 } as const;
const P_UNIT_MICROVOLTS = 50;
const P_UNITS_MAX = 2;

/** The likeliest swap, a sure one before a suspected one; null where the limb leads fit. */
export function detectLimbSwap(measured: Measured): LimbSwapFinding | null {
  const ground = groundSwap(measured);
  if (ground) return ground;
  const found = PREDICTORS.flatMap(({ scoreMin, ...predictor }) => {
    const score = scoreOf(measured, predictor);
    return score !== null && score > scoreMin ? [{ ...predictor, score }] : [];
  });
  const best = found.reduce<(typeof found)[number] | null>((first, item) => {
    if (!first || item.isSure !== first.isSure) return first?.isSure ? first : item;
    return item.score > first.score ? item : first;
  }, null);
  if (!best) return null;
  return { swap: best.swap, isSure: best.isSure, numbers: { logOdds: best.score } };
}

/** Of the greater of the other two, what a lead between two legs shows at most. */
const GROUND_SHARE_MAX = 0.08;
const GROUND_MICROVOLTS_MIN = 50;

function groundSwap(measured: Measured): LimbSwapFinding | null {
  const { p, qrs, t } = measured.medianBeat;
  const size = (name: LeadName) => {
    const lead = named(measured, name);
    if (!lead) return null;
    const part = lead.microvolts.subarray((p ?? qrs).onset, (t ?? qrs).offset);
    return Math.sqrt(part.reduce((sum, value) => sum + value * value, 0) / part.length);
  };
  const [one, two, three] = [size('I'), size('II'), size('III')];
  if (one === null || two === null || three === null) return null;
  if (Math.max(one, two, three) < GROUND_MICROVOLTS_MIN) return null;
  const found = (swap: LimbSwap, share: number) => ({ swap, isSure: true, numbers: { share } });
  const [right, left] = [two / Math.max(one, three), three / Math.max(one, two)];
  if (right < GROUND_SHARE_MAX) return found('right-arm-and-right-leg', right);
  return left < GROUND_SHARE_MAX ? found('left-arm-and-right-leg', left) : null;
}

function scoreOf(measured: Measured, predictor: Omit<Predictor, 'scoreMin'>): number | null {
  const lead = named(measured, predictor.lead);
  const from = predictor.from.map((name) => named(measured, name));
  if (!lead || from.some((source) => !source)) return null;
  const sources = from.filter((source) => source !== null);
  const { p, qrs, t } = measured.medianBeat;
  const last = lead.microvolts.length - 1;
  const of = (wave: 'qrs' | 't' | 'p', start: number, end: number) =>
    likeness(lead, sources, predictor[wave], start, Math.min(end, last), wave);
  const [wQrs, wT, wP, wHeight] = predictor.weights;
  const height = clamp(lead.pMicrovolts / P_UNIT_MICROVOLTS, -P_UNITS_MAX, P_UNITS_MAX);
  return (
    wQrs * of('qrs', qrs.onset, qrs.offset) +
    (t ? wT * of('t', qrs.offset + T_MARGIN, t.offset + T_MARGIN) : 0) +
    (p ? wP * of('p', p.onset, p.offset) + wHeight * height : 0)
  );
}

function named({ leads }: Measured, name: LeadName): LeadMeasurement | null {
  const lead = leads.find((candidate) => candidate.name === name);
  return lead && lead.beatCount > 0 ? lead : null;
}

/** Near 1 where the lead does what the chest leads say, near -1 where it does the opposite. */
function likeness(
  lead: LeadMeasurement,
  sources: readonly LeadMeasurement[],
  weights: readonly number[],
  from: number,
  to: number,
  wave: 'qrs' | 't' | 'p',
): number {
  const level = (y: Float64Array) => (wave === 'qrs' ? 0 : (y[from] as number));
  let cross = 0;
  let expectedEnergy = 0;
  let ownEnergy = 0;
  for (let i = from; i < to; i += 1) {
    let expected = 0;
    sources.forEach(({ microvolts: y }, k) => {
      expected += (weights[k] as number) * ((y[i] as number) - level(y));
    });
    const own = (lead.microvolts[i] as number) - level(lead.microvolts);
    cross += expected * own;
    expectedEnergy += expected * expected;
    ownEnergy += own * own;
  }
  const faint = FAINT_MICROVOLTS[wave] * Math.sqrt(Math.max(1, to - from));
  return cross / (Math.sqrt(expectedEnergy * ownEnergy) + faint);
}
