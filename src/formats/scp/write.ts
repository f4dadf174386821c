import { MISSING, type Ecg, type Trace } from '../../core/ecg/ecg.js';
import {
  MDC_EXTRA_LEAD_CODES,
  MDC_LEAD_CODES,
  type ExtraLeadName,
  type LeadName,
} from '../../core/ecg/lead.js';
import type { Reading } from '../../core/ecg/reading.js';
import { concatenated, int16Bytes, u16, u32, u8 } from '../octets.js';
import { crcCcitt } from './crc.js';
import { DEFAULT_TABLE_MARK, encodeHuffman } from './huffman.js';
import { secondDifferences } from './lead-data.js';
import { SECTION_HEADER_BYTES } from './record.js';
import { headerBytes, measurementBytes, statementBytes, textEncoderFor } from './write-header.js';

export interface ScpOptions {
  /** Second differences in the default Huffman code, as most recorders write; else plain numbers. */
  readonly compress?: boolean;
}

const VERSION = 20;
const SECTIONS = 12;
const POINTER_BYTES = 10;
const RECORD_HEADER_BYTES = 6;
/** A step of one microvolt. */
const NANOVOLTS_PER_STEP = 1000;
const ALL_SIMULTANEOUS = 0x04;
/** The length of a lead's data is a number of two bytes. */
const LEAD_BYTES_MAX = 0xfffe;
const MDC_PARTITION = 2 * 65536 + 256;

/**
 * A reading as the SCP-ECG record that `decodeScp` reads. A lead that is longer than its length can
 * say (32,767 samples as plain numbers) is cut off there; so are all others.
 */
export function toScp(reading: Reading, { compress = true }: ScpOptions = {}): Uint8Array {
  const { ecg } = reading;
  const traces = [...ecg.leads, ...ecg.extraLeads].filter(({ origin }) => origin === 'recorded');
  const written = writtenLeads(traces, compress);
  const encode = textEncoderFor(reading);
  const statements = statementBytes(reading, encode);
  const measurements = measurementBytes(reading.vendorMeasurements);
  const sections = new Map<number, Uint8Array>([
    [1, headerBytes(reading, encode)],
    ...(compress ? [[2, u16(DEFAULT_TABLE_MARK)] as const] : []),
    [3, leadSection(written)],
    [6, rhythmSection(ecg, written, compress)],
    ...(measurements ? [[7, measurements] as const] : []),
    ...(statements ? [[8, statements] as const] : []),
  ]);
  return record(sections);
}

interface WrittenLead {
  readonly name: LeadName | ExtraLeadName;
  /** Samples from 0, the second one not counted in. */
  readonly from: number;
  readonly to: number;
  readonly data: Uint8Array;
}

function writtenLeads(
  traces: readonly Trace<LeadName | ExtraLeadName>[],
  compress: boolean,
): WrittenLead[] {
  const all = (until: number): WrittenLead[] =>
    traces.map(({ name, samples, from, to }) => {
      const steps = filled(samples.slice(from, Math.min(to, from + until)));
      const data = compress ? encodeHuffman(secondDifferences(steps)) : int16Bytes(steps);
      return { name, from, to: from + steps.length, data: evened(data) };
    });
  let written = all(Infinity);
  for (;;) {
    const longest = Math.max(...written.map(({ data }) => data.length));
    if (longest <= LEAD_BYTES_MAX) return written;
    const samples = Math.max(...written.map(({ from, to }) => to - from));
    written = all(Math.floor((samples * LEAD_BYTES_MAX) / longest));
  }
}

/** The format has no word for "not measured" between two samples: the last level is held. */
function filled(samples: Int16Array): Int16Array {
  let last = 0;
  return samples.map((sample) => (last = sample === MISSING ? last : sample));
}

function evened(bytes: Uint8Array): Uint8Array {
  return bytes.length % 2 ? concatenated([bytes, u8(0)]) : bytes;
}

function leadSection(leads: readonly WrittenLead[]): Uint8Array {
  const flags = ALL_SIMULTANEOUS + (Math.min(leads.length, 31) << 3);
  const codes: Readonly<Record<string, number>> = { ...MDC_LEAD_CODES, ...MDC_EXTRA_LEAD_CODES };
  return concatenated([
    u8(leads.length, flags),
    ...leads.flatMap(({ name, from, to }) => [
      u32(from + 1, to),
      u8((codes[name] as number) - MDC_PARTITION),
    ]),
  ]);
}

function rhythmSection(ecg: Ecg, leads: readonly WrittenLead[], compress: boolean): Uint8Array {
  const interval = Math.round(1e6 / ecg.sampleRateHz);
  return concatenated([
    u16(NANOVOLTS_PER_STEP, interval),
    u8(compress ? 2 : 0, 0),
    u16(...leads.map(({ data }) => data.length)),
    ...leads.map(({ data }) => data),
  ]);
}

/** Header, section 0 with a pointer to each section, and the sections. */
function record(sections: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const ownLength = SECTION_HEADER_BYTES + SECTIONS * POINTER_BYTES;
  const bodies = [...sections].map(([id, bytes]) => ({ id, bytes: section(id, bytes, 0) }));
  const pointers: Uint8Array[] = [u16(0), u32(ownLength, RECORD_HEADER_BYTES + 1)];
  let at = RECORD_HEADER_BYTES + ownLength + 1;
  for (let id = 1; id < SECTIONS; id += 1) {
    const length = bodies.find((body) => body.id === id)?.bytes.length ?? 0;
    pointers.push(u16(id), u32(length, length > 0 ? at : 0));
    at += length;
  }
  const own = section(0, concatenated(pointers), NAME_BYTES);
  const whole = concatenated([own, ...bodies.map(({ bytes }) => bytes)]);
  const behindSum = concatenated([u32(whole.length + RECORD_HEADER_BYTES), whole]);
  return concatenated([u16(crcCcitt(behindSum)), behindSum]);
}

const NAME_BYTES = new TextEncoder().encode('SCPECG');

function section(id: number, content: Uint8Array, reserved: Uint8Array | 0): Uint8Array {
  const even = evened(content);
  const behindSum = concatenated([
    u16(id),
    u32(even.length + SECTION_HEADER_BYTES),
    u8(VERSION, VERSION),
    reserved || new Uint8Array(NAME_BYTES.length),
    even,
  ]);
  return concatenated([u16(crcCcitt(behindSum)), behindSum]);
}
