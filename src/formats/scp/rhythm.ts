import { ECG_LIMITS } from '../../core/ecg/ecg.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import { stretched, wholeMicrovolts, type NamedTrace } from '../traces.js';
import { readBeats, zonesWithin, type Beats } from './beats.js';
import { expanded, storedCount } from './bimodal.js';
import { readHuffmanTables, type HuffmanTable } from './huffman.js';
import { readLeadData, stepsOf, type LeadData } from './lead-data.js';
import { readLeads, type LeadDefinition, type LeadDefinitions } from './leads.js';
import type { ScpRecord } from './record.js';

export interface Rhythm {
  readonly traces: readonly NamedTrace[];
  readonly sampleRateHz: number;
}

const NANOVOLTS_PER_MICROVOLT = 1000;
/** The standard thins out by up to four; a page of four columns has three gaps for each stretch. */
const FACTOR_MAX = 4;
const GAP_RATIO_MAX = 4;
/** Beats follow each other: what they cover is the recording, or hardly more. */
const BEAT_OVERLAP_MAX = 2;
/** Since version 3 the byte of bimodal compression means nothing. */
const VERSION_WITHOUT_BIMODAL = 30;

/** Sections 2 to 6: the rhythm as it was recorded. */
export function readRhythm(record: ScpRecord): Result<Rhythm> {
  const bytesOf = (id: number): Uint8Array | null => record.sections.get(id)?.bytes ?? null;
  const [leadBytes, rhythmBytes] = [bytesOf(3), bytesOf(6)];
  if (!leadBytes || !rhythmBytes) return refuse('no-ecg', 'the SCP record holds no rhythm');
  const definitions = readLeads(leadBytes);
  if (!definitions.ok) return definitions;
  const huffman = bytesOf(2);
  const tables = huffman ? readHuffmanTables(huffman) : ok(null);
  if (!tables.ok) return tables;
  const { leads } = definitions.value;
  const data = readLeadData(rhythmBytes, leads.length, 'section 6');
  if (!data.ok) return data;
  const version = record.sections.get(6)?.protocolVersion ?? 0;
  const isBimodal = data.value.isBimodal && version < VERSION_WITHOUT_BIMODAL;
  const needsBeats = isBimodal || definitions.value.isSubtracted;
  const reference = needsBeats
    ? readReference(bytesOf(4), bytesOf(5), definitions.value, tables.value)
    : ok(null);
  if (!reference.ok) return reference;
  return reconstructed({
    leads,
    data: data.value,
    tables: tables.value,
    reference: reference.value,
    isSubtracted: definitions.value.isSubtracted,
  });
}

/** The average beat of each lead, and where it was taken away. */
interface Reference {
  readonly beats: Beats;
  readonly data: LeadData;
  readonly perLead: readonly Int16Array[];
}

function readReference(
  beatBytes: Uint8Array | null,
  referenceBytes: Uint8Array | null,
  { leads, isSubtracted }: LeadDefinitions,
  tables: readonly HuffmanTable[] | null,
): Result<Reference> {
  const broken = (why: string, location: string): Result<Reference> =>
    refuse('encoding-broken', why, { location });
  const beats = beatBytes && readBeats(beatBytes, isSubtracted);
  if (!beats) return broken('the rhythm is compressed by beats that are not given', 'section 4');
  if (!referenceBytes) return broken('the average beat is missing', 'section 5');
  const data = readLeadData(referenceBytes, leads.length, 'section 5');
  if (!data.ok) return data;
  const { perLead, differences, intervalMicroseconds } = data.value;
  const count = Math.floor((beats.referenceMs * 1000) / intervalMicroseconds);
  const steps = perLead.map((bytes) =>
    stepsOf(bytes, tables ? count : bytes.length >> 1, differences, tables),
  );
  const known = steps.flatMap((one) => one ?? []);
  // Bimodal compression alone needs no more of section 5 than its interval.
  if (isSubtracted && known.length < leads.length) {
    return broken('the average beat of a lead is cut', 'section 5');
  }
  return ok({ beats, data: data.value, perLead: isSubtracted ? known : [] });
}

interface Parts {
  readonly leads: readonly LeadDefinition[];
  readonly data: LeadData;
  readonly tables: readonly HuffmanTable[] | null;
  readonly reference: Reference | null;
  readonly isSubtracted: boolean;
}

