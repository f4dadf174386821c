import { describe, expect, test } from '@jest/globals';
import { vendorMeasurements } from '../../core/ecg/reading.js';
import { readInterpretation, readMeasurements } from './interpretation.js';
import { readHeader, type Header } from './patient.js';
import { two } from './record.fixtures.js';
import { textReader } from './text.js';

type Field = readonly [field: number, value: readonly number[] | string];

function header(...fields: readonly Field[]): Header {
  const bytes = fields.flatMap(([field, value]) => {
    const content = typeof value === 'string' ? [...Buffer.from(value, 'latin1'), 0] : value;
    return [field, ...two(content.length), ...content];
  });
  return readHeader(Uint8Array.from([...bytes, 255, 0, 0]));
}

/** The recorder's field: maker's number, model, language, then serial number and maker in words. */
function recorder(maker: number, model: string, language: number, texts = ''): number[] {
  return [
    ...[0, 0, 0, 0, 0, 0, 0, maker],
    ...Buffer.from(model.padEnd(6, '\0')),
    ...[20, 0, language, 0, 0],
    ...Array.from({ length: 16 }, () => 0),
    0,
    ...Buffer.from(texts, 'latin1'),
  ];
}

describe('who and when, in an SCP-ECG record', () => {
  test('a patient id belongs to the institution, and is none without one', () => {
    const names: Field[] = [
      [0, 'Garc\xeda'],
      [3, 'Lorca'],
      [1, 'Jos\xe9'],
      [2, '42'],
    ];
    expect(header(...names).patient).toBeNull();
    expect(header(...names, [16, 'A Hospital']).patient).toEqual({
      authority: 'A Hospital',
      value: '42',
      others: [],
      name: { family: 'García Lorca', given: 'José' },
    });
  });

  test.each([
    [0x00, 'M\xfcller', 'Müller'],
    [0x01, 'M\xfcller', 'Müller'],
    [0x03, '\xa3ukasz', 'Łukasz'],
    [0x37, 'M\xc3\xbcller', 'Müller'],
    [0x07, 'M\0\xfc\0l\0l\0e\0r\0', 'Müller'],
  ])('a name in language %i is read', (language, name, expected) => {
    const one = header([14, recorder(0, '', language)], [16, ''], [13, name]);
    expect(one.diagnoses).toEqual([expected]);
  });

  test('sex, age and birth date', () => {
    const one = header([4, [...two(18), 2]], [5, [...two(1962), 5, 14]], [8, [2]]);
    // 18 months are a year, and half of one.
    expect(one.person).toEqual({ ageYears: 1, sex: 'female' });
    expect(one.birthDate).toBe('1962-05-14');
    const none = header([4, [0, 0, 0]], [5, [...two(1962), 2, 31]], [8, [9]]);
    expect(none.person).toEqual({ ageYears: null, sex: null });
    expect(none.birthDate).toBeNull();
  });

  test('time and zone', () => {
    const at: Field[] = [
      [25, [...two(2026), 1, 31]],
      [26, [11, 59, 8]],
    ];
    expect(header(...at).acquired).toEqual({
      local: '2026-01-31T11:59:08.000',
      offsetMinutes: null,
    });
    expect(header(...at, [34, two(-330, 0)]).acquired?.offsetMinutes).toBe(-330);
    expect(header(...at, [34, two(0x7fff, 0)]).acquired?.offsetMinutes).toBeNull();
    expect(header([25, [...two(2026), 1, 31]]).acquired).toBeNull();
    expect(header([25, [...two(2026), 1, 31]], [26, [24, 0, 0]]).acquired).toBeNull();
  });

  test('device and filters', () => {
    const texts = 'program\0S-7\0system\0scp\0Maker\0';
    expect(header([14, recorder(255, 'Cart5', 1, texts)]).device).toEqual({
      manufacturer: 'Maker',
      model: 'Cart5',
      serialNumber: 'S-7',
    });
    expect(header([14, recorder(8, '', 1)]).device).toMatchObject({ manufacturer: 'Mortara' });
    expect(header([14, recorder(0, '', 1)]).device).toBeNull();
    expect(header([27, two(5)], [28, two(150)], [29, [2]]).filters).toEqual({
      highPassHz: 0.05,
      lowPassHz: 150,
      notchHz: 50,
    });
    expect(header([27, two(0)]).filters).toBeNull();
  });

  test('a length that leads out of the section ends it', () => {
    const one = readHeader(Uint8Array.from([8, 1, 0, 1, 2, 255, 255, 65]));
    expect(one.person.sex).toBe('male');
    expect(one.patient).toBeNull();
  });
});

describe('what an SCP-ECG recorder said', () => {
  const said = (kind: readonly number[], ...texts: readonly string[]): Uint8Array =>
    Uint8Array.from([
      ...kind.slice(0, 1),
      ...[0, 0, 0, 0, 0, 0, 0],
      texts.length,
      ...texts.flatMap((text, i) => [i + 1, ...two(text.length), ...Buffer.from(text, 'latin1')]),
    ]);
  const read = textReader(1);

  test('in words, or in codes where there are no words', () => {
    const words = said([1], '*** ACUTE MI ***\0', 'Sinus rhythm\0');
    const codes = said([0], '\x01NORM\0SR\0');
    expect(readInterpretation(words, codes, read)).toEqual({
      statements: ['*** ACUTE MI ***', 'Sinus rhythm'],
      status: 'final',
    });
    expect(readInterpretation(null, codes, read)).toEqual({
      statements: ['NORM SR'],
      status: 'preliminary',
    });
    expect(readInterpretation(null, null, read)).toEqual({ statements: [], status: 'final' });
    expect(readInterpretation(words.subarray(0, 20), null, read).statements).toEqual([]);
  });

  test('in numbers', () => {
    // P at 100, QRS 260 to 350, T ends at 660: PR 160, QRS 90, QT 400. One pulse, two QRS types.
    const beat = [...two(100, 190, 260, 350, 660), ...two(60, -30, 29999)];
    const pulse = Array.from({ length: 10 }, () => 1);
    const start = [1, 1, ...two(750, 29999)];
    const rates = [...two(2), 0, 0, ...two(81, 29999, 431), 1, ...two(0)];
    const intervals = {
      prMs: 160,
      qrsMs: 90,
      qtMs: 400,
      pAxisDegrees: 60,
      qrsAxisDegrees: -30,
    };
    expect(readMeasurements(Uint8Array.from([...start, ...beat, ...pulse, ...rates]), 20)).toEqual(
      vendorMeasurements({ ...intervals, heartRateBpm: 81, qtcMs: 431 }),
    );
    // Before version 1.3 there are no rates: 60000 / 750 = 80.
    expect(readMeasurements(Uint8Array.from([...start, ...beat, ...pulse]), 10)).toEqual(
      vendorMeasurements({ ...intervals, heartRateBpm: 80 }),
    );
    expect(readMeasurements(Uint8Array.from(start), 20)).toBeNull();
    expect(readMeasurements(Uint8Array.from([0, 0, ...two(29999, 29999)]), 20)).toBeNull();
  });
});
