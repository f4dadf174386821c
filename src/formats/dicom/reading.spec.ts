import { describe, expect, test } from '@jest/globals';
import { leadOf } from '../../core/ecg/ecg.js';
import type { Reading } from '../../core/ecg/reading.js';
import { decodeEcg } from '../decode.js';
import {
  dataSet,
  ecgObject,
  LITTLE,
  STEPS,
  TWELVE,
  waveformGroup,
  type Part,
} from './object.fixtures.js';
import { parseDicomAge, parseDicomDate, parseDicomTime } from './time.js';

function read(more: readonly Part[], groups?: readonly Uint8Array[]): Reading {
  const result = decodeEcg(ecgObject(groups ? { more, groups } : { more }));
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.detail}`);
  return result.value;
}

function codeOf(groups: readonly Uint8Array[]): string {
  const result = decodeEcg(ecgObject({ groups }));
  return result.ok ? 'read' : result.failure.code;
}

describe('who and when, in a DICOM ECG', () => {
  test('a patient id belongs to its issuer, else to the institution, else it is none', () => {
    const id: Part = [0x00100020, 'LO', '642341'];
    const institution: Part = [0x00080080, 'LO', 'A Hospital'];
    const issuer: Part = [0x00100021, 'LO', 'ADT'];
    const qualifier = dataSet(LITTLE, [
      [0x00400032, 'UT', '1.2.3.4'],
      [0x00400033, 'CS', 'ISO'],
    ]);
    expect(read([id]).patient).toBeNull();
    expect(read([institution, id]).patient).toMatchObject({ authority: 'A Hospital' });
    expect(read([institution, id, issuer]).patient).toMatchObject({ authority: 'ADT' });
    expect(read([institution, id, issuer, [0x00100024, 'SQ', [qualifier]]]).patient).toMatchObject({
      authority: 'urn:oid:1.2.3.4',
      value: '642341',
    });
  });

  test.each([
    ['', 'Doe^Jane^M^Dr', 'Doe', 'Jane'],
    ['ISO_IR 100', 'M\xfcller^J\xf6rg', 'Müller', 'Jörg'],
    ['ISO_IR 144', '\xbb\xee\xda\xd5', '\u041b\u044e\u043a\u0435', ''],
    ['ISO_IR 192', '\xc3\x89mile^Zo\xc3\xab', 'Émile', 'Zoë'],
    ['\\ISO 2022 IR 87', 'Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B', 'Yamada', 'Tarou'],
    ['\\ISO 2022 IR 87', '=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B', '山田', '太郎'],
    ['\\ISO 2022 IR 149', '=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7', '洪', '吉洞'],
  ])('a name in %j is read', (characterSet, name, family, given) => {
    const { patient } = read([
      [0x00080005, 'CS', characterSet],
      [0x00100010, 'PN', name],
      [0x00100020, 'LO', '1'],
      [0x00100021, 'LO', 'ADT'],
    ]);
    expect(patient?.name).toEqual({ family, given });
  });

  test('the place is that of the patient, else the department of the recorder', () => {
    const institution: Part = [0x00080080, 'LO', 'A Hospital'];
    const department: Part = [0x00081040, 'LO', 'Cardiology'];
    const place = { room: null, bed: null, facility: 'A Hospital' };
    expect(read([institution]).place).toBeUndefined();
    expect(read([institution, department]).place).toEqual({ pointOfCare: 'Cardiology', ...place });
    const ward: Part = [0x00380300, 'LO', 'Ward 3'];
    expect(read([institution, department, ward]).place).toEqual({
      pointOfCare: 'Ward 3',
      ...place,
    });
    expect(read([[0x00380300, 'LO', 'ED^12^B^City']]).place).toEqual({
      pointOfCare: 'ED',
      room: '12',
      bed: 'B',
      facility: 'City',
    });
  });

  test('visit and order have their issuers', () => {
    const reading = read([
      [0x00080050, 'SH', 'A1'],
      [0x00080051, 'SQ', [dataSet(LITTLE, [[0x00400031, 'UT', 'RIS']])]],
      [0x00080080, 'LO', 'A Hospital'],
      [0x00380010, 'LO', 'V1'],
    ]);
    expect(reading.order).toEqual({ authority: 'RIS', value: 'A1' });
    expect(reading.encounter).toEqual({ authority: 'A Hospital', value: 'V1' });
  });

  test('sex, age, birth date, device and filters', () => {
    const filters: Part[] = [
      [0x003a0220, 'DS', '0.05'],
      [0x003a0221, 'DS', '150'],
      [0x003a0222, 'DS', '0'],
    ];
    const reading = read(
      [
        [0x00080070, 'LO', 'Maker'],
        [0x00081090, 'LO', 'Cart 5'],
        [0x00100030, 'DA', '19710123'],
        [0x00100040, 'CS', 'F'],
        [0x00101010, 'AS', '042Y'],
        [0x00181000, 'LO', 'S-1'],
      ],
      [waveformGroup(LITTLE, { leads: TWELVE, channel: filters })],
    );
    expect(reading.birthDate).toBe('1971-01-23');
    expect(reading.ecg.patient).toEqual({ ageYears: 42, sex: 'female' });
    expect(reading.ecg.device).toEqual({
      manufacturer: 'Maker',
      model: 'Cart 5',
      serialNumber: 'S-1',
    });
    expect(reading.ecg.filters).toEqual({ highPassHz: 0.05, lowPassHz: 150, notchHz: null });
    expect(read([[0x00101010, 'AS', '999Y']]).ecg.patient.ageYears).toBeNull();
    expect(['006M', '104W', '010D', '42', ''].map(parseDicomAge)).toEqual([0, 1, 0, null, null]);
    expect(['1971.01.23', '19710231', '1971'].map(parseDicomDate)).toEqual([
      '1971-01-23',
      null,
      null,
    ]);
  });

  test('the time of acquisition, and its zone where there is one', () => {
    const local = '2013-01-25T10:59:19.000';
    const time: Part = [0x0008002a, 'DT', '20130125105919'];
    expect(read([time]).acquired).toEqual({ local, offsetMinutes: null });
    expect(read([time, [0x00080201, 'SH', '-0330']]).acquired).toEqual({
      local,
      offsetMinutes: -210,
    });
    expect(
      read([
        [0x00080022, 'DA', '20130125'],
        [0x00080032, 'TM', '105919.25'],
      ]).acquired,
    ).toEqual({ local: '2013-01-25T10:59:19.250', offsetMinutes: null });
    expect(parseDicomTime('20130125105919.123456+0100')).toEqual({
      local: '2013-01-25T10:59:19.123',
      offsetMinutes: 60,
    });
    expect(parseDicomTime('20130231105919')).toBeNull();
    expect(parseDicomTime('20130125')).toBeNull();
  });

  test('measurements by code or by name, in their unit, and what the recorder said', () => {
    const measured = (code: string, meaning: string, value: string, unit: string): Uint8Array =>
      dataSet(LITTLE, [
        [0x004008ea, 'SQ', [dataSet(LITTLE, [[0x00080100, 'SH', unit]])]],
        [
          0x0040a043,
          'SQ',
          [
            dataSet(LITTLE, [
              [0x00080100, 'SH', code],
              [0x00080104, 'LO', meaning],
            ]),
          ],
        ],
        [0x0040a30a, 'DS', value],
      ]);
    const said = dataSet(LITTLE, [[0x00700006, 'ST', '*** ACUTE MI ***']]);
    const annotations = [
      said,
      measured('2:16168', 'RR interval global', '750', 'ms'),
      measured('5.13.5-7', 'PR Interval', '0.16', 's'),
      measured('99-1', 'QRS Duration', '0', 'ms'),
      measured('99-2', 'QT Interval', '400', 'ms'),
      measured('2:15880', 'QTc', '431', 'ms'),
      measured('2:16132', 'QRS axis', '-30', 'deg'),
    ];
    const reading = read([[0x0040b020, 'SQ', annotations]]);
    expect(reading.vendorStatements).toEqual(['*** ACUTE MI ***']);
    // 60000 / 750 = 80 beats a minute; a QRS of 0 ms was not measured.
    expect(reading.vendorMeasurements).toEqual({
      heartRateBpm: 80,
      prMs: 160,
      qrsMs: null,
      qtMs: 400,
      qtcMs: 431,
      pAxisDegrees: null,
      qrsAxisDegrees: -30,
      tAxisDegrees: null,
    });
  });
});

describe('a DICOM ECG in several groups', () => {
  const column = (leads: readonly string[], offsetMs: string | null): Uint8Array =>
    waveformGroup(LITTLE, {
      leads,
      group: offsetMs === null ? [] : [[0x00181068, 'DS', offsetMs]],
    });

  test('a page of four columns is one recording', () => {
    // Sixty samples at 50 Hz are 1200 ms, and so far apart are the columns.
    const { ecg } = read(
      [],
      [
        column(['I', 'II', 'III'], '0'),
        column(['aVR', 'aVL', 'aVF'], '1200'),
        column(['V1', 'V2', 'V3'], '2400'),
        column(['V4', 'V5', 'V6'], '3600'),
      ],
    );
    expect(ecg.sampleCount).toBe(240);
    expect(ecg.leads.map(({ from, to }) => [from, to])).toEqual([
      ...TWELVE.slice(0, 3).map(() => [0, 60]),
      ...TWELVE.slice(3, 6).map(() => [60, 120]),
      ...TWELVE.slice(6, 9).map(() => [120, 180]),
      ...TWELVE.slice(9).map(() => [180, 240]),
    ]);
    // aVL is channel 1 of its group.
    expect([...leadOf(ecg, 'aVL').samples.slice(59, 62)]).toEqual([-32768, 1, 11]);
  });

  test('of a lead that stands twice the longer stretch is taken', () => {
    const strip = waveformGroup(LITTLE, {
      leads: ['II'],
      samples: [...STEPS, ...STEPS].map((value) => value + 500),
      group: [[0x00181068, 'DS', '0']],
    });
    const { ecg } = read([], [column(TWELVE, '0'), strip]);
    expect(ecg.sampleCount).toBe(120);
    expect(leadOf(ecg, 'II').samples[0]).toBe(500);
    expect(leadOf(ecg, 'I').to).toBe(60);
  });

  test('a strip that cannot be placed is no reason to refuse the group that is whole', () => {
    const strip = (rateHz: string) =>
      waveformGroup(LITTLE, { leads: ['II'], samples: [...STEPS, ...STEPS, ...STEPS], rateHz });
    for (const groups of [
      [column(TWELVE, null), strip('50')],
      [strip('100'), column(TWELVE, '0')],
    ]) {
      const { ecg } = read([], groups);
      expect([ecg.sampleRateHz, ecg.sampleCount]).toEqual([50, 60]);
      expect(leadOf(ecg, 'II').samples[0]).toBe(1);
    }
    expect(codeOf([column(TWELVE.slice(0, 7), null), strip('50')])).toBe('encoding-unknown');
  });

  test('a channel that begins later is moved', () => {
    const skewed = waveformGroup(LITTLE, {
      leads: TWELVE.slice(6),
      group: [[0x00181068, 'DS', '0']],
      channel: [[0x003a0214, 'DS', '0.06']],
    });
    // 0.06 s at 50 Hz are three samples.
    const { ecg } = read([], [column(TWELVE.slice(0, 6), '0'), skewed]);
    expect([leadOf(ecg, 'I').from, leadOf(ecg, 'V1').from]).toEqual([0, 3]);
  });

  test('groups that cannot be placed are refused', () => {
    const [limbs, chest] = [TWELVE.slice(0, 6), TWELVE.slice(6)];
    expect(codeOf([column(limbs, '0'), column(chest, null)])).toBe('encoding-unknown');
    expect(codeOf([column(limbs, '0'), column(chest, '90000')])).toBe('duration-invalid');
    expect(codeOf([column(limbs, '0'), column(chest, '1e300')])).toBe('duration-invalid');
    const other = waveformGroup(LITTLE, { leads: chest, rateHz: '100' });
    expect(codeOf([column(limbs, '0'), other])).toBe('sample-rate-invalid');
  });
});