function reconstructed(parts: Parts): Result<Rhythm> {
  const { leads, data, reference } = parts;
  const interval = reference?.data.intervalMicroseconds ?? data.intervalMicroseconds;
  const factor = data.intervalMicroseconds / interval;
  if (!Number.isInteger(factor) || factor > FACTOR_MAX) {
    return refuse('encoding-unknown', 'rhythm and average beat have unlike sample intervals', {
      location: 'section 6',
    });
  }
  const ours = leads.filter(({ name }) => name !== null);
  const from = Math.min(...ours.map(({ first }) => first));
  const length = Math.max(...ours.map(({ first, count }) => first + count)) - from;
  const present = ours.reduce((sum, { count }) => sum + count, 0);
  if (length * ours.length > GAP_RATIO_MAX * present) {
    return refuse('duration-invalid', 'the leads lie too far apart for one recording');
  }
  if (reference && addedSamples(reference) > BEAT_OVERLAP_MAX * length) {
    return refuse('encoding-broken', 'the beats lie upon each other', { location: 'section 4' });
  }
  const traces = tracesOf(parts, factor);
  if (!traces.ok) return traces;
  // Only now is every claimed sample known to be there, and worth its memory.
  const placed = traces.value.map(({ name, first, microvolts }) => ({
    name,
    microvolts: stretched(microvolts, first - from, length),
  }));
  return ok({ traces: placed, sampleRateHz: rateOf(interval) });
}

function addedSamples({ beats }: Reference): number {
  return beats.subtractions.reduce((sum, { first, last }) => sum + Math.max(0, last - first), 0);
}

interface PlacedTrace extends NamedTrace {
  readonly first: number;
}

function tracesOf(parts: Parts, factor: number): Result<PlacedTrace[]> {
  const location = 'section 6';
  const traces: PlacedTrace[] = [];
  for (const [index, lead] of parts.leads.entries()) {
    const { name, first } = lead;
    if (name === null) continue;
    const values = nanovoltsOf(parts, index, lead, factor);
    if (!values) {
      return refuse('encoding-broken', `the data of lead ${name} are cut or broken`, { location });
    }
    const microvolts = inMicrovolts(values.samples, values.scale);
    if (!microvolts) {
      const why = `lead ${name} is beyond ${ECG_LIMITS.amplitudeMicrovoltsMax} microvolts`;
      return refuse('sample-out-of-range', why, { location });
    }
    traces.push({ name, first, microvolts });
  }
  return ok(traces);
}

interface Scaled {
  readonly samples: ArrayLike<number>;
  /** Nanovolts of one. */
  readonly scale: number;
}

function nanovoltsOf(
  parts: Parts,
  index: number,
  lead: LeadDefinition,
  factor: number,
): Scaled | null {
  const { data, tables, reference, isSubtracted } = parts;
  const bytes = data.perLead[index] ?? new Uint8Array(0);
  const { first, count } = lead;
  const scale = data.nanovoltsPerStep;
  if (!reference) {
    const samples = stepsOf(bytes, count, data.differences, tables);
    return samples && { samples, scale };
  }
  const zones = zonesWithin(reference.beats.protectedZones, first, first + count - 1);
  if (!zones) return null;
  const stored = factor === 1 ? count : storedCount(zones, first, count, factor);
  const steps = stepsOf(bytes, stored, data.differences, tables);
  if (!steps) return null;
  const full =
    factor === 1 ? Float64Array.from(steps) : expanded(steps, zones, first, count, factor);
  for (let i = 0; i < count; i += 1) full[i] = (full[i] as number) * scale;
  if (isSubtracted) addBeats(full, first, reference, index);
  return { samples: full, scale: 1 };
}

/** Lays the average beat under each beat that it was taken from. */
function addBeats(full: Float64Array, first: number, reference: Reference, index: number): void {
  const { beats, data } = reference;
  const beat = reference.perLead[index] ?? new Int16Array(0);
  for (const zone of beats.subtractions) {
    if (zone.type !== 0) continue;
    // The sample of the beat that lies on sample 1 of the recording, both from 0.
    const shift = beats.referenceFiducial - zone.fiducial;
    const from = Math.max(zone.first, first, 1 - shift);
    const to = Math.min(zone.last, first + full.length - 1, beat.length - shift);
    for (let sample = from; sample <= to; sample += 1) {
      const step = beat[sample + shift - 1] as number;
      full[sample - first] = (full[sample - first] as number) + step * data.nanovoltsPerStep;
    }
  }
}

function inMicrovolts(samples: ArrayLike<number>, scale: number): Int16Array | null {
  const limit = ECG_LIMITS.amplitudeMicrovoltsMax;
  const microvolts = new Int16Array(samples.length);
  for (let i = 0; i < samples.length; i += 1) {
    const value = wholeMicrovolts(((samples[i] as number) * scale) / NANOVOLTS_PER_MICROVOLT);
    if (!(value >= -limit && value <= limit)) return null;
    microvolts[i] = value;
  }
  return microvolts;
}

/** An interval is rounded to a microsecond: the whole rate that gives it is the one that is meant. */
function rateOf(intervalMicroseconds: number): number {
  const rate = 1e6 / intervalMicroseconds;
  const whole = Math.round(rate);
  return Math.round(1e6 / whole) === intervalMicroseconds ? whole : rate;
}
