import { describe, expect, test } from '@jest/globals';
import { leadOf, type Ecg } from '../../core/ecg/ecg.js';
import type { LeadName } from '../../core/ecg/lead.js';
import type { Reading } from '../../core/ecg/reading.js';
import { decodeEcg } from '../decode.js';
import {
  dataSet,
  ecgDataSet,
  ecgObject,
  LITTLE,
  part10,
  STEPS,
  TWELVE,
  us,
  waveformGroup,
  type GroupOptions,
  type Part,
  type Spelling,
} from './object.fixtures.js';

const IMPLICIT: Spelling = { explicit: false, littleEndian: true };
const BIG: Spelling = { explicit: true, littleEndian: false };

function read(bytes: Uint8Array): Reading {
  const result = decodeEcg(bytes);
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.detail}`);
  return result.value;
}

function codeOf(bytes: Uint8Array): string {
  const result = decodeEcg(bytes);
  return result.ok ? 'read' : `${result.failure.code}: ${result.failure.detail}`;
}

function withGroup(options: Partial<GroupOptions>): Uint8Array {
  return ecgObject({ groups: [waveformGroup(LITTLE, { leads: TWELVE, ...options })] });
}

function begin(ecg: Ecg, name: LeadName, count = 3): number[] {
  return [...leadOf(ecg, name).samples.slice(0, count)];
}

describe('a DICOM ECG', () => {
  test.each<[string, Spelling]>([
    ['explicit, little endian', LITTLE],
    ['explicit, little endian, open sequences', { ...LITTLE, open: true }],
    ['implicit', IMPLICIT],
    ['implicit, open sequences', { ...IMPLICIT, open: true }],
    ['explicit, big endian', BIG],
    ['explicit, big endian, open sequences', { ...BIG, open: true }],
  ])('is the same Ecg written %s, with and without a preamble', (_, spelling) => {
    const set = ecgDataSet({ spelling });
    const whole = part10(spelling, set);
    const { ecg, format } = read(whole);
    expect(format).toBe('dicom-ecg');
    expect(ecg).toMatchObject({ sampleRateHz: 50, sampleCount: STEPS.length });
    // Sample i of channel c is (i % 10) * 10 + c: aVR is channel 3, V6 channel 11.
    expect(begin(ecg, 'aVR')).toEqual([3, 13, 23]);
    expect(begin(ecg, 'V6')).toEqual([11, 21, 31]);
    expect(read(set).ecg).toEqual(ecg);
    expect(read(whole.subarray(132)).ecg).toEqual(ecg);
  });

  test('a step is sensitivity times correction, and the baseline is a voltage already', () => {
    const { ecg } = read(
      withGroup({
        sensitivity: '2.5',
        channel: [
          [0x003a0212, 'DS', '0.5'],
          [0x003a0213, 'DS', '-10'],
        ],
      }),
    );
    // Lead II is channel 1: samples 1, 11, 21; 11 * 2.5 * 0.5 - 10 = 3.75, 1 -> -8.75, 21 -> 16.25.
    expect(begin(ecg, 'II')).toEqual([-9, 4, 16]);
  });

  test.each([
    ['mV', '0.00488', 244],
    ['uV', '4.88', 244],
    ['nV', '4880', 244],
    ['V', '0.00000488', 244],
  ])('a step may be in %s', (unit, sensitivity, expected) => {
    // Lead I, sample 5 is 50; 50 * 4.88 uV = 244 uV.
    expect(begin(read(withGroup({ unit, sensitivity })).ecg, 'I', 6)[5]).toBe(expected);
  });

  test.each<[string, number, readonly number[], readonly number[]]>([
    ['SB', 8, [-100, 100], [-100, 100]],
    ['UB', 8, [0, 200], [0, 200]],
    ['SS', 16, [-20000, 20000], [-20000, 20000]],
    ['US', 16, [0, 30000], [0, 30000]],
    ['SL', 32, [-30000, 30000], [-30000, 30000]],
  ])('samples may be %s of %i bits', (interpretation, bits, pair, expected) => {
    const samples = STEPS.map((_, i) => pair[i % 2] ?? 0);
    const { ecg } = read(withGroup({ interpretation, bits, samples }));
    expect(begin(ecg, 'I', 2)).toEqual(expected);
  });

  test('12 bits in 16 may leave the sign bits empty', () => {
    // 0x0ff6 in 12 bits is 4086 - 4096 = -10; 4095 stays below 2^12 for channel 9.
    const samples = STEPS.map((_, i) => (i % 2 ? 0x0ff6 : 4));
    const { ecg } = read(withGroup({ samples, channel: [[0x003a021a, 'US', us(12)]] }));
    expect(begin(ecg, 'I', 2)).toEqual([4, -10]);
    const carried = STEPS.map((_, i) => (i % 2 ? -10 : 4));
    const same = read(withGroup({ samples: carried, channel: [[0x003a021a, 'US', us(12)]] }));
    expect(begin(same.ecg, 'I', 2)).toEqual([4, -10]);
  });

  test('padding is no measurement', () => {
    const samples = STEPS.map((value, i) => (i === 1 ? 500 : value));
    const { ecg } = read(withGroup({ samples, group: [[0x5400100a, 'OW', us(500)]] }));
    expect(begin(ecg, 'I')).toEqual([0, -32768, 20]);
    const lowest = STEPS.map((value, i) => (i === 1 ? -32768 : value));
    expect(begin(read(withGroup({ samples: lowest })).ecg, 'I')).toEqual([0, -32768, 20]);
  });

  test('leads are told by code in either scheme, and by label where there is no code', () => {
    const expected = read(ecgObject()).ecg;
    expect(read(withGroup({ scheme: 'SCPECG' })).ecg).toEqual(expected);
    expect(read(withGroup({ scheme: 'none' })).ecg).toEqual(expected);
    const lying: Part[] = [[0x003a0203, 'SH', 'V6']];
    expect(read(withGroup({ channel: lying })).ecg).toEqual(expected);
  });

  test('leads beyond the twelve are kept where they are known, and passed over where not', () => {
    const { ecg } = read(withGroup({ leads: [...TWELVE, 'V4R', 'X', 'V7'] }));
    expect(ecg.extraLeads.map(({ name }) => name)).toEqual(['V4R', 'V7']);
    expect([...(ecg.extraLeads[0]?.samples.slice(0, 2) ?? [])]).toEqual([12, 22]);
  });

  test('median beats and derived groups are never the recording', () => {
    const rhythm = waveformGroup(LITTLE, { leads: TWELVE });
    const median = waveformGroup(LITTLE, {
      leads: TWELVE,
      samples: STEPS.map(() => 7),
      group: [
        [0x003a0004, 'CS', 'DERIVED'],
        [0x003a0020, 'SH', 'MEDIAN BEAT'],
      ],
    });
    expect(read(ecgObject({ groups: [median, rhythm] })).ecg).toEqual(read(ecgObject()).ecg);
    expect(codeOf(ecgObject({ groups: [median] }))).toMatch(/^no-ecg: all waveforms/);
    const unmarked = [[0x003a0020, 'SH', 'MEDIAN BEAT']] as const;
    expect(codeOf(withGroup({ group: unmarked }))).toMatch(/^no-ecg/);
  });

  test('what cannot be read is refused by name', () => {
    expect(codeOf(ecgObject({ syntax: '1.2.840.10008.1.2.1.99' }))).toBe(
      'encoding-unknown: the DICOM transfer syntax is deflated',
    );
    expect(codeOf(ecgObject({ syntax: '1.2.840.10008.1.2.4.50' }))).toMatch(/^encoding-unknown/);
    const picture: Part[] = [[0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7']];
    expect(codeOf(ecgObject({ more: picture }))).toBe(
      'no-ecg: the DICOM object is no ECG waveform',
    );
    expect(codeOf(ecgObject({ groups: [] }))).toMatch(/^no-ecg/);
    expect(codeOf(withGroup({ interpretation: 'MB', bits: 8 }))).toMatch(/^encoding-unknown/);
    expect(codeOf(withGroup({ interpretation: 'SS', bits: 32 }))).toMatch(/^encoding-unknown/);
    expect(codeOf(withGroup({ unit: 'mm[Hg]' }))).toMatch(/^unit-unknown/);
    expect(codeOf(withGroup({ sensitivity: '0' }))).toMatch(/^unit-unknown/);
    expect(codeOf(withGroup({ sensitivity: '4000' }))).toMatch(/^sample-out-of-range/);
    expect(codeOf(withGroup({ rateHz: '' }))).toMatch(/^sample-rate-invalid/);
    expect(codeOf(withGroup({ leads: ['I', 'II', 'V1'] }))).toMatch(/^lead-missing/);
    expect(codeOf(withGroup({ leads: ['X', 'X'] }))).toMatch(/^lead-unknown/);
    expect(codeOf(withGroup({ leads: ['I', 'I'] }))).toMatch(/^lead-doubled/);
    expect(codeOf(withGroup({ group: [[0x003a0005, 'US', us(13)]] }))).toMatch(/^encoding-broken/);
    expect(codeOf(withGroup({ group: [[0x003a0010, 'UL', us(9)]] }))).toMatch(/^duration-invalid/);
    expect(codeOf(withGroup({ group: [[0x003a0010, 'UL', us(61)]] }))).toMatch(/^encoding-broken/);
  });

  test('elements of no use are passed over, however they are written', () => {
    const nested = dataSet(LITTLE, [[0x00081150, 'UI', '1.2.3']]);
    const more: Part[] = [
      [0x00081140, 'SQ', [nested, nested]],
      [0x00090010, 'LO', 'A MAKER'],
      [0x00091001, 'UN', Uint8Array.of(1, 2, 3, 4)],
      [0x00400555, 'SQ', [dataSet({ ...LITTLE, open: true }, [[0x0040a043, 'SQ', [nested]]])]],
      [0x70011153, 'UT', 'private'],
    ];
    expect(read(ecgObject({ more })).ecg).toEqual(read(ecgObject()).ecg);
  });

  test('depth, counts and lengths are bounded', () => {
    let set: Uint8Array = new Uint8Array(0);
    const open = { ...LITTLE, open: true };
    for (let i = 0; i < 40; i += 1) set = dataSet(open, [[0x00081140, 'SQ', [set]]]);
    const deep = Buffer.concat([dataSet(LITTLE, []), set]);
    expect(codeOf(part10(LITTLE, deep))).toBe('encoding-broken: sequences deeper than 16');
    const many = Array.from({ length: 50_001 }, () => new Uint8Array(0));
    expect(codeOf(ecgObject({ groups: many }))).toBe('encoding-broken: more than 50000 items');
    const whole = ecgObject();
    expect(codeOf(whole.subarray(0, whole.length - 1))).toMatch(/^encoding-broken/);
  });
});
