import { ECG_LIMITS, type AcquisitionFilters } from '../../core/ecg/ecg.js';
import { INDEPENDENT_LEADS } from '../../core/ecg/lead.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import type { Channel } from '../channels.js';
import { parseDecimal } from '../decimal.js';
import { timesPowerOfTen } from '../numbers.js';
import { childOf, childrenOf, contentOf, textOf, type XmlElement } from '../xml/tree.js';
import { leadIn, type MuseLead } from './lead-data.js';

export interface Rhythm {
  readonly channels: readonly Channel[];
  readonly sampleRateHz: number;
  /** Leads begin or end at different samples, as on a page of groups. */
  readonly partial: boolean;
  readonly filters: AcquisitionFilters | null;
}

const WAVEFORMS_MAX = 32;
const LEADS_MAX = 64;
/** A median beat takes 1.2 s, so that what is longer than this is none. */
const UNTYPED_SECONDS_MIN = 2.5;
/** Two bytes a sample, and four signs for three bytes. */
const BASE64_CHARS_PER_SAMPLE = 8 / 3;
/** Where leads begin at different samples, all of it is a page, and no page takes longer. */
const PAGE_SECONDS_MAX = 30;

/**
 * The rhythm, never the median beat. Several waveforms of rhythm are parts of one ECG where they
 * hold different leads at one rate; one that repeats a lead is another ECG, and the first stands.
 */
export function rhythmOf(root: XmlElement): Result<Rhythm> {
  const waveforms = childrenOf(root, 'Waveform');
  if (waveforms.length > WAVEFORMS_MAX) {
    return refuse('encoding-broken', `more than ${WAVEFORMS_MAX} waveforms`);
  }
  const typed = waveforms.filter((one) => /^rhythm$/i.test(typeOf(one)));
  // Some exports hold one waveform and say of it no more than its rate and its leads.
  const rhythms = typed.length > 0 ? typed : waveforms.filter(isLongAndUntyped);
  const [first] = rhythms;
  if (!first) return refuse('no-ecg', 'the document holds no rhythm waveform');
  const leads: MuseLead[] = [];
  let sampleRateHz = 0;
  for (const waveform of rhythms) {
    const rate = rateOf(waveform);
    const found = leadsIn(waveform);
    // A strip at fault behind a whole ECG takes nothing away from it.
    if (!(rate.ok && found.ok) && holdsAllLeads(leads)) continue;
    if (!rate.ok) return rate;
    if (!found.ok) return found;
    const isAnother = found.value.some(({ label }) => leads.some((one) => one.label === label));
    if (isAnother || (sampleRateHz !== 0 && rate.value !== sampleRateHz)) continue;
    sampleRateHz = rate.value;
    leads.push(...found.value);
  }
  const wrong = leadWithWrongSum(leads);
  if (wrong) return refuse('encoding-broken', `lead ${wrong.label} does not give its checksum`);
  const laid = sideBySide(leads, sampleRateHz);
  return laid.ok ? ok({ ...laid.value, sampleRateHz, filters: filtersOf(first) }) : laid;
}

const holdsAllLeads = (leads: readonly MuseLead[]): boolean =>
  INDEPENDENT_LEADS.every((name) => leads.some(({ label }) => label === name));

const typeOf = (waveform: XmlElement): string => textOf(childOf(waveform, 'WaveformType'));

function isLongAndUntyped(waveform: XmlElement): boolean {
  const rate = rateOf(waveform);
  const lead = childOf(waveform, 'LeadData');
  const data = childOf(lead, 'WaveFormData');
  const told = parseDecimal(textOf(childOf(lead, 'LeadSampleCountTotal')));
  const { start, end } = data ? contentOf(data) : { start: 0, end: 0 };
  const count = told ?? (end - start) / BASE64_CHARS_PER_SAMPLE;
  return typeOf(waveform) === '' && rate.ok && count >= UNTYPED_SECONDS_MIN * rate.value;
}

