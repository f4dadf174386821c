import { leadOf } from '../../core/ecg/ecg.js';
import type { LeadName } from '../../core/ecg/lead.js';
import type { Reading } from '../../core/ecg/reading.js';
import { decodeMuseXml } from './muse.js';

export const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(text, (sign) => sign.charCodeAt(0));

export function read(input: string | Uint8Array): Reading {
  const result = decodeMuseXml(typeof input === 'string' ? bytesOf(input) : input);
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.detail}`);
  return result.value;
}

export function refusal(text: string): string {
  const result = decodeMuseXml(bytesOf(text));
  return result.ok ? 'was read' : result.failure.code;
}

/** `01 00` is 1, `FF FF` is -1, `00 80` is -32768, `F4 01` is 500; then 46 of nought. */
const FIRST = '01 00 FF FF 00 80 F4 01';
const FIRST_BYTES = FIRST.split(' ').map((pair) => parseInt(pair, 16));
export const FIFTY_SAMPLES = Buffer.from([
  ...FIRST_BYTES,
  ...new Array<number>(92).fill(0),
]).toString('base64');
const NOUGHTS = Buffer.alloc(100).toString('base64');
export const EIGHT: readonly LeadName[] = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

interface LeadOptions {
  readonly data?: string;
  readonly scale?: string;
  readonly more?: string;
}

export const lead = (
  id: string,
  { data = NOUGHTS, scale = '4.88', more = '' }: LeadOptions = {},
): string =>
  `<LeadData><LeadByteCountTotal>100</LeadByteCountTotal><LeadSampleCountTotal>50</LeadSampleCountTotal><LeadAmplitudeUnitsPerBit>${scale}</LeadAmplitudeUnitsPerBit><LeadAmplitudeUnits>MICROVOLTS</LeadAmplitudeUnits><LeadID>${id}</LeadID>${more}<LeadSampleSize>2</LeadSampleSize><WaveFormData>\n${data.slice(0, 76)}\n${data.slice(76)}\n   </WaveFormData></LeadData>`;

export const waveform = (
  leads: readonly string[],
  type = 'Rhythm',
  rate = '50',
  more = '',
): string =>
  `<Waveform><WaveformType>${type}</WaveformType><SampleBase>${rate}</SampleBase><SampleExponent>0</SampleExponent>${more}${leads.join('')}</Waveform>`;

export const document = (content: string): string =>
  `<?xml version="1.0" encoding="ISO-8859-1"?>\n<!DOCTYPE RestingECG SYSTEM "restecg.dtd">\n<RestingECG>${content}</RestingECG>`;

export const eight = (one: string, options: LeadOptions): string[] =>
  EIGHT.map((id) => lead(id, id === one ? options : {}));
export const whole = (one: string, options: LeadOptions): string =>
  document(waveform(eight(one, options)));
export const PLAIN = whole('I', { data: FIFTY_SAMPLES });

export const first = (reading: Reading, name: LeadName): number[] =>
  Array.from(leadOf(reading.ecg, name).samples.slice(0, 5));
