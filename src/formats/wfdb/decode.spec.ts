import { describe, expect, test } from '@jest/globals';
import { sampleReading } from '../../../test/support/reading.js';
import { MISSING } from '../../core/ecg/ecg.js';
import type { Reading } from '../../core/ecg/reading.js';
import type { Result } from '../../core/failure.js';
import { describeFormat } from '../conformance.suite.js';
import { decodeFile } from '../files.js';
import { SAMPLE_FORMATS } from './samples.js';
import { toWfdb } from './write.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);

function decode(header: string, files: Record<string, Uint8Array> = {}): Result<Reading> {
  return decodeFile(bytesOf(header), { sibling: (name) => files[name] ?? null });
}

function read(header: string, files: Record<string, Uint8Array>): Reading {
  const decoded = decode(header, files);
  if (!decoded.ok) throw new Error(`${decoded.failure.code}: ${decoded.failure.detail}`);
  return decoded.value;
}

function refusalOf(header: string, files: Record<string, Uint8Array> = {}): string {
  const decoded = decode(header, files);
  return decoded.ok ? 'none' : decoded.failure.code;
}

/** The header is what is decoded; the last file of samples that was written lies beside it. */
let beside = new Uint8Array();
describeFormat({
  name: 'wfdb',
  encode: (reading) => {
    const { header, signal } = toWfdb(reading, 'record');
    beside = Uint8Array.from(signal);
    return header;
  },
  decode: (bytes) => decodeFile(bytes, { sibling: () => beside }),
  unlike: {
    patient: null,
    encounter: null,
    order: null,
    birthDate: null,
    acquired: { local: '2026-01-31T11:59:00.000', offsetMinutes: null },
  },
});

describe('the sample formats of WFDB, by hand', () => {
  const samples = (format: number, bytes: readonly number[], count: number) =>
    Array.from({ length: count }, (_, i) =>
      SAMPLE_FORMATS.get(format)?.at(Uint8Array.from(bytes), 0, i),
    );

  test('16 is two bytes, the low one first; 61 the other way round', () => {
    expect(samples(16, [0x2c, 0x01, 0xff, 0xff], 2)).toEqual([300, -1]);
    expect(samples(61, [0x01, 0x2c, 0xff, 0xff], 2)).toEqual([300, -1]);
  });

  test('212 is two samples in three bytes: 1000 = 0x3e8 and -2 = 0xffe', () => {
    // The low byte of the first, its high half and that of the second, the low byte of the second.
    expect(samples(212, [0xe8, 0xf3, 0xfe], 2)).toEqual([1000, -2]);
    expect(samples(212, [0x00, 0x08, 0x00, 0xff, 0x07, 0x00], 3)).toEqual([-2048, 0, 2047]);
  });

  test('24 and 32 have more bytes of the same, 80 is a byte with 128 for nought', () => {
    expect(samples(24, [0x40, 0x42, 0x0f, 0xff, 0xff, 0xff], 2)).toEqual([1_000_000, -1]);
    expect(samples(32, [0x40, 0x42, 0x0f, 0x00, 0xfe, 0xff, 0xff, 0xff], 2)).toEqual([
      1_000_000, -2,
    ]);
    expect(samples(80, [128, 0, 255], 3)).toEqual([0, -128, 127]);
    expect(samples(160, [0x2c, 0x81, 0xff, 0x7f], 2)).toEqual([300, -1]);
  });
});

const LEADS = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const COUNT = 100;

/** Sample i of lead k is `i + 10 k`, so that its sum is 4950 + 1000 k. */
function record(line: (lead: string, k: number) => string, first = `r 8 100 ${COUNT}`): string {
  return [first, ...LEADS.map(line)].join('\n');
}

function interleaved(bytesOfSample: (value: number) => number[], before = 0): Uint8Array {
  const all = Array.from({ length: COUNT }, (_, i) =>
    LEADS.flatMap((__, k) => bytesOfSample(i + 10 * k)),
  );
  return Uint8Array.from([...new Array<number>(before).fill(0x55), ...all.flat()]);
}

const sixteen = interleaved((value) => [value & 255, value >> 8]);
const whole = record((lead, k) => `r.dat 16 1000/mV 16 0 ${10 * k} ${4950 + 1000 * k} 0 ${lead}`);

