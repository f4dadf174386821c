import { MISSING, type LeadInput } from '../core/ecg/ecg.js';
import { LEAD_NAMES, type ExtraLeadName, type LeadName } from '../core/ecg/lead.js';

/** One lead, of the twelve or beyond, in whole microvolts. */
export interface NamedTrace {
  readonly name: LeadName | ExtraLeadName;
  readonly microvolts: Int16Array;
}

export interface SplitTraces {
  readonly leads: readonly LeadInput[];
  readonly extraLeads: readonly LeadInput<ExtraLeadName>[];
}

/** The twelve and the others, as `createEcg` takes them. */
export function splitTraces(traces: readonly NamedTrace[]): SplitTraces {
  const leads: LeadInput[] = [];
  const extraLeads: LeadInput<ExtraLeadName>[] = [];
  for (const { name, microvolts } of traces) {
    if (isOfTheTwelve(name)) leads.push({ name, microvolts });
    else extraLeads.push({ name, microvolts });
  }
  return { leads, extraLeads };
}

function isOfTheTwelve(name: LeadName | ExtraLeadName): name is LeadName {
  return (LEAD_NAMES as readonly string[]).includes(name);
}

/** A stretch of a recording on the whole of its time, MISSING before and behind. */
export function stretched(microvolts: Int16Array, at: number, length: number): Int16Array {
  if (at === 0 && microvolts.length === length) return microvolts;
  const whole = new Int16Array(length).fill(MISSING);
  whole.set(microvolts, at);
  return whole;
}

/** Rounded as `createEcg` rounds: halves away from zero, so that an inversion stays one. */
export function wholeMicrovolts(value: number): number {
  return value < 0 ? -Math.round(-value) : Math.round(value);
}
