import { leadOf, MISSING, type Ecg } from './ecg.js';
import type { DerivableLead, LeadName } from './lead.js';

/**
 * What two limb leads say a third must be. Where all six were recorded, a file whose limb leads do
 * not add up has a wrong name, sign or scale on one of them.
 */
export interface LimbCheck {
  readonly lead: DerivableLead;
  /** Root mean square of recorded less expected, after each one's own level is taken off. */
  readonly errorMicrovolts: number;
  /** The same as a share of the root mean square of the recorded lead. */
  readonly share: number;
  readonly agrees: boolean;
}

const WEIGHTS: Readonly<Record<DerivableLead, readonly [ofI: number, ofII: number]>> = {
  III: [-1, 1],
  aVR: [-0.5, -0.5],
  aVL: [1, -0.5],
  aVF: [-0.5, 1],
};

/** Each limb lead as shares of leads I and II. */
export const LIMB_SHARES: Partial<
  Readonly<Record<LeadName, readonly [ofI: number, ofII: number]>>
> = Object.freeze({ I: [1, 0], II: [0, 1], ...WEIGHTS });

/** Recorders filter and round each lead for itself: less than this is agreement. */
const ERROR_MICROVOLTS_MAX = 40;
const ERROR_SHARE_MAX = 0.2;
/** Fewer common samples than this say nothing. */
const SAMPLES_MIN = 50;

/** Einthoven (III) and Goldberger (aVR, aVL, aVF), for each of the four that was recorded. */
export function checkLimbLeads(ecg: Ecg): readonly LimbCheck[] {
  return (Object.keys(WEIGHTS) as DerivableLead[]).flatMap((lead) => {
    const check = leadOf(ecg, lead).origin === 'recorded' ? checkLead(ecg, lead) : null;
    return check ? [check] : [];
  });
}

function checkLead(ecg: Ecg, name: DerivableLead): LimbCheck | null {
  const one = leadOf(ecg, 'I').samples;
  const two = leadOf(ecg, 'II').samples;
  const recorded = leadOf(ecg, name).samples;
  const [ofI, ofII] = WEIGHTS[name];
  let count = 0;
  const difference = { sum: 0, square: 0 };
  const own = { sum: 0, square: 0 };
  for (let i = 0; i < recorded.length; i += 1) {
    const [a, b, c] = [one[i] as number, two[i] as number, recorded[i] as number];
    if (a === MISSING || b === MISSING || c === MISSING) continue;
    const d = c - ofI * a - ofII * b;
    count += 1;
    difference.sum += d;
    difference.square += d * d;
    own.sum += c;
    own.square += c * c;
  }
  if (count < SAMPLES_MIN) return null;
  const errorMicrovolts = deviation(difference, count);
  const share = errorMicrovolts / Math.max(1, deviation(own, count));
  const agrees = errorMicrovolts <= ERROR_MICROVOLTS_MAX || share <= ERROR_SHARE_MAX;
  return Object.freeze({ lead: name, errorMicrovolts, share, agrees });
}

function deviation({ sum, square }: { sum: number; square: number }, count: number): number {
  return Math.sqrt(Math.max(0, square / count - (sum / count) ** 2));
}
