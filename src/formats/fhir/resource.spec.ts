import { describe, expect, test } from '@jest/globals';
import { decodeFakeFile, toFakeFile } from '../../../test/support/fake-file.js';
import { sampleReading } from '../../../test/support/reading.js';
import { leadOf } from '../../core/ecg/ecg.js';
import type { Reading } from '../../core/ecg/reading.js';
import type { Result } from '../../core/failure.js';
import { describeFormat } from '../conformance.suite.js';
import { decodeEcg } from '../decode.js';
import { parseBody } from './body.js';
import { decodeResource } from './resource.js';
import { toObservation } from './write.js';

type Resource = Record<string, unknown>;

function decodedBytes(bytes: Uint8Array, file: Partial<Reading> = {}): Result<Reading> {
  const body = parseBody(bytes);
  return body.ok ? decodeResource(body.value, {}, (inner) => decodeFakeFile(inner, file)) : body;
}

const decoded = (resource: Resource, file: Partial<Reading> = {}): Result<Reading> =>
  decodedBytes(Buffer.from(JSON.stringify(resource)), file);

function gist(result: Result<Reading>): string {
  if (result.ok) return result.value.format;
  return `${result.failure.code} ${result.failure.location ?? '-'}`;
}

const SAMPLE = sampleReading({ count: 100, sampleRateHz: 100 });
const FILE = Buffer.from(toFakeFile(SAMPLE)).toString('base64');
const PDF = Buffer.from('%PDF-1.7').toString('base64');

/** Everything of an Observation but its leads, around a file. */
function reportOf(reading: Reading, data: string): Resource {
  const { component: _, resourceType: __, code, ...rest } = toObservation(reading);
  return { resourceType: 'DiagnosticReport', code, ...rest, presentedForm: [{ data }] };
}

describeFormat({
  name: 'fhir-attachment+fake',
  encode: (reading) =>
    Buffer.from(
      JSON.stringify(reportOf(reading, Buffer.from(toFakeFile(reading)).toString('base64'))),
    ),
  decode: decodedBytes,
});

