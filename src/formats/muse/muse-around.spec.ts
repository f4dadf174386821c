import { describe, expect, test } from '@jest/globals';
import { sampleReading } from '../../../test/support/reading.js';
import type { Reading } from '../../core/ecg/reading.js';
import { crc32 } from './crc32.js';
import {
  document,
  eight,
  EIGHT,
  FIFTY_SAMPLES,
  lead,
  PLAIN,
  read,
  refusal,
  waveform,
  whole,
} from './muse.fixtures.js';
import { UNNAMED_MUSE_SITE } from './subject.js';
import { toMuseXml } from './write.js';

describe('what stands around the waveform', () => {
  const body = waveform(eight('I', {}));
  const of = (content: string): Reading => read(document(content + body));
  const person = (content: string, test = ''): Reading =>
    of(
      `<PatientDemographics>${content}</PatientDemographics><TestDemographics>${test}</TestDemographics>`,
    );

  test('a number has the authority of its site', () => {
    const whose = (test: string): string | undefined =>
      person('<PatientID> 0123 </PatientID>', test).patient?.authority;
    expect(whose('<Site>3</Site><SiteName>CITY HOSPITAL</SiteName>')).toBe('CITY HOSPITAL');
    expect(whose('<Site>3</Site>')).toBe(`${UNNAMED_MUSE_SITE}:site:3`);
    expect(whose('')).toBe(UNNAMED_MUSE_SITE);
    expect(person('<PatientID>0123</PatientID>').patient?.value).toBe('0123');
    expect(of('').patient).toBeNull();
  });

  test('where it was recorded is read by its name, else by its number', () => {
    const where = (test: string): Reading['place'] => person('', test).place;
    const named =
      '<Location>7</Location><LocationName>EMERGENCY</LocationName><RoomID>ER12</RoomID>';
    expect(where(`<SiteName>CITY</SiteName>${named}`)).toEqual({
      pointOfCare: 'EMERGENCY',
      room: 'ER12',
      bed: null,
      facility: 'CITY',
    });
    expect(where('<Location>7</Location>')).toMatchObject({ pointOfCare: '7', facility: null });
    expect(where('<Location>0</Location><SiteName>CITY</SiteName>')).toBeUndefined();
  });

  test('who it is', () => {
    const reading = person(
      '<PatientID>1</PatientID><DateofBirth>05-14-1962</DateofBirth><Gender>FEMALE</Gender><PatientAge>63</PatientAge><AgeUnits>YEARS</AgeUnits><PatientLastName>M\u00fcller</PatientLastName>',
    );
    expect(reading.patient?.name).toEqual({ family: 'M\u00fcller', given: '' });
    expect([reading.birthDate, reading.ecg.patient]).toEqual([
      '1962-05-14',
      { ageYears: 63, sex: 'female' },
    ]);
    expect(person('<DateofBirth>14-05-1962</DateofBirth>').birthDate).toBeNull();
    expect(
      person('<PatientAge>30</PatientAge><AgeUnits>MONTHS</AgeUnits>').ecg.patient.ageYears,
    ).toBe(2);
    expect(person('<PatientAge>300</PatientAge>').ecg.patient.ageYears).toBeNull();
  });

  test('when, on what, under which order, and whether a person has confirmed it', () => {
    const reading = of(
      '<TestDemographics><SiteName>S</SiteName><AcquisitionDevice>MAC55</AcquisitionDevice><AcquisitionDate>10-25-2026</AcquisitionDate><AcquisitionTime>02:30:05</AcquisitionTime><Status>UNCONFIRMED</Status></TestDemographics><Order><OrderNumber>O1</OrderNumber><VisitNumber>V1</VisitNumber></Order><PharmaData><PharmaCartID>SDE07</PharmaCartID></PharmaData>',
    );
    expect(reading.acquired).toEqual({ local: '2026-10-25T02:30:05.000', offsetMinutes: null });
    expect(reading.ecg.device).toEqual({
      manufacturer: null,
      model: 'MAC55',
      serialNumber: 'SDE07',
    });
    expect([reading.order, reading.encounter]).toEqual([
      { authority: 'S', value: 'O1' },
      { authority: 'S', value: 'V1' },
    ]);
    expect(reading.status).toBe('preliminary');
    expect(of('<TestDemographics><Status>CONFIRMED</Status></TestDemographics>').status).toBe(
      'final',
    );
    expect(
      of(
        '<TestDemographics><AcquisitionDate>02-30-2026</AcquisitionDate><AcquisitionTime>02:30:05</AcquisitionTime></TestDemographics>',
      ).acquired,
    ).toBeNull();
  });

  test('measurements, of which a nought is none', () => {
    const reading = of(
      '<RestingECGMeasurements><VentricularRate>48</VentricularRate><PRInterval>0</PRInterval><QTInterval>452</QTInterval><RAxis>0</RAxis><TAxis>-12</TAxis></RestingECGMeasurements>',
    );
    expect(reading.vendorMeasurements).toEqual({
      heartRateBpm: 48,
      prMs: null,
      qrsMs: null,
      qtMs: 452,
      qtcMs: null,
      pAxisDegrees: null,
      qrsAxisDegrees: 0,
      tAxisDegrees: -12,
    });
  });

  test('statements are lines, put together from their pieces', () => {
    const piece = (text: string, ...flags: readonly string[]): string =>
      `<DiagnosisStatement>${flags.map((flag) => `<StmtFlag>${flag}</StmtFlag>`).join('')}<StmtText>${text}</StmtText></DiagnosisStatement>`;
    const lines = (...pieces: readonly string[]): readonly string[] =>
      of(`<Diagnosis><Modality>RESTING</Modality>${pieces.join('')}</Diagnosis>`).vendorStatements;
    expect(
      lines(
        piece('Sinus', 'USERINSERT'),
        piece('bradycardia', 'ENDSLINE'),
        piece('*** ACUTE MI ***'),
      ),
    ).toEqual(['Sinus bradycardia', '*** ACUTE MI ***']);
    expect(lines(piece('One'), piece('Two'))).toEqual(['One', 'Two']);
    expect(
      lines(piece('Old', 'DELETED', 'ENDSLINE'), piece('Not', 'DELETED'), piece('new', 'ENDSLINE')),
    ).toEqual(['new']);
  });

  test('what was written is read: device, filters, age, measurements and statements', () => {
    const reading: Reading = {
      ...read(toMuseXml(sampleReading())),
      ecg: {
        ...sampleReading().ecg,
        patient: { ageYears: 71, sex: 'male' },
        device: { manufacturer: null, model: 'MAC <55>', serialNumber: '1&2' },
        filters: { highPassHz: 0.05, lowPassHz: 150, notchHz: 50 },
      },
      status: 'preliminary',
      vendorStatements: ['Sinus rhythm', 'ST < 1 mm \u2264 "\u0160"'],
      vendorMeasurements: {
        ...{ heartRateBpm: 61, prMs: 160, qrsMs: 92, qtMs: 400, qtcMs: 403 },
        ...{ pAxisDegrees: 50, qrsAxisDegrees: -12, tAxisDegrees: 33 },
      },
    };
    expect(read(toMuseXml(reading))).toEqual(reading);
  });
});

