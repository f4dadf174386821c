import { MISSING, type Samples } from '../../core/ecg/ecg.js';
import type { Reading } from '../../core/ecg/reading.js';
import { SAMPLE_FORMATS } from './samples.js';

export type WrittenFormat = 16 | 212;

export interface WfdbFiles {
  /** `name.hea` */
  readonly header: Uint8Array;
  /** `name.dat` */
  readonly signal: Uint8Array;
}

interface Trace {
  readonly name: string;
  readonly samples: Samples;
}

/** Steps for a millivolt, the finest first: twelve bits hold a few millivolts only. */
const GAINS: Readonly<Record<WrittenFormat, readonly number[]>> = {
  16: [1000],
  212: [1000, 500, 200, 100, 50],
};
const BITS: Readonly<Record<WrittenFormat, number>> = { 16: 16, 212: 12 };

/** A reading as a WFDB record of the leads that were recorded: header and samples. */
export function toWfdb(reading: Reading, name: string, format: WrittenFormat = 16): WfdbFiles {
  const { ecg } = reading;
  const traces: readonly Trace[] = [
    ...ecg.leads.filter(({ origin }) => origin === 'recorded'),
    ...ecg.extraLeads,
  ];
  const missing = SAMPLE_FORMATS.get(format)?.missing ?? MISSING;
  const signals = traces.map(({ name: lead, samples }) => {
    const gain = gainFor(samples, format);
    const steps = Array.from(samples, (value) =>
      value === MISSING ? missing : Math.round((value * gain) / 1000),
    );
    return { lead, gain, steps };
  });
  const record = bareName(name);
  const lines = [
    `${record} ${signals.length} ${ecg.sampleRateHz} ${ecg.sampleCount}${timeOf(reading)}`,
    ...signals.map(({ lead, gain, steps }) =>
      [
        `${record}.dat ${format}`,
        `${gain}(0)/mV ${BITS[format]} 0 ${steps[0] ?? 0} ${checksumOf(steps)} 0 ${lead}`,
      ].join(' '),
    ),
    ...commentsOf(reading),
  ];
  const steps = signals.map((signal) => signal.steps);
  return {
    header: new TextEncoder().encode(`${lines.join('\n')}\n`),
    signal: format === 16 ? interleaved16(steps) : interleaved212(steps),
  };
}

/** The finest that reaches the highest sample; the least step of all stays free for "missing". */
function gainFor(samples: Samples, format: WrittenFormat): number {
  let highest = 0;
  for (const value of samples) if (value !== MISSING) highest = Math.max(highest, Math.abs(value));
  const most = 2 ** (BITS[format] - 1) - 1;
  const gains = GAINS[format];
  return gains.find((gain) => (highest * gain) / 1000 <= most) ?? (gains.at(-1) as number);
}

/** What a record may be called, so that its header can be read again. */
function bareName(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64) || 'ecg';
}

function timeOf({ acquired }: Reading): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(.+)$/.exec(acquired?.local ?? '');
  if (!match) return '';
  const [, year = '', month = '', day = '', time = ''] = match;
  return ` ${time} ${day}/${month}/${year}`;
}

function commentsOf({ ecg, vendorStatements }: Reading): string[] {
  const { ageYears, sex } = ecg.patient;
  return [
    ...(ageYears === null ? [] : [`# Age: ${ageYears}`]),
    ...(sex === null ? [] : [`# Sex: ${sex === 'male' ? 'Male' : 'Female'}`]),
    ...vendorStatements.map((one) => `# Dx: ${one.replace(/[\r\n]+/g, ' ')}`),
  ];
}

function checksumOf(steps: readonly number[]): number {
  const sum = steps.reduce((total, step) => (total + step) | 0, 0);
  return (sum << 16) >> 16;
}

function interleaved16(signals: readonly (readonly number[])[]): Uint8Array {
  const bytes: number[] = [];
  const count = signals[0]?.length ?? 0;
  for (let i = 0; i < count; i += 1) {
    for (const steps of signals) {
      const step = steps[i] as number;
      bytes.push(step & 255, (step >> 8) & 255);
    }
  }
  return Uint8Array.from(bytes);
}

/** An odd number of samples leaves the second half of the last three bytes empty. */
function interleaved212(signals: readonly (readonly number[])[]): Uint8Array {
  const count = signals[0]?.length ?? 0;
  const all: number[] = [];
  for (let i = 0; i < count; i += 1) for (const steps of signals) all.push(steps[i] as number);
  const bytes: number[] = [];
  for (let i = 0; i < all.length; i += 2) {
    const [one, two] = [all[i] as number, all[i + 1] ?? 0];
    bytes.push(one & 255, ((one >> 8) & 15) | (((two >> 8) & 15) << 4), two & 255);
  }
  return Uint8Array.from(bytes);
}
