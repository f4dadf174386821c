import type { LeadInput } from '../../core/ecg/ecg.js';
import {
  parseExtraLead,
  parseLead,
  type ExtraLeadName,
  type LeadName,
} from '../../core/ecg/lead.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import { items, member, text, type Json } from '../json.js';
import type { Context } from './context.js';
import { sampledFrom, type Sampled } from './sampled-data.js';

const MDC_SYSTEMS = new Set(['urn:oid:2.16.840.1.113883.6.24', 'urn:iso:std:iso:11073:10101']);

/** An element that has a code and SampledData: a component, or an Observation of its own. */
export interface LeadElement {
  readonly element: Json;
  /** Empty for the resource itself. */
  readonly place: string;
}

export interface LeadSamples {
  readonly leads: readonly LeadInput[];
  readonly extraLeads: readonly LeadInput<ExtraLeadName>[];
  readonly sampleRateHz: number;
}

/** The leads among the elements; an element of any other kind is passed over. */
export function leadsIn(
  elements: readonly LeadElement[],
  context: Context,
): Result<LeadSamples | null> {
  const leads: LeadInput[] = [];
  const extras: { name: ExtraLeadName; sampled: Result<Sampled> }[] = [];
  const seen = new Set<string>();
  let sampleRateHz = 0;
  let unknown: string | null = null;
  for (const { element, place } of elements) {
    const data = member(element, 'valueSampledData');
    if (data === undefined) continue;
    const code = member(element, 'code');
    const name = nameIn(code, parseLead);
    const extra = name ? null : nameIn(code, parseExtraLead);
    if (!name && !extra) {
      unknown ??= inside(place, 'code');
      continue;
    }
    const stands = name ?? extra ?? '';
    if (seen.has(stands)) {
      return refuse('lead-doubled', `lead ${stands} stands twice`, {
        location: inside(place, 'code'),
      });
    }
    seen.add(stands);
    const where = inside(place, 'valueSampledData');
    const sampled = sampledFrom(data, where, context.longText);
    if (extra) extras.push({ name: extra, sampled });
    if (!name) continue;
    if (!sampled.ok) return sampled;
    const { microvolts } = sampled.value;
    const differing = differenceFrom(leads[0], sampleRateHz, name, sampled.value);
    if (differing) return refuse(...differing, { location: where });
    ({ sampleRateHz } = sampled.value);
    leads.push({ name, microvolts });
  }
  if (leads.length === 0 && unknown !== null) {
    return refuse('lead-unknown', 'the component does not say which of the twelve leads it is', {
      location: unknown,
    });
  }
  if (leads.length === 0) return ok(null);
  return ok({ leads, extraLeads: fitting(extras, leads, sampleRateHz), sampleRateHz });
}

const inside = (place: string, name: string): string => (place === '' ? name : `${place}.${name}`);

function differenceFrom(
  first: LeadInput | undefined,
  sampleRateHz: number,
  name: LeadName,
  sampled: Sampled,
): ['sample-rate-invalid' | 'sample-count-differs', string] | null {
  if (!first) return null;
  if (sampled.sampleRateHz !== sampleRateHz) {
    return ['sample-rate-invalid', 'the leads have different sample rates'];
  }
  const expected = first.microvolts.length;
  const { length } = sampled.microvolts;
  if (length === expected) return null;
  return ['sample-count-differs', `lead ${name} has ${length} samples, not ${expected}`];
}

/** A lead beyond the twelve that does not fit them is left out: the twelve are whole without it. */
function fitting(
  extras: readonly { name: ExtraLeadName; sampled: Result<Sampled> }[],
  leads: readonly LeadInput[],
  sampleRateHz: number,
): LeadInput<ExtraLeadName>[] {
  return extras.flatMap(({ name, sampled }) => {
    if (!sampled.ok || sampled.value.sampleRateHz !== sampleRateHz) return [];
    const { microvolts } = sampled.value;
    return microvolts.length === leads[0]?.microvolts.length ? [{ name, microvolts }] : [];
  });
}

/** The electric potential of some lead: which one is told by other words, if at all. */
const UNSPECIFIED = new Set(['', '131328', 'MDC_ECG_ELEC_POTL']);

/** An MDC code counts first, then any code or display that names a lead, then the text. */
function nameIn<Name>(code: Json, parse: (text: string) => Name | null): Name | null {
  const codings = items(member(code, 'coding')).slice(0, 10);
  const mdc = codings.find((coding) => MDC_SYSTEMS.has(text(member(coding, 'system'))));
  const mdcCode = text(member(mdc, 'code')).trim();
  if (mdc !== undefined && !UNSPECIFIED.has(mdcCode)) return parse(mdcCode);
  const words = [
    ...codings.map((coding) => member(coding, 'code')),
    ...codings.map((coding) => member(coding, 'display')),
    member(code, 'text'),
  ];
  for (const word of words) {
    const name = parse(text(word).slice(0, 100));
    if (name) return name;
  }
  return null;
}
