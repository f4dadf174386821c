import { INDEPENDENT_LEADS } from '../../core/ecg/lead.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import { SAMPLES_MAX } from '../numbers.js';
import { splitTraces, stretched, type SplitTraces } from '../traces.js';
import type { Filters } from './channel.js';
import type { Segment } from './groups.js';

export interface PlacedLeads extends SplitTraces {
  readonly sampleRateHz: number;
  readonly filters: Filters | null;
}

/** A page of four columns has three gaps for each stretch; much more is a file that is at fault. */
const GAP_RATIO_MAX = 4;

/**
 * Puts the leads of several groups on one line of time: the columns of a 3x4 page, a group a lead.
 * Of a lead that stands twice the longest stretch is taken: the rhythm strip under a page.
 */
export function placeSegments(segments: readonly Segment[]): Result<PlacedLeads> {
  const doubled = doubledInGroup(segments);
  if (doubled) return refuse('lead-doubled', `lead ${doubled} stands twice in one group`);
  const placed = place(longestOfEach(segments));
  const whole = placed.ok ? null : wholeGroup(segments);
  return whole ? place(whole) : placed;
}

function place(chosen: readonly Segment[]): Result<PlacedLeads> {
  const first = chosen[0];
  if (!first) return refuse('no-ecg', 'no lead was recorded');
  const { sampleRateHz } = first;
  if (chosen.some((segment) => segment.sampleRateHz !== sampleRateHz)) {
    return refuse('sample-rate-invalid', 'the waveform groups have different sampling frequencies');
  }
  const isOneGroup = chosen.every(({ group }) => group === first.group);
  if (!isOneGroup && chosen.some(({ groupOffsetMs }) => groupOffsetMs === null)) {
    return refuse('encoding-unknown', 'the waveform groups do not say when each of them begins');
  }
  const starts = chosen.map(({ groupOffsetMs, skewSamples }) =>
    Math.round(((groupOffsetMs ?? 0) * sampleRateHz) / 1000 + skewSamples),
  );
  const from = Math.min(...starts);
  const span = Math.max(...chosen.map(({ microvolts }, i) => endOf(starts[i], microvolts))) - from;
  const present = chosen.reduce((sum, { microvolts }) => sum + microvolts.length, 0);
  if (!(span <= SAMPLES_MAX && span * chosen.length <= GAP_RATIO_MAX * present)) {
    return refuse('duration-invalid', 'the waveform groups lie too far apart for one recording');
  }
  const placed = chosen.map((segment, i) => ({
    name: segment.name,
    microvolts: stretched(segment.microvolts, (starts[i] ?? 0) - from, span),
  }));
  return ok({
    ...splitTraces(placed),
    sampleRateHz,
    filters: first.filters,
  });
}

function doubledInGroup(segments: readonly Segment[]): string | null {
  const seen = new Set<string>();
  for (const { name, group } of segments) {
    if (seen.has(`${group} ${name}`)) return name;
    seen.add(`${group} ${name}`);
  }
  return null;
}

/**
 * The longest group that holds an ECG by itself: a strip beside it that has another rate, or does
 * not say when it begins, is no reason to refuse the ECG.
 */
function wholeGroup(segments: readonly Segment[]): readonly Segment[] | null {
  const groups = new Map<number, Segment[]>();
  for (const segment of segments) {
    groups.set(segment.group, [...(groups.get(segment.group) ?? []), segment]);
  }
  let whole: readonly Segment[] | null = null;
  for (const group of groups.values()) {
    const isWhole = INDEPENDENT_LEADS.every((lead) => group.some(({ name }) => name === lead));
    const [one] = group;
    if (!isWhole || !one) continue;
    if (!whole?.[0] || seconds(one) > seconds(whole[0])) whole = group;
  }
  return whole;
}

function longestOfEach(segments: readonly Segment[]): Segment[] {
  const longest = new Map<string, Segment>();
  for (const segment of segments) {
    const other = longest.get(segment.name);
    if (!other || seconds(segment) > seconds(other)) longest.set(segment.name, segment);
  }
  return [...longest.values()];
}

function seconds({ microvolts, sampleRateHz }: Segment): number {
  return microvolts.length / sampleRateHz;
}

function endOf(start: number | undefined, microvolts: Int16Array): number {
  return (start ?? 0) + microvolts.length;
}
