import { describe, expect, test } from '@jest/globals';
import type { Reading } from '../../core/ecg/reading.js';
import { decodeFile } from '../files.js';
import { sierraDocument, type DocumentParts } from './document.fixtures.js';

function read(parts: DocumentParts): Reading {
  const decoded = decodeFile(new TextEncoder().encode(sierraDocument(parts)));
  if (!decoded.ok) throw new Error(`${decoded.failure.code}: ${decoded.failure.detail}`);
  return decoded.value;
}

const person = (inside: string) => read({ person: `<patientid>12</patientid>${inside}` });

describe('who, when and by what a Sierra document was recorded', () => {
  test('the institution gives out the numbers; the record number goes before the one of the cart', () => {
    const acquirer = `<encounterid>V7</encounterid><institutionid>1</institutionid>
      <institutionname>St. Elsewhere</institutionname><facilityname>North</facilityname>`;
    const more = '<orderinfo><ordernumber>O-3</ordernumber></orderinfo>';
    const names = '<name><lastname>Doe</lastname><firstname>Jane</firstname></name>';
    const reading = read({
      acquirer,
      more,
      person: `<patientid>12</patientid><MRN>M-5</MRN><secondaryid/>${names}`,
    });
    const authority = 'St. Elsewhere';
    expect(reading.patient).toEqual({
      authority,
      value: 'M-5',
      others: [{ authority, value: '12' }],
      name: { family: 'Doe', given: 'Jane' },
    });
    expect(reading.encounter).toEqual({ authority, value: 'V7' });
    expect(reading.order).toEqual({ authority, value: 'O-3' });
  });

  test('without anybody who gives out numbers a number is nobody', () => {
    expect(read({ acquirer: '' }).patient).toBeNull();
    expect(read({ acquirer: '<facilityid>00</facilityid>' }).patient?.authority).toBe('00');
    expect(read({ person: '<patientid/>' }).patient).toBeNull();
    expect(read({ person: '<patientid>---</patientid>' }).patient).toBeNull();
  });

  test('age in any of the units of the schema; an assumed age is none', () => {
    expect(person('<age><years>50</years></age>').ecg.patient.ageYears).toBe(50);
    expect(person('<age><months>25</months></age>').ecg.patient.ageYears).toBe(2);
    expect(person('<age><days>400</days></age>').ecg.patient.ageYears).toBe(1);
    expect(person('<age><hours>5</hours></age>').ecg.patient.ageYears).toBe(0);
    expect(person('<age><years>199</years></age>').ecg.patient.ageYears).toBeNull();
    expect(person('<age defaultage="50"/>').ecg.patient.ageYears).toBeNull();
    const born = person('<age defaultage="50"><dateofbirth>1950-01-02</dateofbirth></age>');
    expect([born.birthDate, born.ecg.patient.ageYears]).toEqual(['1950-01-02', null]);
    for (const date of ['0000-00-00', '1950-02-30', '02.01.1950']) {
      expect(person(`<age><dateofbirth>${date}</dateofbirth></age>`).birthDate).toBeNull();
    }
  });

  test('sex where it is one of the two', () => {
    expect(person('<sex>Male</sex>').ecg.patient.sex).toBe('male');
    expect(person('<sex>Unknown</sex>').ecg.patient.sex).toBeNull();
  });

  test('the time of acquisition, with the zone where one is written', () => {
    expect(read({}).acquired).toEqual({ local: '2026-01-31T11:59:00.000', offsetMinutes: null });
    const zoned = sierraDocument({}).replace('"11:59:00"', '"11:59:00.5-05:30"');
    const decoded = decodeFile(new TextEncoder().encode(zoned));
    expect(decoded.ok && decoded.value.acquired).toEqual({
      local: '2026-01-31T11:59:00.500',
      offsetMinutes: -330,
    });
  });

  test('the device by its maker, name and number', () => {
    expect(read({}).ecg.device).toEqual({
      manufacturer: 'Maker',
      model: 'PageWriter Touch',
      serialNumber: '7',
    });
  });

  test('in 1.03 the filters of the report where they were applied, else the band of the signal', () => {
    const more = `<reportinfo><reportbandwidth><highpassfiltersetting>0.5</highpassfiltersetting>
      <lowpassfiltersetting>40</lowpassfiltersetting><notchfiltersetting>50</notchfiltersetting>
      </reportbandwidth></reportinfo>`;
    const xli = 'compressmethod="XLI" dataencoding="Base64"';
    const applied = read({ more, attributes: `filterflag="True" ${xli}` });
    expect(applied.ecg.filters).toEqual({ highPassHz: 0.5, lowPassHz: 40, notchHz: 50 });
    const raw = read({ more, attributes: `filterflag="False" ${xli}` });
    expect(raw.ecg.filters).toEqual({ highPassHz: 0.05, lowPassHz: 150, notchHz: null });
  });

  test('in 1.04 the filters that the waveform names', () => {
    const attributes = `compression="XLI" dataencoding="Base64" hipass="0.15" lowpass="100"
      notchfiltered="True" notchfilterfreqs="60 120 180"`;
    const { filters } = read({ attributes }).ecg;
    expect(filters).toEqual({ highPassHz: 0.15, lowPassHz: 100, notchHz: 60 });
  });
});