describe('a file in a FHIR resource', () => {
  const subject = { identifier: { system: 'urn:oid:9.8.7', value: '42' } };
  const attachment = { contentType: 'application/octet-stream', data: FILE };
  test.each<[string, Resource, Partial<Reading>]>([
    [
      'DiagnosticReport',
      {
        status: 'amended',
        effectiveDateTime: '2026-01-31T11:59:00Z',
        encounter: { reference: 'Encounter/7' },
        conclusion: 'Sinus rhythm',
        presentedForm: [{ contentType: 'application/pdf', data: PDF }, attachment],
      },
      { status: 'corrected', vendorStatements: ['Sinus rhythm'] },
    ],
    [
      'DocumentReference',
      {
        status: 'current',
        docStatus: 'final',
        date: '2026-02-01T00:00:00Z',
        context: {
          encounter: [{ reference: 'Encounter/7' }],
          period: { start: '2026-01-31T11:59:00Z' },
        },
        content: [{ attachment: { url: 'http://example.org/1' } }, { attachment }],
      },
      { status: 'final' },
    ],
    [
      'Media',
      {
        status: 'completed',
        createdDateTime: '2026-01-31T11:59:00Z',
        encounter: { reference: 'Encounter/7' },
        content: attachment,
      },
      { status: 'final' },
    ],
    [
      'Observation',
      {
        status: 'preliminary',
        effectiveDateTime: '2026-01-31T11:59:00Z',
        encounter: { reference: 'Encounter/7' },
        valueAttachment: attachment,
      },
      { status: 'preliminary' },
    ],
  ])('is read from %s, with what stands around it', (resourceType, more, expected) => {
    const result = decoded({ resourceType, subject, ...more }, { status: 'withdrawn' });
    expect(result).toMatchObject({
      ok: true,
      value: {
        format: 'fhir-attachment+fake',
        ecg: { leads: SAMPLE.ecg.leads },
        patient: { authority: 'urn:oid:9.8.7', value: '42' },
        encounter: { value: '7' },
        acquired: { local: '2026-01-31T11:59:00.000', offsetMinutes: 0 },
        ...expected,
      },
    });
  });

  test('a Binary has nobody but whom its file names', () => {
    const file = { patient: { authority: 'A', value: '1', others: [], name: null } };
    expect(decoded({ resourceType: 'Binary', data: FILE }, file)).toMatchObject({
      ok: true,
      value: file,
    });
  });

  test('the time is that of the resource, of the file, of its making, of its record', () => {
    const time = (more: Resource, file: Partial<Reading> = {}): string | undefined => {
      const result = decoded(
        {
          resourceType: 'DocumentReference',
          content: [{ attachment: { ...attachment, ...more } }],
          date: '2026-01-04T00:00:00Z',
        },
        file,
      );
      return result.ok ? result.value.acquired?.local.slice(0, 10) : undefined;
    };
    const ofFile = { acquired: { local: '2026-01-02T00:00:00.000', offsetMinutes: null } };
    expect(time({ creation: '2026-01-03T00:00:00Z' }, ofFile)).toBe('2026-01-02');
    expect(time({ creation: '2026-01-03T00:00:00Z' })).toBe('2026-01-03');
    expect(time({})).toBe('2026-01-04');
  });

  test('two people in one resource are not made one', () => {
    const file = { patient: { authority: 'urn:oid:9.8.7', value: '43', others: [], name: null } };
    const report = { resourceType: 'DiagnosticReport', subject, presentedForm: [attachment] };
    expect(gist(decoded(report, file))).toBe('patient-missing presentedForm[0].data');
  });

  test.each<[string, string, Resource]>([
    [
      'an address alone',
      'pointer-not-followed content.url',
      { resourceType: 'Media', content: { url: 'http://x' } },
    ],
    [
      'a PDF alone',
      'encoding-unknown presentedForm[0].data',
      { resourceType: 'DiagnosticReport', presentedForm: [{ data: PDF }] },
    ],
    ['broken base64', 'encoding-broken data', { resourceType: 'Binary', data: 'A*' }],
    ['a number for a file', 'encoding-broken data', { resourceType: 'Binary', data: 7 }],
    ['half a file', 'encoding-broken data', { resourceType: 'Binary', data: FILE.slice(0, 400) }],
    ['no file', 'no-ecg -', { resourceType: 'DiagnosticReport' }],
    [
      'two ECGs',
      'lead-doubled presentedForm[1].data',
      { resourceType: 'DiagnosticReport', presentedForm: [attachment, attachment] },
    ],
    ['a Patient', 'no-ecg resourceType', { resourceType: 'Patient' }],
  ])('%s is refused as %s', (_, expected, resource) => {
    expect(gist(decoded(resource))).toBe(expected);
  });
});

