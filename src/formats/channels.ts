import { MISSING, type LeadInput } from '../core/ecg/ecg.js';
import { parseExtraLead, parseLead, type ExtraLeadName } from '../core/ecg/lead.js';

/** A channel of a file under the name that the file gives it. */
export interface Channel {
  readonly label: string;
  readonly microvolts: ArrayLike<number>;
}

export interface SortedChannels {
  readonly leads: readonly LeadInput[];
  readonly extraLeads: readonly LeadInput<ExtraLeadName>[];
}

/**
 * The channels by the leads they are. Those that are none we know are passed over, and so are those
 * without any value: an electrode that was not on takes none of the other leads away.
 */
export function sortChannels(channels: readonly Channel[]): SortedChannels {
  const leads: LeadInput[] = [];
  const extraLeads: LeadInput<ExtraLeadName>[] = [];
  for (const { label, microvolts } of channels) {
    if (!holdsValue(microvolts)) continue;
    const name = parseLead(label);
    const extra = name === null ? parseExtraLead(label) : null;
    if (name !== null) leads.push({ name, microvolts });
    else if (extra !== null) extraLeads.push({ name: extra, microvolts });
  }
  return { leads, extraLeads };
}

/** Whether there is a sample that the recorder had a value for. */
export function holdsValue(microvolts: ArrayLike<number>): boolean {
  for (let i = 0; i < microvolts.length; i += 1) {
    const value = microvolts[i] as number;
    if (value !== MISSING && !Number.isNaN(value)) return true;
  }
  return false;
}

/** One name for a lead in whatever way it is spelled; null for none that we know. */
export function leadLabel(label: string): string | null {
  return parseLead(label) ?? parseExtraLead(label);
}
