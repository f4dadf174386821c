import { describe, expect, test } from '@jest/globals';
import { toFakeFile } from '../../../test/support/fake-file.js';
import type { Reading } from '../../core/ecg/reading.js';
import { describeFormat } from '../conformance.suite.js';
import { decoded, decodedBytes, FILE, gist, SAMPLE, type Resource } from './resource.fixtures.js';
import { toObservation } from './write.js';

const PDF = Buffer.from('%PDF-1.7').toString('base64');

/** Everything of an Observation but its leads, around a file. */
function reportOf(reading: Reading, data: string): Resource {
  const observation = toObservation(reading);
  delete observation['component'];
  return { ...observation, resourceType: 'DiagnosticReport', presentedForm: [{ data }] };
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
