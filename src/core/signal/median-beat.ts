import type { AnyLeadName, LeadName } from '../ecg/lead.js';
import type { AlignedBeat } from './beat-class.js';
import { samplesOf, type Trace } from './trace.js';

/** One beat that stands for its kind: twelve leads of microvolts around sample CENTRE. */
export interface MedianBeat<Name extends AnyLeadName = LeadName> {
  readonly leads: readonly MedianLead<Name>[];
  readonly beatCount: number;
}

export interface MedianLead<Name extends AnyLeadName = LeadName> {
  readonly name: Name;
  readonly microvolts: Float64Array;
  /** How many beats this lead was known for; 0 makes the lead unmeasurable. */
  readonly beatCount: number;
}

export const CENTRE = samplesOf(480);
export const LENGTH = CENTRE + samplesOf(720);
/** More beats than this sharpen nothing and would cost time: they are taken evenly spread. */
export const MEDIAN_BEATS_MAX = 60;

/**
 * At each sample the mean of the middle half of all beats: as deaf to an odd beat as the median and
 * half as noisy.
 */
export function medianBeat<Name extends AnyLeadName>(
  trace: Trace<Name>,
  beats: readonly AlignedBeat[],
): MedianBeat<Name> {
  const stride = Math.ceil(beats.length / MEDIAN_BEATS_MAX);
  const used = beats.filter((_, i) => i % stride === 0);
  const leads = trace.leads.map((lead): MedianLead<Name> => {
    const whole = used.filter(({ at }) => at - QRS_REACH >= lead.from && at + QRS_REACH < lead.to);
    const microvolts = new Float64Array(LENGTH);
    const column = new Float64Array(whole.length);
    for (let i = 0; i < LENGTH; i += 1) {
      let filled = 0;
      for (const { at } of whole) {
        const place = at - CENTRE + i;
        if (place < lead.from || place >= lead.to) continue;
        filled = insert(column, filled, lead.microvolts[place] as number);
      }
      microvolts[i] = filled > 0 ? middleMean(column, filled) : (microvolts[i - 1] ?? 0);
    }
    return { name: lead.name, microvolts, beatCount: whole.length };
  });
  return { leads, beatCount: used.length };
}

/** A beat counts for a lead when the lead is known at least this far around it. */
const QRS_REACH = samplesOf(100);

/** Keeps the first `filled` values sorted; a handful of beats is sorted fastest while it arrives. */
function insert(column: Float64Array, filled: number, value: number): number {
  let i = filled;
  while (i > 0 && (column[i - 1] as number) > value) {
    column[i] = column[i - 1] as number;
    i -= 1;
  }
  column[i] = value;
  return filled + 1;
}

function middleMean(sorted: Float64Array, count: number): number {
  const cut = Math.floor(count / 4);
  let sum = 0;
  for (let i = cut; i < count - cut; i += 1) sum += sorted[i] as number;
  return sum / (count - 2 * cut);
}