/**
 * Where some leads give their checksum, one that does not holds other samples than were recorded, and
 * a score of them would be of nobody. Where none gives it, the writer sums otherwise: it says nothing.
 */
function leadWithWrongSum(leads: readonly MuseLead[]): MuseLead | undefined {
  const isKnown = leads.some(({ checksum }) => checksum === 'fits');
  return isKnown ? leads.find(({ checksum }) => checksum === 'differs') : undefined;
}

/** Samples a second are the base times ten to the exponent. */
function rateOf(waveform: XmlElement): Result<number> {
  const base = parseDecimal(textOf(childOf(waveform, 'SampleBase')));
  const exponent = parseDecimal(textOf(childOf(waveform, 'SampleExponent')) || '0');
  const isWhole = exponent !== null && Number.isInteger(exponent) && Math.abs(exponent) < 20;
  const rate = base !== null && isWhole ? timesPowerOfTen(base, exponent) : 0;
  return rate > 0 && rate <= ECG_LIMITS.sampleRateHzMax
    ? ok(rate)
    : refuse('sample-rate-invalid', 'the sample base is no rate of an ECG');
}

function leadsIn(waveform: XmlElement): Result<MuseLead[]> {
  if (/^MULTIPLEX/i.test(textOf(childOf(waveform, 'SampleType')))) {
    return refuse('encoding-unknown', 'the samples of the leads are mixed');
  }
  const elements = childrenOf(waveform, 'LeadData');
  if (elements.length > LEADS_MAX) {
    return refuse('encoding-broken', `more than ${LEADS_MAX} leads in a waveform`);
  }
  const leads: MuseLead[] = [];
  for (const element of elements) {
    const lead = leadIn(element);
    if (!lead.ok) return lead;
    if (!lead.value) continue;
    const { label } = lead.value;
    if (leads.some((one) => one.label === label)) {
      return refuse('lead-doubled', `lead ${label} stands twice`);
    }
    leads.push(lead.value);
  }
  return ok(leads);
}

/** Leads that all begin and end together stay as they are; else each is put in its place. */
function sideBySide(
  leads: readonly MuseLead[],
  sampleRateHz: number,
): Result<{ readonly channels: readonly Channel[]; readonly partial: boolean }> {
  const [first] = leads;
  if (!first) return refuse('no-ecg', 'the rhythm waveform holds no lead that is known');
  if (leads.some(({ timeOffset }) => timeOffset !== first.timeOffset)) {
    return refuse('encoding-unknown', 'the leads begin at different times');
  }
  if (leads.every(({ from }) => from === first.from)) {
    return ok({ channels: leads, partial: false });
  }
  const start = Math.min(...leads.map(({ from }) => from));
  const end = Math.max(...leads.map(({ from, microvolts }) => from + microvolts.length));
  if (end - start > PAGE_SECONDS_MAX * sampleRateHz) {
    return refuse('duration-invalid', `the leads span over ${PAGE_SECONDS_MAX} s`);
  }
  const channels = leads.map(({ label, from, microvolts }) => {
    const placed = new Float64Array(end - start).fill(NaN);
    placed.set(microvolts, from - start);
    return { label, microvolts: placed };
  });
  return ok({ channels, partial: true });
}

/** High pass in hundredths of a hertz (16 is 0.16 Hz), the others in hertz. */
function filtersOf(waveform: XmlElement): AcquisitionFilters | null {
  const number = (name: string): number | null => {
    for (const element of childrenOf(waveform, name)) {
      const value = parseDecimal(textOf(element));
      if (value !== null && value > 0) return value;
    }
    return null;
  };
  const highPass = number('HighPassFilter');
  const lowPassHz = number('LowPassFilter');
  const notchHz = number('ACFilter');
  if (highPass === null && lowPassHz === null && notchHz === null) return null;
  // A fraction is in hertz already: the element itself holds whole numbers.
  const isHundredths = highPass !== null && Number.isInteger(highPass);
  return { highPassHz: isHundredths ? highPass / 100 : highPass, lowPassHz, notchHz };
}