describe('a WFDB record', () => {
  test('value = (sample - baseline) / gain, in the unit that is named', () => {
    const lines = record(
      (lead, k) => `r.dat 16 200(${k})/mV 12 0 ${10 * k} ${4950 + 1000 * k} 0 ${lead}`,
    );
    const { ecg } = read(lines, { 'r.dat': sixteen });
    // Sample 7 of V1, which is signal 2: (7 + 20 - 2) / 200 mV = 125 uV.
    expect(ecg.leads[6]?.samples[7]).toBe(125);
    const micro = lines.replaceAll('200', '0.2').replaceAll('/mV', '/uV');
    expect(read(micro, { 'r.dat': sixteen }).ecg).toEqual(ecg);
  });

  test('the zero of the converter is the baseline where none is written', () => {
    const lines = record((lead, k) => `r.dat 16 1000 16 5 ${10 * k} ${4950 + 1000 * k} 0 ${lead}`);
    expect(read(lines, { 'r.dat': sixteen }).ecg.leads[0]?.samples[7]).toBe(2);
  });

  test('samples begin behind a byte offset, and the header may leave their number to the file', () => {
    const files = { 'r.mat': interleaved((value) => [value & 255, value >> 8], 24) };
    const lines = record(
      (lead, k) => `r.mat 16+24 1000/mV 16 0 ${10 * k} ${4950 + 1000 * k} 0 ${lead}`,
      'r 8 100/360(0)',
    );
    expect(read(lines, files).ecg.leads[7]?.samples[99]).toBe(129);
  });

  test('leads of several files, in capitals or not; what is no lead is passed over unread', () => {
    const reading = sampleReading({ count: 200, sampleRateHz: 100, leads: 12 });
    const { header, signal } = toWfdb(reading, 'r');
    const text = new TextDecoder().decode(header).replace('r 12', 'r 13');
    const withVector = text.replace('# Sex', 'r.xyz 16 1000/mV 16 0 0 0 0 vx\n# Sex');
    const files = { 'r.dat': signal };
    expect(read(withVector.toLowerCase().replaceAll('/mv', '/mV'), files).ecg).toEqual(reading.ecg);
  });

  test('samples that are missing stay missing in either format that is written', () => {
    const reading = sampleReading({ count: 201, sampleRateHz: 100, leads: 8 });
    const samples = reading.ecg.leads[6]?.samples as Int16Array;
    samples[5] = MISSING;
    for (const format of [16, 212] as const) {
      const { header, signal } = toWfdb(reading, 'r', format);
      const { ecg } = read(new TextDecoder().decode(header), { 'r.dat': signal });
      expect(ecg.leads).toEqual(reading.ecg.leads);
    }
  });

  test('212 takes the finest steps that reach the highest sample', () => {
    const reading = sampleReading({ count: 200, sampleRateHz: 100, leads: 8 });
    (reading.ecg.leads[6]?.samples as Int16Array)[3] = 10_003;
    const { header, signal } = toWfdb(reading, 'r', 212);
    const text = new TextDecoder().decode(header);
    expect(text).toMatch(/r\.dat 212 200\(0\)\/mV 12 .* V1\n/);
    expect(read(text, { 'r.dat': signal }).ecg.leads[6]?.samples[3]).toBe(10_005);
  });

  test('age, sex and diagnoses of its comments, as the data bases write them', () => {
    const said = (comments: string) => read(`${whole}\n${comments}`, { 'r.dat': sixteen });
    const cinc = said('#Age: 74\n#Sex: Male\n#Dx: 426177001,59118001\n#Rx: Unknown');
    expect(cinc.ecg.patient).toEqual({ ageYears: 74, sex: 'male' });
    expect(cinc.vendorStatements).toEqual(['426177001,59118001']);
    const ludb = said('#<age>: 51\n#<sex>: F\n#<diagnoses>:\n#Rhythm: Sinus bradycardia.');
    expect(ludb.ecg.patient).toEqual({ ageYears: 51, sex: 'female' });
    expect(ludb.vendorStatements).toEqual(['Rhythm: Sinus bradycardia.']);
    const none = said('# age: NaN\n# Sex: Unknown\n# Dx: Unknown');
    expect(none.ecg.patient).toEqual({ ageYears: null, sex: null });
    expect(none.vendorStatements).toEqual([]);
    const incart = said('#<age>: 65 <sex>: F <diagnoses> Coronary artery disease\n# patient 1');
    expect(incart.ecg.patient).toEqual({ ageYears: 65, sex: 'female' });
    expect(incart.vendorStatements).toEqual(['Coronary artery disease']);
    expect(said('# Age: 63  Sex: M').ecg.patient).toEqual({ ageYears: 63, sex: 'male' });
    expect(said('# Sex: Male, Age: 63').ecg.patient).toEqual({ ageYears: 63, sex: 'male' });
    expect(said('# bandage: 12').ecg.patient.ageYears).toBeNull();
    expect(said('# age 200').ecg.patient.ageYears).toBeNull();
  });

  test('the time it was taken', () => {
    const timed = whole.replace(`${COUNT}\n`, `${COUNT} 9:05:06.5 31/01/2026\n`);
    expect(read(timed, { 'r.dat': sixteen }).acquired).toEqual({
      local: '2026-01-31T09:05:06.500',
      offsetMinutes: null,
    });
    const undated = whole.replace(`${COUNT}\n`, `${COUNT} 9:05:06\n`);
    expect(read(undated, { 'r.dat': sixteen }).acquired).toBeNull();
  });
});

