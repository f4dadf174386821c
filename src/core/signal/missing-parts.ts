import { MISSING, type Ecg, type Trace } from '../ecg/ecg.js';
import { EXTRA_LEAD_NAMES, type AnyLeadName } from '../ecg/lead.js';
import type { QualityFinding } from './quality.js';
import { median } from './statistics.js';

type AnyTrace = Trace<AnyLeadName>;

const MISSING_SHARE_MAX = 0.05;
/** A page shows most of its leads for one time; fewer short leads than these are faults. */
const PAPER_LEADS_MIN = 6;
const WINDOW_TOLERANCE = 0.05;
/** More exceptions than these are no longer exceptions. */
const EXCEPT_MAX = 3;

/**
 * What of a recording nobody measured: said once where the paper it stood on explains it, else by lead.
 * `told`: leads of which it is already said that they show nothing.
 */
export function missingParts(ecg: Ecg, told: ReadonlySet<AnyLeadName>): readonly QualityFinding[] {
  const windowSamples = paperWindow(ecg);
  const leads: readonly AnyTrace[] = [...ecg.leads, ...ecg.extraLeads];
  const gaps = leads.flatMap((lead) => {
    if (told.has(lead.name)) return [];
    const isCut = windowSamples !== null && isShort(lead, ecg.sampleCount);
    return gapOf(lead, isCut ? windowSamples : ecg.sampleCount, ecg.sampleRateHz, isCut);
  });
  return windowSamples === null ? gaps : [layoutOf(ecg, windowSamples), ...gaps];
}

/** For how long the leads of a page stand on it; null where the recording is no such page. */
function paperWindow({ leads, sampleCount }: Ecg): number | null {
  const lengths = leads.filter((lead) => isShort(lead, sampleCount)).map(lengthOf);
  if (lengths.length < PAPER_LEADS_MIN) return null;
  const usual = median(lengths);
  const alike = lengths.filter((length) => Math.abs(length - usual) <= WINDOW_TOLERANCE * usual);
  return alike.length >= PAPER_LEADS_MIN ? usual : null;
}

function layoutOf(
  { leads, sampleCount, sampleRateHz }: Ecg,
  windowSamples: number,
): QualityFinding {
  const whole = leads.filter((lead) => !isShort(lead, sampleCount)).map(({ name }) => name);
  const short = leads.filter((lead) => isShort(lead, sampleCount)).map(({ name }) => name);
  const [windowSeconds, allSeconds] = [windowSamples / sampleRateHz, sampleCount / sampleRateHz];
  const who =
    whole.length === 0
      ? 'Each lead has'
      : whole.length <= EXCEPT_MAX
        ? `Each lead but ${whole.join(', ')} has`
        : `Leads ${short.join(', ')} have`;
  const sentence = `${who} ${seconds(windowSeconds)} of the ${seconds(allSeconds)}, as on paper.`;
  return part(null, { windowSeconds, allSeconds }, sentence);
}

/** Beyond what the layout explains; `isCut`: of the time that the page shows this lead for. */
function gapOf(
  lead: AnyTrace,
  expected: number,
  sampleRateHz: number,
  isCut: boolean,
): readonly QualityFinding[] {
  const missingShare = Math.max(0, 1 - knownCount(lead) / expected);
  if (missingShare <= MISSING_SHARE_MAX) return [];
  const ofWhat = isCut ? ` of its ${seconds(expected / sampleRateHz)}` : '';
  const sentence = `Lead ${lead.name} lacks ${Math.round(100 * missingShare)} %${ofWhat}.`;
  return [part(lead.name, { missingShare }, sentence)];
}

/** No network reads the leads beyond the twelve: what they lack forbids no score. */
function part(
  lead: AnyLeadName | null,
  numbers: Readonly<Record<string, number>>,
  sentence: string,
): QualityFinding {
  const isExtra = EXTRA_LEAD_NAMES.some((name) => name === lead);
  const forbids = isExtra ? [] : (['waveform-score'] as const);
  const kind = 'missing-part';
  return Object.freeze({ kind, lead, forbids, numbers: Object.freeze(numbers), sentence });
}

function isShort(lead: AnyTrace, sampleCount: number): boolean {
  return lengthOf(lead) < (1 - WINDOW_TOLERANCE) * sampleCount;
}

function lengthOf({ from, to }: AnyTrace): number {
  return to - from;
}

function knownCount({ samples, from, to }: AnyTrace): number {
  let count = 0;
  for (let i = from; i < to; i += 1) if (samples[i] !== MISSING) count += 1;
  return count;
}

function seconds(value: number): string {
  return `${Math.round(10 * value) / 10} s`;
}
