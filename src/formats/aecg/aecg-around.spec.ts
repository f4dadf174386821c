import { describe, expect, test } from '@jest/globals';
import { sampleReading } from '../../../test/support/reading.js';
import type { Reading } from '../../core/ecg/reading.js';
import { AECG } from './aecg.js';
import {
  CHEST,
  digits,
  document,
  lead,
  LIMBS,
  read,
  refusal,
  series,
  SET,
  time,
  value,
  whole,
} from './aecg.fixtures.js';
import { UNNAMED_AECG_AUTHORITY } from './subject.js';
import { toAecg } from './write.js';

describe('what stands around the waveform', () => {
  const subject = (content: string, person = ''): string =>
    `<componentOf><timepointEvent><componentOf><subjectAssignment><subject><trialSubject>${content}<subjectDemographicPerson>${person}</subjectDemographicPerson></trialSubject></subject></subjectAssignment></componentOf></timepointEvent></componentOf>`;
  const reading = (before: string, inside = ''): Reading =>
    read(document(before + series([SET], inside)));

  test('the subject has the authority that its root names', () => {
    const of = (id: string, person = ''): [string, string] | null => {
      const { patient } = reading(subject(id, person));
      return patient ? [patient.authority, patient.value] : null;
    };
    expect(of('<id root="1.2.3" extension="S-1"/>')).toEqual(['urn:oid:1.2.3', 'S-1']);
    const uuid = '61D1A24F-b47e-41aa-ae95-f8ac302f4eeb';
    expect(of(`<id root="${uuid}" extension="7"/>`)).toEqual([
      `urn:uuid:${uuid.toLowerCase()}`,
      '7',
    ]);
    expect(of('<id root="1.2.3.4"/>')).toEqual(['urn:ietf:rfc:3986', 'urn:oid:1.2.3.4']);
    expect(of('<id extension="9" assigningAuthorityName="WARD"/>')).toEqual(['WARD', '9']);
    expect(of('<id extension="9"/>')).toEqual([UNNAMED_AECG_AUTHORITY, '9']);
    expect(of('', '<PatientID>12</PatientID>')).toEqual([UNNAMED_AECG_AUTHORITY, '12']);
    expect(of('')).toBeNull();
    for (const nobody of ['?', 'UNK', 'n/a', '---']) {
      expect(of(`<id root="1.2.3" extension="${nobody}"/>`)).toBeNull();
    }
  });

  test('name, birth, sex and the reported age', () => {
    const age =
      '<controlVariable><relatedObservation><code code="21612-7"/><value value="46" unit="a"/></relatedObservation></controlVariable>';
    const person =
      '<name>AB</name><administrativeGenderCode code="F"/><birthTime value="19530508"/>';
    const whom = reading(subject('<id root="1.2" extension="x"/>', person) + age);
    expect(whom.patient?.name).toEqual({ family: 'AB', given: '' });
    expect([whom.birthDate, whom.ecg.patient]).toEqual([
      '1953-05-08',
      { ageYears: 46, sex: 'female' },
    ]);
    expect(reading(subject('', '<birthTime value="195302"/>')).birthDate).toBe('1953-02');
    expect(reading(subject('', '<birthTime value="19530231"/>')).birthDate).toBeNull();
    expect(reading(age.replace('46', '300')).ecg.patient.ageYears).toBeNull();
  });

  test('the time of the series, with its zone where it has one', () => {
    const at = (text: string): string => `<effectiveTime>${text}</effectiveTime>`;
    const low = at('<low value="20260131120000+0100"/>');
    expect(reading(at('<center value="20250101000000"/>'), low).acquired).toEqual({
      local: '2026-01-31T12:00:00.000',
      offsetMinutes: 60,
    });
    expect(reading(at('<center value="20250101000000"/>')).acquired?.local).toMatch(/^2025-01-01T/);
    expect(reading(at('<low value="2025-01-02T03:04:05+01:00"/>')).acquired).toEqual({
      local: '2025-01-02T03:04:05.000',
      offsetMinutes: 60,
    });
    expect(reading('').acquired?.local).toBe('2026-01-31T11:59:00.250');
  });

  test('device and filters', () => {
    const filter = (name: string, part: string, hertz: string): string =>
      `<controlVariable><controlVariable><code code="MDC_ECG_CTL_VBL_ATTR_FILTER_${name}"/><component><controlVariable><code code="MDC_ECG_CTL_VBL_ATTR_FILTER_${part}"/><value value="${hertz}" unit="Hz"/></controlVariable></component></controlVariable></controlVariable>`;
    const author =
      '<author><seriesAuthor><manufacturedSeriesDevice><id extension="SN 5"/><manufacturerModelName>R12</manufacturerModelName></manufacturedSeriesDevice><manufacturerOrganization><name>Maker &amp; Co</name></manufacturerOrganization></seriesAuthor></author>';
    const { ecg } = reading(
      '',
      author +
        filter('LOW_PASS', 'CUTOFF_FREQ', '150') +
        filter('HIGH_PASS', 'CUTOFF_FREQ', '0.05') +
        filter('NOTCH', 'NOTCH_FREQ', '50'),
    );
    expect(ecg.device).toEqual({ manufacturer: 'Maker & Co', model: 'R12', serialNumber: 'SN 5' });
    expect(ecg.filters).toEqual({ highPassHz: 0.05, lowPassHz: 150, notchHz: 50 });
  });

  test('measurements of the whole ECG and statements', () => {
    const one = (code: string, content: string): string =>
      `<component><annotation><code code="${code}"/>${content}</annotation></component>`;
    const inLead =
      '<value value="500" unit="ms"/><support><supportingROI><component><boundary><code code="MDC_ECG_LEAD_II"/></boundary></component></supportingROI></support>';
    const words = one(
      'MDC_ECG_INTERPRETATION_STATEMENT',
      '<value xsi:type="ST">*** ACUTE MI ***</value>',
    );
    const { vendorMeasurements, vendorStatements } = reading(
      '',
      `<subjectOf><annotationSet>${[
        one('MDC_ECG_TIME_PD_QT', inLead),
        one('MDC_ECG_TIME_PD_QT', '<value value="0.42" unit="s"/>'),
        one('MDC_ECG_TIME_PD_QTcB', '<value value="443" unit="ms"/>'),
        one('MDC_ECG_HEART_RATE', '<value value="62" unit="bpm"/>'),
        one('MDC_ECG_ANGLE_QRS_FRONT', '<value value="-61" unit="deg"/>'),
        one('MDC_ECG_INTERPRETATION', words),
      ].join('')}</annotationSet></subjectOf>`,
    );
    expect(vendorMeasurements).toEqual({
      heartRateBpm: 62,
      prMs: null,
      qrsMs: null,
      qtMs: 420,
      qtcMs: 443,
      pAxisDegrees: null,
      qrsAxisDegrees: -61,
      tAxisDegrees: null,
    });
    expect(vendorStatements).toEqual(['*** ACUTE MI ***']);
  });

  test('what was written is read: device, filters, age, measurements and statements', () => {
    const original = read(toAecg(richReading()));
    expect(original).toEqual({ ...richReading(), format: AECG.name });
  });
});

