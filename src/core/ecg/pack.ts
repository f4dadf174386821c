import { refuse, type Result } from '../failure.js';
import { createEcg, type Ecg, type EcgInput, type LeadInput, type Samples } from './ecg.js';
import { EXTRA_LEAD_NAMES, LEAD_NAMES, type ExtraLeadName, type LeadName } from './lead.js';

/**
 * A compact form for storage: the recorded leads only, whole microvolts as first differences in
 * zigzag varints, so that most samples take one byte. Derived leads are rebuilt by createEcg, which
 * also keeps damaged bytes from becoming an Ecg.
 *
 *     version, lead count, then a lead: its number, its sample count (varint), its differences
 */
const VERSION = 1;
/** A lead's number in the bytes is its place here: only ever added to at the end. */
const NUMBERED: readonly (LeadName | ExtraLeadName)[] = [...LEAD_NAMES, ...EXTRA_LEAD_NAMES];
const VARINT_BYTES_MAX = 3;

export function packWaveform(ecg: Ecg): Uint8Array {
  const recorded = [...ecg.leads, ...ecg.extraLeads].filter(({ origin }) => origin === 'recorded');
  const bytes = new Uint8Array(2 + recorded.length * (6 + ecg.sampleCount * VARINT_BYTES_MAX));
  bytes[0] = VERSION;
  bytes[1] = recorded.length;
  let at = 2;
  for (const lead of recorded) {
    bytes[at] = NUMBERED.indexOf(lead.name);
    at = putVarint(bytes, at + 1, lead.samples.length);
    at = putDifferences(bytes, at, lead.samples);
  }
  return bytes.subarray(0, at);
}

/** Nine differences of ten fit in one byte, and these are written right here. */
function putDifferences(bytes: Uint8Array, from: number, samples: Samples): number {
  const count = samples.length;
  let at = from;
  let before = 0;
  for (let i = 0; i < count; i += 1) {
    const value = samples[i] as number;
    const difference = value - before;
    before = value;
    const coded = (difference << 1) ^ (difference >> 31);
    if (coded < 128) {
      bytes[at] = coded;
      at += 1;
    } else {
      at = putVarint(bytes, at, coded);
    }
  }
  return at;
}

function putVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  let end = at;
  while (rest > 127) {
    bytes[end] = (rest & 127) | 128;
    end += 1;
    rest >>>= 7;
  }
  bytes[end] = rest;
  return end + 1;
}

/** What stands beside the waveform in its row. */
export type PackedBeside = Omit<EcgInput, 'leads' | 'extraLeads'>;

export function unpackWaveform(bytes: Uint8Array, beside: PackedBeside): Result<Ecg> {
  if (bytes[0] !== VERSION) return refuse('encoding-unknown', 'not a waveform this version packed');
  const reader = { bytes, at: 2 };
  const leads: LeadInput[] = [];
  const extraLeads: LeadInput<ExtraLeadName>[] = [];
  for (let i = 0; i < (bytes[1] ?? 0); i += 1) {
    const lead = takeLead(reader);
    if (lead === null) return refuse('encoding-broken', 'the packed waveform is damaged');
    const { name, microvolts } = lead;
    if (isExtra(name)) extraLeads.push({ name, microvolts });
    else leads.push({ name, microvolts });
  }
  if (reader.at !== bytes.length)
    return refuse('encoding-broken', 'the packed waveform is damaged');
  return createEcg({ ...beside, leads, extraLeads });
}

function isExtra(name: LeadName | ExtraLeadName): name is ExtraLeadName {
  return (EXTRA_LEAD_NAMES as readonly string[]).includes(name);
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

interface PackedLead {
  readonly name: LeadName | ExtraLeadName;
  readonly microvolts: Int16Array;
}

function takeLead(reader: Reader): PackedLead | null {
  const name = NUMBERED[reader.bytes[reader.at] ?? NUMBERED.length];
  reader.at += 1;
  const count = takeVarint(reader);
  // A difference takes at least a byte: a longer count is damage, not a reason to allocate.
  if (!name || count > reader.bytes.length - reader.at) return null;
  const microvolts = new Int16Array(count);
  let value = 0;
  for (let i = 0; i < count; i += 1) {
    const coded = takeVarint(reader);
    value += coded % 2 === 1 ? -(coded + 1) / 2 : coded / 2;
    microvolts[i] = value;
  }
  return reader.at <= reader.bytes.length ? { name, microvolts } : null;
}

function takeVarint(reader: Reader): number {
  const { bytes } = reader;
  let value = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = bytes[reader.at] ?? 0;
    reader.at += 1;
    value |= (byte & 127) << shift;
    if (byte < 128) break;
  }
  return value;
}