describe('faults are named', () => {
  const broken = (from: string, to: string): string => PLAIN.replace(from, to);
  const right = crc32(new Uint8Array(100));
  const sum = (value: number): string => `<LeadDataCRC32>${value}</LeadDataCRC32>`;
  const summed = (value: number, others = right): string =>
    document(waveform(EIGHT.map((id) => lead(id, { more: sum(id === 'V2' ? value : others) }))));
  test.each([
    ['no-ecg', document('')],
    ['no-ecg', '<Other/>'],
    ['no-ecg', document(waveform([lead('X')]))],
    ['encoding-broken', PLAIN.slice(0, -3)],
    ['encoding-broken', broken(FIFTY_SAMPLES.slice(0, 4), '!!!!')],
    ['encoding-broken', whole('V2', { more: '<LeadOffsetFirstSample>-1</LeadOffsetFirstSample>' })],
    ['encoding-broken', summed(7)],
    ['encoding-broken', whole('II', { more: lead('III') })],
    ['encoding-broken', whole('II', { more: '<LeadID>III</LeadID>' })],
    ['encoding-broken', PLAIN.replace('SYSTEM "restecg.dtd"', '[<!ENTITY x SYSTEM "file:///x">]')],
    ['encoding-unknown', broken('<LeadSampleSize>2', '<LeadSampleSize>4')],
    ['encoding-unknown', whole('V2', { more: '<LeadTimeOffset>2500</LeadTimeOffset>' })],
    ['unit-unknown', broken('MICROVOLTS', 'PARSECS')],
    ['unit-unknown', broken('>4.88<', '>-4.88<')],
    ['unit-unknown', broken('>4.88<', '><')],
    ['sample-count-differs', broken('>50</LeadSampleCountTotal>', '>51</LeadSampleCountTotal>')],
    ['sample-count-differs', broken('>100</LeadByteCountTotal>', '>98</LeadByteCountTotal>')],
    ['sample-rate-invalid', broken('>50</SampleBase>', '>0</SampleBase>')],
    ['sample-rate-invalid', broken('>0</SampleExponent>', '>9</SampleExponent>')],
    ['lead-doubled', broken('<LeadID>V2<', '<LeadID>V1<')],
    ['lead-missing', broken('<LeadID>V2<', '<LeadID>X<')],
    [
      'duration-invalid',
      whole('V2', { more: '<LeadOffsetFirstSample>1500</LeadOffsetFirstSample>' }),
    ],
  ])('%s', (code, text) => {
    expect(refusal(text)).toBe(code);
  });

  test('a checksum that fits, one of nought and none at all are let pass', () => {
    for (const value of [right, right - 2 ** 32, 0])
      expect(refusal(summed(value))).toBe('was read');
    expect(refusal(summed(0, 0))).toBe('was read');
  });

  test('checksums that no lead gives are of another kind, and say nothing', () => {
    expect(refusal(summed(7, 7))).toBe('was read');
    expect(refusal(summed(7, 8))).toBe('was read');
  });
});
