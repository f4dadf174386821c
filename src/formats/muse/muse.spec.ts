import { describe, expect, test } from '@jest/globals';
import { sampleReading } from '../../../test/support/reading.js';
import { leadOf, MISSING } from '../../core/ecg/ecg.js';
import type { Reading } from '../../core/ecg/reading.js';
import { describeFormat } from '../conformance.suite.js';
import { crc32 } from './crc32.js';
import { decodeMuseXml, MUSE_XML } from './muse.js';
import {
  bytesOf,
  document,
  eight,
  EIGHT,
  FIFTY_SAMPLES,
  first,
  lead,
  PLAIN,
  read,
  refusal,
  waveform,
  whole,
} from './muse.fixtures.js';
import { toMuseXml } from './write.js';

const sample = sampleReading();
describeFormat({
  name: MUSE_XML.name,
  encode: toMuseXml,
  decode: decodeMuseXml,
  // All numbers in the file are of its one site, and its clock has no zone.
  unlike: {
    encounter: { authority: 'urn:oid:1.2.3.4', value: 'V9' },
    order: { authority: 'urn:oid:1.2.3.4', value: 'O&1' },
    acquired: { local: '2026-01-31T11:59:00.000', offsetMinutes: null },
    patient: {
      ...(sample.patient as NonNullable<Reading['patient']>),
      others: [{ authority: 'urn:oid:1.2.3.4', value: '77' }],
    },
  },
});