function richReading(): Reading {
  const { ecg, patient } = sampleReading();
  return {
    ...sampleReading(),
    ecg: {
      ...ecg,
      patient: { ageYears: 71, sex: 'male' },
      device: { manufacturer: 'A<B>', model: '"M"', serialNumber: '1&2' },
      filters: { highPassHz: 0.05, lowPassHz: 150, notchHz: 50 },
    },
    patient: patient && { ...patient, others: [] },
    encounter: null,
    order: null,
    acquired: null,
    vendorStatements: ['Sinus rhythm', 'ST < 1 mm & "nonspecific"'],
    vendorMeasurements: {
      heartRateBpm: 61,
      prMs: 160,
      qrsMs: 92,
      qtMs: 400,
      qtcMs: 403,
      pAxisDegrees: 50,
      qrsAxisDegrees: -12,
      tAxisDegrees: 33,
    },
  };
}

describe('faults are named', () => {
  const leads = [...LIMBS, ...CHEST];
  test.each([
    ['no-ecg', document('')],
    ['no-ecg', '<Other/>'],
    ['no-ecg', document(series([]))],
    ['encoding-broken', whole(SET).slice(0, -1)],
    ['encoding-broken', whole(time(), lead('MDC_ECG_LEAD_I', value('1') + value('2')))],
    ['sample-rate-invalid', whole(...leads)],
    ['sample-rate-invalid', whole(time('<increment value="0" unit="s"/>'), ...leads)],
    ['sample-rate-invalid', whole(time('<increment value="1e-9" unit="s"/>'), ...leads)],
    ['unit-unknown', whole(time('<increment value="0.02" unit="h"/>'), ...leads)],
    ['unit-unknown', whole(time(), lead('MDC_ECG_LEAD_I', value('1', '<scale value="1"/>')))],
    [
      'unit-unknown',
      whole(time(), lead('MDC_ECG_LEAD_I', value('1', '<scale value="1" unit="mA"/>'))),
    ],
    [
      'encoding-broken',
      whole(time(), lead('MDC_ECG_LEAD_I', value('1', '<scale value="0" unit="uV"/>'))),
    ],
    [
      'encoding-broken',
      whole(time(), lead('MDC_ECG_LEAD_I', value('1', '<scale value="x" unit="uV"/>'))),
    ],
    ['encoding-unknown', whole(time(), lead('MDC_ECG_LEAD_I', '<value xsi:type="GLIST_PQ"/>'))],
    ['sample-not-a-number', whole(time(), lead('MDC_ECG_LEAD_I', value('1 x 2')))],
    ['sample-count-differs', whole(time(), ...LIMBS, lead('MDC_ECG_LEAD_V1', value('1 2 3')))],
    ['lead-doubled', whole(SET, lead('MDC_ECG_LEAD_V1', value(digits())))],
    ['lead-missing', whole(time(), ...LIMBS, ...CHEST.slice(1))],
    [
      'time-invalid',
      document(series([time(undefined, 'x') + LIMBS.join(''), time() + CHEST.join('')])),
    ],
    [
      'duration-invalid',
      document(
        series([time() + LIMBS.join(''), time(undefined, '20260131120900') + CHEST.join('')]),
      ),
    ],
  ])('%s', (code, text) => {
    expect(refusal(text)).toBe(code);
  });
});
