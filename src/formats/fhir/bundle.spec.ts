import { describe, expect, test } from '@jest/globals';
import { leadOf } from '../../core/ecg/ecg.js';
import type { Reading } from '../../core/ecg/reading.js';
import { decodeEcg } from '../decode.js';
import { decoded, FILE, gist, SAMPLE, type Resource } from './resource.fixtures.js';
import { toObservation } from './write.js';

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