describe('a WFDB record at fault', () => {
  const refused = (header: string) => refusalOf(header, { 'r.dat': sixteen });

  test('whose samples are elsewhere, or did not come', () => {
    expect(refusalOf(whole)).toBe('pointer-not-followed');
    for (const name of ['../r.dat', '/r.dat', 'a/r.dat', '..', 'C:\\r.dat', 'http://h/r.dat']) {
      expect(refused(whole.replaceAll('r.dat', name))).toBe('pointer-not-followed');
    }
  });

  test('whose first samples or sums are not those of its header', () => {
    expect(refused(whole)).toBe('none');
    expect(refused(whole.replace(' 10 5950 ', ' 11 5950 '))).toBe('encoding-broken');
    expect(refused(whole.replace(' 10 5950 ', ' 10 5951 '))).toBe('encoding-broken');
    // A first sample and a sum of zero are a writer's that made neither.
    expect(refused(whole.replace(' 10 5950 ', ' 0 0 '))).toBe('none');
    expect(refused(whole.replace(' 10 5950 ', ' 0 5950 '))).toBe('encoding-broken');
    expect(refused(whole.replace(' 10 5950 ', ' 10 2147489598 '))).toBe('none');
    // A sum in sixteen bits: 5950 - 65536.
    expect(refused(whole.replace(' 10 5950 ', ' 10 -59586 '))).toBe('none');
  });

  test('that is cut short, shifted, of several segments or rates, or in a format unread', () => {
    expect(refused(whole.replace(`r 8 100 ${COUNT}`, `r 8 100 ${COUNT + 1}`))).toBe(
      'sample-count-differs',
    );
    expect(refused(whole.replace(' 16 1000', ' 16:3 1000'))).toBe('encoding-unknown');
    expect(refused(whole.replace(' 16 1000', ' 16x4 1000'))).toBe('encoding-unknown');
    expect(refused(whole.replaceAll(' 16 1000', ' 310 1000'))).toBe('encoding-unknown');
    expect(refused(`r/2 8 100 200\nr_1 100\nr_2 100`)).toBe('encoding-unknown');
    expect(refused(whole.split('\n').slice(0, 5).join('\n'))).toBe('encoding-broken');
  });

  test('that was never calibrated, or in volts of no kind', () => {
    expect(refused(whole.replaceAll('1000/mV', '0/mV'))).toBe('unit-unknown');
    expect(refused(record((lead) => `r.dat 16 1000/mmHg 16 0 0 0 0 ${lead}`))).toBe('unit-unknown');
    expect(refused(record(() => 'r.dat 16'))).toBe('lead-unknown');
  });

  test('that unpacks one file many times over', () => {
    const lines = record((lead, k) => `r${k % 2}.dat 16 1000/mV 16 0 0 0 0 ${lead}`);
    const files = { 'r0.dat': sixteen, 'r1.dat': sixteen };
    expect(refusalOf(lines, files)).toBe('encoding-broken');
  });

  test('that names a lead twice or too many signals', () => {
    const doubled = whole.replace(' 0 II', ' 0 I');
    expect(refused(doubled)).toBe('lead-doubled');
    expect(refused(whole.replace('r 8', 'r 999'))).toBe('message-too-large');
  });
});

describe('a WFDB header is told by its bytes', () => {
  test.each([
    ['a list of numbers', '12 34 567\n8 9 10\n'],
    ['a table', 'name age weight\nanna 12 40\n'],
    ['a letter', 'Dear 12 friends\nwe are well\n'],
    ['another line than a signal behind the record', 'r 8 100 5000\nr.dat 17 200\n'],
    ['a record without a rate', 'r 8\nr.dat 16 200\n'],
    ['nothing', ''],
    ['bytes', '\u0000\u0001r 8 100\n'],
  ])('%s is none', (_, text) => {
    expect(refusalOf(text)).toBe('encoding-unknown');
  });

  test('comments and blank lines may come first', () => {
    expect(refusalOf(`# made by hand\n\n${whole}`)).toBe('pointer-not-followed');
  });
});