describe('numbers worked out by hand', () => {
  test('samples are little-endian 16-bit numbers, each worth its step', () => {
    // 1 * 4.88 = 4.88, -1 * 4.88 = -4.88, no sample, 500 * 4.88 = 2440.
    expect(first(read(PLAIN), 'I')).toEqual([5, -5, MISSING, 2440, 0]);
    // II is nought, so that III = II - I = -I.
    expect(first(read(PLAIN), 'III')).toEqual([-5, 5, MISSING, -2440, 0]);
    expect([read(PLAIN).ecg.sampleRateHz, read(PLAIN).ecg.sampleCount]).toEqual([50, 50]);
  });

  test('the step is in the unit that stands beside it', () => {
    const in_ = (unit: string, scale: string): number[] =>
      first(read(whole('I', { data: FIFTY_SAMPLES, scale }).replaceAll('MICROVOLTS', unit)), 'I');
    // 1 * 0.005 mV = 5 uV, 500 * 0.005 mV = 2500 uV.
    expect(in_('MILLIVOLTS', '0.005')).toEqual([5, -5, MISSING, 2500, 0]);
    // 1 * 2500 nV = 2.5 uV, which rounds away from nought.
    expect(in_('NANOVOLTS', '2500')).toEqual([3, -3, MISSING, 1250, 0]);
    expect(in_('', '2')).toEqual([2, -2, MISSING, 1000, 0]);
    // 1 * 0.000005 V = 5 uV.
    expect(in_('VOLTS', '0.000005')).toEqual([5, -5, MISSING, 2500, 0]);
    expect(in_('\u00b5V', '5')).toEqual([5, -5, MISSING, 2500, 0]);
  });

  test('a step may have a comma for a point, where that cannot be thousands', () => {
    const stepped = (scale: string): string => whole('I', { data: FIFTY_SAMPLES, scale });
    // 500 * 4.88 = 2440; 500 * 0.125 = 62.5, which rounds away from nought.
    expect(first(read(stepped('4,88')), 'I')[3]).toBe(2440);
    expect(first(read(stepped('0,125')), 'I')[3]).toBe(63);
    expect(refusal(stepped('2,500'))).toBe('unit-unknown');
  });

  test('the rate is the base times ten to the exponent', () => {
    const rate = (base: string, exponent: string): number =>
      read(
        PLAIN.replace('>50</SampleBase>', `>${base}</SampleBase>`).replace(
          '>0</SampleExponent>',
          `>${exponent}</SampleExponent>`,
        ),
      ).ecg.sampleRateHz;
    // 5 * 10^1 and 500 * 10^-1
    expect([rate('5', '1'), rate('500', '-1')]).toEqual([50, 50]);
  });

  test('the checksum is that of zip: the check value of its definition', () => {
    expect(crc32(bytesOf('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });
});

describe('waveforms', () => {
  const loud = EIGHT.map((id) => lead(id, { scale: '7', data: FIFTY_SAMPLES }));
  test('a median beat is never taken, and of several rhythms the first', () => {
    const rhythm = waveform(eight('I', { data: FIFTY_SAMPLES }));
    expect(read(document(waveform(loud, 'Median') + rhythm))).toEqual(read(PLAIN));
    expect(read(document(rhythm + waveform(loud)))).toEqual(read(PLAIN));
    expect(refusal(document(waveform(loud, 'Median')))).toBe('no-ecg');
  });

  test('one without a type is the rhythm where it is longer than any median beat', () => {
    // 150 and 50 samples at 50 Hz are 3 s and 1 s.
    const data = Buffer.alloc(300, Buffer.from('0100', 'hex')).toString('base64');
    const long = EIGHT.map((id) =>
      lead(id, { data }).replace('>50</Lead', '>150</Lead').replace('>100</Lead', '>300</Lead'),
    );
    const untyped = (leads: readonly string[]): string =>
      waveform(leads).replace('<WaveformType>Rhythm</WaveformType>', '');
    const { ecg } = read(document(waveform(loud, 'Median') + untyped(long)));
    expect([ecg.sampleCount, leadOf(ecg, 'V1').samples[149]]).toEqual([150, 5]);
    const untold = untyped(long).replace(/<Lead(Byte|Sample)CountTotal>\d+<\/\w+>/g, '');
    expect(read(document(untold)).ecg.sampleCount).toBe(150);
    expect(refusal(document(untyped(eight('I', {}))))).toBe('no-ecg');
    expect(read(document(untyped(long) + waveform(eight('I', {})))).ecg.sampleCount).toBe(50);
  });

  test('samples of leads that are mixed are not taken', () => {
    const mixed = waveform(
      eight('I', {}),
      'Rhythm',
      '50',
      '<SampleType>MULTIPLEX_SAMPLES</SampleType>',
    );
    expect(refusal(document(mixed))).toBe('encoding-unknown');
  });

  test('a strip at fault takes nothing away from a whole ECG before it, and no ECG stands on it', () => {
    const rhythm = waveform(eight('I', { data: FIFTY_SAMPLES }));
    const faults = [waveform([], 'Rhythm', ''), waveform([lead('V7', { scale: '' })])];
    for (const fault of faults) {
      expect(read(document(rhythm + fault))).toEqual(read(PLAIN));
      expect(refusal(document(fault + rhythm))).not.toBe('was read');
    }
  });

  test('several that hold different leads are one ECG', () => {
    const more = [lead('V3R', { data: FIFTY_SAMPLES }), lead('V7'), lead('X')];
    const { ecg } = read(document(waveform(eight('I', {})) + waveform(more)));
    expect(ecg.extraLeads.map(({ name, samples }) => [name, samples[0]])).toEqual([
      ['V3R', 5],
      ['V7', 0],
    ]);
  });

  test('a lead that the recorder lists without samples was not recorded', () => {
    const none = lead('V4R', { data: '' })
      .replace('>100</LeadByteCountTotal>', '>0</LeadByteCountTotal>')
      .replace('>50</LeadSampleCountTotal>', '>0</LeadSampleCountTotal>');
    expect(read(document(waveform([...eight('I', {}), none]))).ecg.extraLeads).toEqual([]);
    expect(refusal(document(waveform([...eight('I', {}), lead('V4R', { data: '' })])))).toBe(
      'sample-count-differs',
    );
  });

  test('a lead without any value is left out, and is worked out where it can be', () => {
    // `00 80` fifty times: no sample anywhere.
    const off = { data: Buffer.from('0080'.repeat(50), 'hex').toString('base64') };
    const { ecg } = read(
      document(waveform([...eight('I', {}), lead('V7', off), lead('III', off)])),
    );
    expect([ecg.extraLeads.length, leadOf(ecg, 'III').origin]).toEqual([0, 'derived']);
    expect(refusal(whole('V3', off))).toBe('lead-missing');
  });

  test('twelve leads are taken as they are, in any spelling', () => {
    const four = ['III', 'AVR', 'avl', 'aVF'].map((id) => lead(id, { data: FIFTY_SAMPLES }));
    const { ecg } = read(document(waveform([...eight('I', {}), ...four])));
    expect(ecg.leads.every(({ origin }) => origin === 'recorded')).toBe(true);
    expect([leadOf(ecg, 'aVR').samples[0], leadOf(ecg, 'aVL').samples[3]]).toEqual([5, 2440]);
  });

  test('leads that begin at other samples are known for their part of the page', () => {
    const later = { more: '<LeadOffsetFirstSample>50</LeadOffsetFirstSample>' };
    const leads = EIGHT.map((id) => lead(id, id.startsWith('V') ? later : {}));
    const { ecg } = read(document(waveform(leads)));
    expect(ecg.sampleCount).toBe(100);
    expect([leadOf(ecg, 'II').to, leadOf(ecg, 'V1').from]).toEqual([50, 50]);
    expect(leadOf(ecg, 'V1').samples[49]).toBe(MISSING);
  });

  test('filters: high pass in hundredths of a hertz', () => {
    const set = (high: string): Reading['ecg']['filters'] =>
      read(
        document(
          waveform(
            eight('I', {}),
            'Rhythm',
            '50',
            `<HighPassFilter>${high}</HighPassFilter><LowPassFilter>150</LowPassFilter><ACFilter>NONE</ACFilter><ACFilter>60</ACFilter>`,
          ),
        ),
      ).ecg.filters;
    expect(set('16')).toEqual({ highPassHz: 0.16, lowPassHz: 150, notchHz: 60 });
    expect(set('0.05')?.highPassHz).toBe(0.05);
    expect(read(PLAIN).ecg.filters).toBeNull();
  });
});
