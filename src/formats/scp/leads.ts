import {
  extraLeadOfScpNumber,
  leadOfScpNumber,
  type ExtraLeadName,
  type LeadName,
} from '../../core/ecg/lead.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import { Cursor } from '../cursor.js';
import { SAMPLES_MAX } from '../numbers.js';

/** One lead of section 3; its samples are numbered from 1, the last one is counted in. */
export interface LeadDefinition {
  /** Null for a lead that is none of ours. */
  readonly name: LeadName | ExtraLeadName | null;
  readonly first: number;
  readonly count: number;
}

export interface LeadDefinitions {
  readonly leads: readonly LeadDefinition[];
  /** The average beat was taken from the rhythm before it was stored. */
  readonly isSubtracted: boolean;
}

const SUBTRACTED = 1;

export function readLeads(bytes: Uint8Array): Result<LeadDefinitions> {
  const location = 'section 3';
  const cursor = new Cursor(bytes);
  const [count, flags] = [cursor.u8(), cursor.u8()];
  const leads: LeadDefinition[] = [];
  for (let i = 0; i < count; i += 1) {
    const [first, last, number] = [cursor.u32(), cursor.u32(), cursor.u8()];
    if (cursor.overrun) return refuse('encoding-broken', 'the list of leads is cut', { location });
    if (first < 1 || last < first || last > SAMPLES_MAX) {
      return refuse('duration-invalid', 'a lead begins or ends at no sample', { location });
    }
    const name = leadOfScpNumber(number) ?? extraLeadOfScpNumber(number);
    leads.push({ name, first, count: last - first + 1 });
  }
  const names = leads.flatMap(({ name }) => name ?? []);
  const doubled = names.find((name, i) => names.indexOf(name) !== i);
  if (doubled) return refuse('lead-doubled', `lead ${doubled} stands twice`, { location });
  if (names.length === 0)
    return refuse('lead-unknown', 'no lead is one of the twelve', { location });
  return ok({ leads, isSubtracted: (flags & SUBTRACTED) !== 0 });
}
