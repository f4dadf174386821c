import { MISSING, type Ecg, type Trace as RecordedTrace } from '../ecg/ecg.js';
import type { AnyLeadName, ExtraLeadName, LeadName } from '../ecg/lead.js';
import { createResampler, resampleFactors } from './resample.js';

/**
 * All measuring is done at one rate, so that every length in samples means the same time whatever
 * the recorder's rate was.
 */
export const WORKING_RATE_HZ = 500;
export const MS_PER_SAMPLE = 1000 / WORKING_RATE_HZ;

/** An Ecg as the measuring code wants it: twelve leads of microvolts at the working rate. */
export interface Trace<Name extends AnyLeadName = LeadName> {
  readonly leads: readonly TraceLead<Name>[];
  readonly count: number;
}

export interface TraceLead<Name extends AnyLeadName = LeadName> {
  readonly name: Name;
  /** Gaps are bridged by straight lines; before `from` and from `to` on, the edge value stands. */
  readonly microvolts: Float64Array;
  readonly from: number;
  readonly to: number;
}

export function samplesOf(milliseconds: number): number {
  return Math.round(milliseconds / MS_PER_SAMPLE);
}

export function millisecondsOf(samples: number): number {
  return samples * MS_PER_SAMPLE;
}

export function createTrace(ecg: Ecg): Trace {
  return traceOf(ecg, ecg.leads);
}

/** The leads beyond the twelve, sample for sample beside them. */
export function createExtraTrace(ecg: Ecg): Trace<ExtraLeadName> {
  return traceOf(ecg, ecg.extraLeads);
}

function traceOf<Name extends AnyLeadName>(
  ecg: Ecg,
  recorded: readonly RecordedTrace<Name>[],
): Trace<Name> {
  const { up, down } = resampleFactors(ecg.sampleRateHz, WORKING_RATE_HZ);
  const resample = up === down ? null : createResampler(up, down);
  const count = Math.ceil((ecg.sampleCount * up) / down);
  const leads = recorded.map((lead): TraceLead<Name> => {
    const bridged = bridgeGaps(lead);
    return {
      name: lead.name,
      microvolts: resample ? resampleAround(bridged, resample) : bridged,
      from: Math.ceil((lead.from * up) / down),
      to: Math.min(count, Math.floor((lead.to * up) / down)),
    };
  });
  return { leads, count };
}

/** The resampler takes what lies beyond the ends as zero: the mean must be zero too. */
function resampleAround(
  x: Float64Array,
  resample: (x: Float64Array) => Float64Array,
): Float64Array {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  return resample(x.map((value) => value - mean)).map((value) => value + mean);
}

function bridgeGaps(lead: RecordedTrace<AnyLeadName>): Float64Array {
  const x = Float64Array.from(lead.samples);
  x.fill(lead.samples[lead.from] as number, 0, lead.from);
  x.fill(lead.samples[lead.to - 1] as number, lead.to);
  let known = lead.from;
  for (let i = lead.from + 1; i < lead.to; i += 1) {
    if (x[i] === MISSING) continue;
    const step = ((x[i] as number) - (x[known] as number)) / (i - known);
    for (let k = known + 1; k < i; k += 1) x[k] = (x[k - 1] as number) + step;
    known = i;
  }
  return x;
}
