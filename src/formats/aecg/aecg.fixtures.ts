import { leadOf } from '../../core/ecg/ecg.js';
import { LEAD_NAMES, type LeadName } from '../../core/ecg/lead.js';
import type { Reading } from '../../core/ecg/reading.js';
import { decodeAecg } from './aecg.js';

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export function read(input: string | Uint8Array): Reading {
  const result = decodeAecg(typeof input === 'string' ? bytesOf(input) : input);
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.detail}`);
  return result.value;
}

export function refusal(text: string): string {
  const result = decodeAecg(bytesOf(text));
  return result.ok ? 'was read' : result.failure.code;
}

// Fifty samples at 50 Hz: the few that a test is about, then nought.
export const digits = (...first: readonly number[]): string =>
  [...first, ...Array.from({ length: 50 - first.length }, () => 0)].join(' ');

export const value = (
  samples: string,
  scale = '<scale value="1" unit="uV"/>',
  origin = '',
): string => `<value xsi:type="SLIST_PQ">${origin}${scale}<digits>${samples}</digits></value>`;

export const lead = (code: string, content: string): string =>
  `<component><sequence><code code="${code}"/>${content}</sequence></component>`;

export const time = (
  step = '<increment value="0.02" unit="s"/>',
  head = '20260131115900.250',
): string =>
  lead('TIME_ABSOLUTE', `<value xsi:type="GLIST_TS"><head value="${head}"/>${step}</value>`);

const CODES = LEAD_NAMES.map((name) => `MDC_ECG_LEAD_${name}`);
export const CHEST = CODES.slice(6).map((code, i) => lead(code, value(digits(i))));
export const LIMBS = [
  lead('MDC_ECG_LEAD_I', value(digits(4))),
  lead('MDC_ECG_LEAD_II', value(digits(10))),
];
export const SET = [time(), ...LIMBS, ...CHEST].join('');

export const series = (sets: readonly string[], more = '', code = 'RHYTHM'): string =>
  `<component><series><code code="${code}"/>${sets
    .map((set) => `<component><sequenceSet>${set}</sequenceSet></component>`)
    .join('')}${more}</series></component>`;

export const document = (content: string): string =>
  `<AnnotatedECG xmlns="urn:hl7-org:v3" xmlns:xsi="urn:x">${content}</AnnotatedECG>`;

export const whole = (...sequences: readonly string[]): string =>
  document(series([sequences.join('')]));

export const first = (reading: Reading, name: LeadName, count: number): number[] =>
  Array.from(leadOf(reading.ecg, name).samples.slice(0, count));