describe('a FHIR Bundle', () => {
  const bundle = (...resources: Resource[]): Resource => ({
    resourceType: 'Bundle',
    type: 'collection',
    entry: resources.map((resource, i) => ({ fullUrl: `urn:uuid:${i}`, resource })),
  });
  const patient = {
    resourceType: 'Patient',
    id: '5',
    identifier: [{ system: 'urn:oid:9.8.7', value: '42' }],
    name: [{ family: 'Doe', given: ['Jo'] }],
    birthDate: '1962-05-14',
    gender: 'female',
  };
  const stranger = { resourceType: 'Patient', id: '6', birthDate: '2001-01-01', gender: 'male' };
  const bare = toObservation({
    ...SAMPLE,
    patient: null,
    birthDate: null,
    ecg: { ...SAMPLE.ecg, patient: { ageYears: null, sex: null } },
  });
  const components = bare['component'] as Resource[];
  const whose = { birthDate: '1962-05-14', ecg: { patient: { sex: 'female' } } };

  test('gives its ECG the patient that it points at', () => {
    for (const reference of ['Patient/5', 'urn:uuid:1']) {
      const made = bundle(stranger, patient, { ...bare, subject: { reference } });
      expect(decoded(made)).toMatchObject({
        ok: true,
        value: {
          format: 'fhir-observation',
          patient: {
            authority: 'urn:oid:9.8.7',
            value: '42',
            name: { family: 'Doe', given: 'Jo' },
          },
          ...whose,
        },
      });
    }
    expect(decoded(bundle(patient, bare))).toMatchObject({
      ok: true,
      value: { patient: null, birthDate: null },
    });
  });

  test('may hold an Observation for each lead, under a panel or alone', () => {
    const single = components.map(({ code, valueSampledData }, i) => ({
      resourceType: 'Observation',
      id: `lead-${i}`,
      status: 'final',
      subject: { reference: 'Patient/5' },
      code,
      valueSampledData,
    }));
    const panel = {
      resourceType: 'Observation',
      status: 'amended',
      subject: { reference: 'Patient/5' },
      effectiveDateTime: '2026-01-31T11:59:00Z',
      hasMember: single.map(({ id }) => ({ reference: `Observation/${id}` })),
    };
    const leads = SAMPLE.ecg.leads.map(({ name, samples }) => ({ name, samples }));
    const value = { ...whose, ecg: { ...whose.ecg, leads } };
    expect(decoded(bundle(patient, ...single))).toMatchObject({ ok: true, value });
    expect(decoded(bundle(patient, panel, ...single))).toMatchObject({
      ok: true,
      value: { ...value, status: 'corrected', acquired: { local: '2026-01-31T11:59:00.000' } },
    });
    const [first, ...rest] = single;
    const mixed = bundle({ ...first, subject: { reference: 'Patient/6' } }, ...rest);
    expect(gist(decoded(mixed))).toBe('patient-missing entry');
    expect(gist(decoded(bundle(panel, panel, ...single)))).toBe('lead-doubled entry[1].resource');
    expect(gist(decoded(bundle(...rest)))).toBe('lead-missing -');
    expect(gist(decoded(bundle(...single, ...rest)))).toBe('lead-doubled entry[12].resource.code');
  });

  test('may hold its ECG as a file', () => {
    const report = {
      resourceType: 'DiagnosticReport',
      subject: { reference: 'Patient/5' },
      presentedForm: [{ data: FILE }],
    };
    expect(decoded(bundle(patient, report))).toMatchObject({
      ok: true,
      value: { format: 'fhir-attachment+fake', ...whose },
    });
    expect(gist(decoded(bundle(report, report)))).toBe(
      'lead-doubled entry[1].resource.presentedForm[0].data',
    );
  });

  test('of two ECGs, of none, and of a broken one, says so', () => {
    expect(gist(decoded(bundle(bare, bare)))).toBe('lead-doubled entry[1].resource');
    expect(gist(decoded(bundle(patient)))).toBe('no-ecg entry');
    expect(gist(decoded({ resourceType: 'Bundle' }))).toBe('no-ecg entry');
    const broken = { ...bare, component: components.map((one) => ({ ...one, code: {} })) };
    expect(gist(decoded(bundle(patient, broken)))).toBe(
      'lead-unknown entry[1].resource.component[0].code',
    );
    const many = { resourceType: 'Bundle', entry: Array(1001).fill({}) };
    expect(gist(decoded(many))).toBe('encoding-broken entry');
  });
});

describe('figures and extra leads', () => {
  const extra = { ...leadOf(SAMPLE.ecg, 'V1'), name: 'V4R' as const };
  const original: Reading = {
    ...SAMPLE,
    ecg: { ...SAMPLE.ecg, extraLeads: [extra] },
    vendorMeasurements: {
      heartRateBpm: 73,
      prMs: null,
      qrsMs: 94.5,
      qtMs: 380,
      qtcMs: 419,
      pAxisDegrees: -12,
      qrsAxisDegrees: 45,
      tAxisDegrees: 30,
    },
  };

  test('come again as they were written', () => {
    const again = decodeEcg(Buffer.from(JSON.stringify(toObservation(original))));
    expect(again).toEqual({ ok: true, value: { ...original, format: 'fhir-observation' } });
  });

  test('are read in their units, and an extra lead that does not fit is left out', () => {
    const { component, ...rest } = toObservation(original) as { component: Resource[] };
    const quantity = (code: string, value: unknown, unit: string): Resource => ({
      code: { coding: [{ system: 'http://loinc.org', code }] },
      valueQuantity: { value, unit },
    });
    const changed = [
      ...component.slice(0, 12),
      {
        ...component[12],
        valueSampledData: { origin: { value: 0, code: 'uV' }, period: 10, data: '1' },
      },
      quantity('8625-6', 0.16, 's'),
      quantity('8625-6', 999, 'ms'),
      quantity('8867-4', '80', '/min'),
    ];
    const result = decoded({ ...rest, component: changed });
    expect(result).toMatchObject({
      ok: true,
      value: { ecg: { extraLeads: [] }, vendorMeasurements: { prMs: 160, heartRateBpm: null } },
    });
  });
});
