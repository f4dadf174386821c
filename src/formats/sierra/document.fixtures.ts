import { LEAD_NAMES, type LeadName } from '../../core/ecg/lead.js';
import { sampleMicrovolts } from '../../../test/support/reading.js';
import { toBase64 } from '../base64.js';

export const RATE_HZ = 500;
export const COUNT = 600;
export const STEP_MICROVOLTS = 5;

/** Whole steps; III, aVR, aVL and aVF as the recorder works them out, with `rest` left over. */
export function sampleSteps(rest = 0): Record<LeadName, number[]> {
  const of = (name: LeadName) =>
    sampleMicrovolts(name, COUNT).map((value) => whole(value / STEP_MICROVOLTS));
  const [one, two] = [of('I'), of('II')];
  const three = one.map((value, i) => (two[i] as number) - value - rest);
  const half = (a: number, b: number | undefined) => Math.floor((a + (b as number)) / 2);
  const all = Object.fromEntries(LEAD_NAMES.map((name) => [name, of(name)]));
  return {
    ...(all as Record<LeadName, number[]>),
    III: three,
    aVR: one.map((value, i) => whole(-rest - half(value, two[i]))),
    aVL: one.map((value, i) => half(value, -(three[i] as number)) - rest),
    aVF: two.map((value, i) => half(value, three[i]) - rest),
  };
}

/** Never -0, which no integer of a recorder is. */
function whole(value: number): number {
  return Math.round(value) + 0;
}

/** What a chunk of XLI holds of a lead. */
export function storedSteps(rest = 0): number[][] {
  const steps = sampleSteps(rest);
  const limb = ['III', 'aVR', 'aVL', 'aVF'];
  return LEAD_NAMES.map((name) =>
    limb.includes(name) ? steps[name].map(() => rest) : steps[name],
  );
}

/** One code for each byte: LZW at its least clever, which any reader has to understand. */
export function toXli(channels: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from(channels.flatMap(toChunk));
}

function toChunk(samples: readonly number[]): number[] {
  const at = (i: number) => samples[i] as number;
  const difference = (i: number) => 2 * at(i - 1) - at(i - 2) - at(i);
  const words = samples.map((value, i) => {
    if (i < 2) return value;
    return i + 1 < samples.length ? difference(i + 1) + 64 : 64;
  });
  const codes = [...words.map((word) => (word >> 8) & 255), ...words.map((word) => word & 255)];
  const packed = packedCodes([...codes, 1023]);
  const size = [0, 8, 16, 24].map((shift) => (packed.length >> shift) & 255);
  const first = difference(2);
  return [...size, 1, 0, first & 255, (first >> 8) & 255, ...packed];
}

function packedCodes(codes: readonly number[]): number[] {
  const bytes: number[] = [];
  let held = 0;
  let bits = 0;
  for (const code of codes) {
    held = (held << 10) | code;
    bits += 10;
    for (; bits >= 8; bits -= 8) bytes.push((held >> (bits - 8)) & 255);
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? [...bytes, (held << (8 - bits)) & 255] : bytes;
}

export function toInt16(channels: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from(channels.flat().flatMap((value) => [value & 255, (value >> 8) & 255]));
}

export interface DocumentParts {
  /** Attributes beside `durationperchannel` and those in `attributes`. */
  readonly attributes?: string;
  readonly samples?: string;
  readonly durationMs?: number | string;
  readonly status?: string;
  readonly acquirer?: string;
  readonly signal?: string;
  readonly person?: string;
  readonly more?: string;
  readonly waveforms?: string;
}

const SIGNAL = `<samplingrate>${RATE_HZ}</samplingrate><signalresolution>5</signalresolution>
  <signalbandwidth>0.05-150</signalbandwidth><acquisitiontype>STD-12</acquisitiontype>`;

/** A document by the schema; of 1.03 unless its parts say otherwise. */
export function sierraDocument(parts: DocumentParts = {}): string {
  const {
    attributes = 'compressflag="True" compressmethod="XLI" dataencoding="Base64"',
    samples = toBase64(toXli(storedSteps())),
    durationMs = (1000 * COUNT) / RATE_HZ,
    acquirer = '<institutionname>HOSP</institutionname>',
    person = '<patientid>12</patientid><sex>Female</sex>',
    waveforms = `<parsedwaveforms ${attributes} durationperchannel="${durationMs}">${samples}</parsedwaveforms>`,
  } = parts;
  return `<?xml version="1.0" encoding="UTF-8"?>
<restingecgdata xmlns="http://www3.medical.philips.com" status="${parts.status ?? 'New'}">
<dataacquisition date="2026-01-31" time="11:59:00"><machine machineid="7"
  detaildescription="Maker:860315:A.01">PageWriter Touch</machine>
<acquirer>${acquirer}</acquirer>
<signalcharacteristics>${parts.signal ?? SIGNAL}</signalcharacteristics></dataacquisition>
<patient><generalpatientdata>${person}</generalpatientdata></patient>
${parts.more ?? ''}
<waveforms>${waveforms}</waveforms></restingecgdata>`;
}