describe('what the program of the recorder said', () => {
  const interpretation = (inside: string, when = '2026-01-31') =>
    `<interpretation date="${when}" time="12:00:00">${inside}</interpretation>`;
  const interpreted = (...all: string[]) =>
    read({ more: `<interpretations>${all.join('')}</interpretations>` });

  test('measurements of 1.04, where what failed is null', () => {
    const reading = interpreted(
      interpretation(`<globalmeasurements><heartrate editedflag="False">84</heartrate>
        <print>144</print><qrsdur>84</qrsdur><qtint>352</qtint><qtcb>417</qtcb><qtcf>394</qtcf>
        <pfrontaxis>Indeterminate</pfrontaxis><qrsfrontaxis>-78</qrsfrontaxis>
        <tfrontaxis/></globalmeasurements>`),
    );
    expect(reading.vendorMeasurements).toEqual({
      heartRateBpm: 84,
      prMs: 144,
      qrsMs: 84,
      qtMs: 352,
      qtcMs: 417,
      pAxisDegrees: null,
      qrsAxisDegrees: -78,
      tAxisDegrees: null,
    });
  });

  test('measurements of 1.03, and those of the program where no interpretation has any', () => {
    const inside = '<heartrate>41</heartrate><meanprint>151</meanprint><meanqtc>393</meanqtc>';
    const printed = interpreted(
      interpretation(`<interpretationmeasurements>${inside}</interpretationmeasurements>`),
    );
    expect(printed.vendorMeasurements).toMatchObject({ heartRateBpm: 41, prMs: 151, qtcMs: 393 });
    const global = '<meanventrate>62</meanventrate><qrsfrontaxis>10</qrsfrontaxis>';
    const measured = read({
      more: `<measurements><globalmeasurements>${global}</globalmeasurements></measurements>`,
    });
    expect(measured.vendorMeasurements).toMatchObject({ heartRateBpm: 62, qrsAxisDegrees: 10 });
    expect(read({}).vendorMeasurements).toBeNull();
  });

  test('statements with their reasons and codes, the severity, and that the patient is paced', () => {
    const statement = (left: string, right: string, code: string) =>
      `<statement><statementcode>${code}</statementcode><leftstatement>${left}</leftstatement>
       <rightstatement>${right}</rightstatement></statement>`;
    const more = interpretation(
      `<severity code="AB">- ABNORMAL ECG -</severity>
       ${statement('SINUS RHYTHM', 'V-rate 60-99', 'SR')}
       ${statement('&gt;&gt;&gt; Acute MI &lt;&lt;&lt;', '', '')}${statement('', '', 'X')}`,
    );
    const reading = read({
      more: `<interpretations>${more}</interpretations>`,
      person: '<pacestatus>Paced with magnet</pacestatus>',
    });
    expect(reading.vendorStatements).toEqual([
      'SINUS RHYTHM (V-rate 60-99) [SR]',
      '>>> Acute MI <<<',
      '- ABNORMAL ECG -',
      'Paced with magnet',
    ]);
  });

  test('of several interpretations the last one', () => {
    const severity = (text: string) => `<severity>${text}</severity>`;
    const first = interpretation(severity('first'), '2026-01-31');
    const last = interpretation(severity('last'), '2026-02-01');
    expect(interpreted(first, last).vendorStatements).toEqual(['last']);
    expect(interpreted(last, first).vendorStatements).toEqual(['last']);
  });

  test('a status of every kind', () => {
    expect(read({ status: 'Confirmed' }).status).toBe('final');
    expect(read({ status: 'Deleted' }).status).toBe('withdrawn');
    expect(read({ status: 'Await confirm' }).status).toBe('preliminary');
    expect(read({ status: 'Archived' }).status).toBe('preliminary');
    const confirmed = interpretation('<confirmingclinician>Dr. No</confirmingclinician>');
    const more = `<interpretations>${confirmed}</interpretations>`;
    expect(read({ status: 'Archived', more }).status).toBe('final');
  });
});
