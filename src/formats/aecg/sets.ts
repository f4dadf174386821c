import { INDEPENDENT_LEADS } from '../../core/ecg/lead.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import type { Channel } from '../channels.js';
import { attributeOf, childOf, childrenOf, isTangled, type XmlElement } from '../xml/tree.js';
import { leadOfCode } from './lead-code.js';
import { microvoltsOf, timeAxisOf, type TimeAxis } from './sequence.js';

/** Leads recorded at the same time, as one sequenceSet holds them. */
export interface SequenceSet extends TimeAxis {
  readonly channels: readonly Channel[];
  readonly sampleCount: number;
}

export interface Recording {
  readonly channels: readonly Channel[];
  readonly sampleRateHz: number;
  /** The sets cover parts of the page, so that each lead is known for a part of the time. */
  readonly partial: boolean;
}

const SETS_MAX = 64;
const SEQUENCES_MAX = 128;
/** A page whose leads were recorded one group after the other takes no longer. */
const PAGE_SECONDS_MAX = 30;

/** The leads of a series: of the one set that holds them all, else of its sets side by side. */
export function recordingOf(series: XmlElement): Result<Recording> {
  const elements = childrenOf(series, 'component').flatMap((one) => childrenOf(one, 'sequenceSet'));
  if (elements.length > SETS_MAX) {
    return refuse('encoding-broken', `more than ${SETS_MAX} sets of sequences`);
  }
  const sets: SequenceSet[] = [];
  for (const element of elements) {
    const set = sequenceSetOf(element);
    if (!set.ok) return set;
    if (set.value.channels.length > 0) sets.push(set.value);
    if (holdsAllLeads(set.value.channels)) return ok({ ...set.value, partial: false });
  }
  const [only] = sets;
  if (!only) return refuse('no-ecg', 'the series holds no leads');
  return sets.length === 1 ? ok({ ...only, partial: false }) : sideBySide(sets);
}

/** All that is not worked out from other leads. */
export function holdsAllLeads(channels: readonly Channel[]): boolean {
  return INDEPENDENT_LEADS.every((name) => channels.some(({ label }) => label === name));
}

function sequenceSetOf(element: XmlElement): Result<SequenceSet> {
  const sequences = childrenOf(element, 'component').flatMap((one) => childrenOf(one, 'sequence'));
  if (sequences.length > SEQUENCES_MAX) {
    return refuse('encoding-broken', `more than ${SEQUENCES_MAX} sequences in a set`);
  }
  let axis: TimeAxis | null = null;
  const channels: Channel[] = [];
  for (const sequence of sequences) {
    if (isTangled(sequence, ['code', 'value'])) {
      return refuse('encoding-broken', 'two sequences stand in one');
    }
    const coded = childOf(sequence, 'code');
    // A code goes before its words, which count only where there is none.
    const code = attributeOf(coded, 'code') || (attributeOf(coded, 'displayName') ?? '');
    const value = childOf(sequence, 'value');
    if (/^TIME_(ABSOLUTE|RELATIVE)$/i.test(code)) {
      const read = timeAxisOf(value);
      if (!read.ok) return read;
      axis ??= read.value;
      continue;
    }
    const label = leadOfCode(code);
    if (label === null || !value) continue;
    const microvolts = microvoltsOf(value, label);
    if (!microvolts.ok) return microvolts;
    if (channels.some((one) => one.label === label)) {
      return refuse('lead-doubled', `lead ${label} stands twice`);
    }
    if (microvolts.value.length > 0) channels.push({ label, microvolts: microvolts.value });
  }
  const sampleCount = channels[0]?.microvolts.length ?? 0;
  const other = channels.find(({ microvolts }) => microvolts.length !== sampleCount);
  if (other) {
    const detail = `lead ${other.label} has ${other.microvolts.length} samples, not ${sampleCount}`;
    return refuse('sample-count-differs', detail);
  }
  if (!axis && sampleCount > 0) {
    return refuse('sample-rate-invalid', 'a set of sequences has no time');
  }
  return ok({ channels, sampleCount, sampleRateHz: 0, startMs: null, ...axis });
}

/** A page in parts: each set begins at its own time, and a lead is missing outside of its sets. */
function sideBySide(sets: readonly SequenceSet[]): Result<Recording> {
  const sampleRateHz = sets[0]?.sampleRateHz ?? 0;
  if (sets.some((set) => set.sampleRateHz !== sampleRateHz)) {
    return refuse('sample-rate-invalid', 'the sets of sequences have different sample rates');
  }
  const starts = sets.flatMap(({ startMs }) => (startMs === null ? [] : [startMs]));
  if (starts.length < sets.length) {
    return refuse('time-invalid', 'the sets of sequences do not say when they begin');
  }
  const earliest = Math.min(...starts);
  const placed = sets.map((set, i) => ({
    ...set,
    from: Math.round((((starts[i] as number) - earliest) * sampleRateHz) / 1000),
  }));
  const sampleCount = Math.max(...placed.map(({ from, sampleCount: count }) => from + count));
  if (sampleCount > PAGE_SECONDS_MAX * sampleRateHz) {
    return refuse('duration-invalid', `the sets of sequences span over ${PAGE_SECONDS_MAX} s`);
  }
  const found = new Map<string, Float64Array>();
  // The longest comes last and stands: a rhythm strip below the page repeats a lead of it.
  placed.sort((one, two) => one.sampleCount - two.sampleCount);
  for (const { channels, from } of placed) {
    for (const { label, microvolts } of channels) {
      const samples = found.get(label) ?? new Float64Array(sampleCount).fill(NaN);
      samples.set(microvolts, from);
      found.set(label, samples);
    }
  }
  const channels = [...found].map(([label, microvolts]) => ({ label, microvolts }));
  return ok({ channels, sampleRateHz, partial: true });
}
