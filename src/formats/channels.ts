import type { LeadInput } from '../core/ecg/ecg.js';
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

/** The channels by the leads they are; those that are none we know are passed over. */
export function sortChannels(channels: readonly Channel[]): SortedChannels {
  const leads: LeadInput[] = [];
  const extraLeads: LeadInput<ExtraLeadName>[] = [];
  for (const { label, microvolts } of channels) {
    const name = parseLead(label);
    const extra = name === null ? parseExtraLead(label) : null;
    if (name !== null) leads.push({ name, microvolts });
    else if (extra !== null) extraLeads.push({ name: extra, microvolts });
  }
  return { leads, extraLeads };
}

/** One name for a lead in whatever way it is spelled; null for none that we know. */
export function leadLabel(label: string): string | null {
  return parseLead(label) ?? parseExtraLead(label);
}
