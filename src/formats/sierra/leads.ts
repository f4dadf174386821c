import type { LeadInput } from '../../core/ecg/ecg.js';
import { MISSING } from '../../core/ecg/ecg.js';
import {
  LEAD_NAMES,
  parseExtraLead,
  parseLead,
  type ExtraLeadName,
  type LeadName,
} from '../../core/ecg/lead.js';
import { holdsValue } from '../channels.js';
import type { Channels } from './samples.js';

/** What a recorder writes where it has no sample. */
const NO_SAMPLE = 32767;

/** The standard order, in which a recorder that names no leads stores them. */
export const STANDARD_LABELS: readonly string[] = LEAD_NAMES;

/**
 * The lead that a label of the schema stands for. Chest leads are also called C1 to C9; an `i` is
 * an electrode of Frank's and no lead I, so that letters count as they are written.
 */
export function leadOfLabel(label: string): AnyLead | null {
  if (label === 'i') return null;
  const name = label.replace(/^C(\d)(?=R?$)/, 'V$1');
  return parseLead(name) ?? parseExtraLead(name);
}

/**
 * XLI keeps of III, aVR, aVL and aVF only what is left after they are worked out from the leads
 * before them, halves rounded down. Done in place; answers with the names of the channels, where a
 * lead that cannot be worked out has none.
 */
export function restoreLimbLeads(
  channels: Channels,
  names: readonly (AnyLead | null)[],
): readonly (AnyLead | null)[] {
  const of = (name: LeadName) => channels[names.indexOf(name)] ?? null;
  const [one, two, three] = [of('I'), of('II'), of('III')];
  const left = new Set<AnyLead | null>(['III', 'aVR', 'aVL', 'aVF']);
  const restored = (name: LeadName, a: Channel | null, b: Channel | null, rule: Rule): void => {
    const lead = of(name);
    if (!lead || !a || !b) return;
    restore(lead, a, b, rule);
    left.delete(name);
  };
  restored('III', one, two, (a, b, rest) => b - a - rest);
  restored('aVR', one, two, (a, b, rest) => -rest - ((a + b) >> 1));
  if (one && two) {
    restored('aVL', one, three, (a, b, rest) => ((a - b) >> 1) - rest);
    restored('aVF', two, three, (a, b, rest) => ((a + b) >> 1) - rest);
  }
  return names.map((name) => (left.has(name) ? null : name));
}

type AnyLead = LeadName | ExtraLeadName;
type Rule = (a: number, b: number, rest: number) => number;
type Channel = Channels[number];

function restore(lead: Channel, one: Channel, two: Channel, rule: Rule): void {
  for (let i = 0; i < lead.length; i += 1) {
    const [a, b] = [one[i] as number, two[i] as number];
    lead[i] = isSample(a) && isSample(b) ? rule(a, b, lead[i] as number) : NO_SAMPLE;
  }
}

function isSample(value: number): boolean {
  return value !== NO_SAMPLE && value !== MISSING;
}

export interface Scale {
  readonly stepMicrovolts: number;
  /** Taken off every sample. */
  readonly offset: number;
  /** Samples that are kept. */
  readonly length: number;
}

export interface ScaledLeads {
  readonly leads: readonly LeadInput[];
  readonly extraLeads: readonly LeadInput<ExtraLeadName>[];
}

/** The channels that are a lead we know and hold a value, in microvolts; others are passed over. */
export function scaledLeads(
  channels: Channels,
  names: readonly (AnyLead | null)[],
  scale: Scale,
): ScaledLeads {
  const leads: LeadInput[] = [];
  const extraLeads: LeadInput<ExtraLeadName>[] = [];
  for (const [index, channel] of channels.entries()) {
    const name = names[index] ?? null;
    if (name === null) continue;
    const microvolts = scaled(channel, scale);
    if (!holdsValue(microvolts)) continue;
    if (isOfTwelve(name)) leads.push({ name, microvolts });
    else extraLeads.push({ name, microvolts });
  }
  return { leads, extraLeads };
}

function isOfTwelve(name: AnyLead): name is LeadName {
  return (LEAD_NAMES as readonly string[]).includes(name);
}

/**
 * In place where microvolts of this size fit, since a document may unpack to many times its size.
 * Values beyond are left to be refused as such.
 */
function scaled(channel: Channel, { stepMicrovolts, offset, length }: Scale): Channel {
  const samples = channel.subarray(0, length);
  let largest = 0;
  for (const value of samples) {
    if (isSample(value)) largest = Math.max(largest, Math.abs(value - offset));
  }
  const out = largest * stepMicrovolts <= NO_SAMPLE ? samples : new Float64Array(length);
  for (let i = 0; i < length; i += 1) {
    const value = samples[i] as number;
    out[i] = isSample(value) ? roundHalfAway((value - offset) * stepMicrovolts) : MISSING;
  }
  return out;
}

function roundHalfAway(value: number): number {
  return value < 0 ? -Math.round(-value) : Math.round(value);
}
