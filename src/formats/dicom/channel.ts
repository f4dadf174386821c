import {
  extraLeadOfScpNumber,
  leadOfScpNumber,
  parseExtraLead,
  parseLead,
  type ExtraLeadName,
  type LeadName,
} from '../../core/ecg/lead.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import { microvoltExponent } from '../units.js';
import type { DataSet } from './data-set.js';
import { TAG } from './tags.js';
import { codeOf, numberOf, scaledBy, textOf, type Code } from './values.js';

/** Which lead a channel is; 'other' for a known lead that is none of ours. */
export type ChannelLead = LeadName | ExtraLeadName | 'other' | null;

/** Microvolts of a stored sample: sample * gain + offset. */
export interface Scale {
  readonly gain: number;
  readonly offset: number;
}

/** `2:n` of MDC, `5.6.3-9-n` of SCPECG, and MDC's code as one number: CID 3001 and its older forms. */
const CODED_NUMBERS = [/^2\s*:\s*(\d{1,3})$/, /^5\.6\.3-9[-:.](\d{1,3})$/] as const;
const MDC_NUMBER = /^(?:2\s*:\s*)?(\d{6})$/;

/** By code, and only where the code says nothing by label. */
export function channelLead(channel: DataSet): ChannelLead {
  const source = codeOf(channel, TAG.channelSource);
  const coded = source ? codedLead(source) : null;
  return coded ?? namedLead(textOf(channel, TAG.channelLabel)) ?? namedLead(source?.meaning ?? '');
}

function codedLead({ value }: Code): ChannelLead {
  for (const pattern of CODED_NUMBERS) {
    const number = Number(pattern.exec(value)?.[1] ?? 0);
    if (number > 0) return leadOfScpNumber(number) ?? extraLeadOfScpNumber(number) ?? 'other';
  }
  const mdc = MDC_NUMBER.exec(value)?.[1];
  if (mdc !== undefined) return parseLead(mdc) ?? parseExtraLead(mdc) ?? 'other';
  return namedLead(value);
}

/** "Lead I (Einthoven)", "aVR, augmented voltage, right", "V1". */
function namedLead(text: string): LeadName | ExtraLeadName | null {
  const name = text.replace(/[(,].*$/s, '').trim();
  return parseLead(name) ?? parseExtraLead(name);
}

export function channelScale(channel: DataSet, place: string): Result<Scale> {
  const sensitivity = numberOf(channel, TAG.sensitivity);
  const correction = numberOf(channel, TAG.sensitivityCorrection) ?? 1;
  const exponent = voltExponent(codeOf(channel, TAG.sensitivityUnits));
  if (sensitivity === null || exponent === null || sensitivity * correction === 0) {
    const why = 'the channel does not say how many volts a step is';
    return refuse('unit-unknown', why, { location: place });
  }
  return ok({
    gain: scaledBy(sensitivity * correction, exponent),
    // The baseline is a voltage already (PS3.3 C.10.9): the factors are not applied to it.
    offset: scaledBy(numberOf(channel, TAG.baseline) ?? 0, exponent),
  });
}

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['volt', 'V'],
  ['millivolt', 'mV'],
  ['microvolt', 'uV'],
  ['nanovolt', 'nV'],
]);

function voltExponent(unit: Code | null): number | null {
  if (!unit) return null;
  const meaning = MEANINGS.get(unit.meaning.toLowerCase().replace(/s$/, ''));
  return microvoltExponent(unit.value) ?? microvoltExponent(meaning ?? unit.meaning);
}

export interface Filters {
  readonly highPassHz: number | null;
  readonly lowPassHz: number | null;
  readonly notchHz: number | null;
}

/** What was filtered before recording; a zero is the writer's word for none. */
export function channelFilters(channel: DataSet): Filters | null {
  const hertz = (tag: number): number | null => {
    const value = numberOf(channel, tag);
    return value !== null && value > 0 ? value : null;
  };
  const filters = {
    highPassHz: hertz(TAG.filterLow),
    lowPassHz: hertz(TAG.filterHigh),
    notchHz: hertz(TAG.notch),
  };
  return Object.values(filters).some((value) => value !== null) ? filters : null;
}
