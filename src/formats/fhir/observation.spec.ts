import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sampleReading } from '../../../test/support/reading.js';
import { leadOf, MISSING } from '../../core/ecg/ecg.js';
import { LEAD_NAMES, MDC_LEAD_CODES, type LeadName } from '../../core/ecg/lead.js';
import type { Reading } from '../../core/ecg/reading.js';
import { decodeParsed as decodeObservation } from './resource.fixtures.js';
import { toObservation } from './write.js';

const MDC = 'urn:oid:2.16.840.1.113883.6.24';
/** 100 samples at a period of 10 ms are the second that an ECG must last at least. */
const data = (first: string): string => [first, ...Array<string>(99).fill('0')].join(' ');

type Sampled = Record<string, unknown>;
const sampled = (more: Sampled = {}): Sampled => ({
  origin: { value: 0, unit: 'mV', system: 'http://unitsofmeasure.org', code: 'mV' },
  period: 10,
  dimensions: 1,
  data: data('1'),
  ...more,
});

interface Made {
  readonly leads?: readonly LeadName[];
  readonly code?: (name: LeadName) => unknown;
  readonly sampled?: (name: LeadName) => Sampled;
  readonly more?: Record<string, unknown>;
}

function observation(made: Made = {}): Record<string, unknown> {
  const code =
    made.code ??
    ((name: LeadName): unknown => ({
      coding: [{ system: MDC, code: `${MDC_LEAD_CODES[name]}` }],
    }));
  return {
    resourceType: 'Observation',
    status: 'final',
    component: (made.leads ?? LEAD_NAMES).map((name) => ({
      code: code(name),
      valueSampledData: (made.sampled ?? (() => sampled()))(name),
    })),
    ...made.more,
  };
}

function reading(made: Made = {}, hints = {}): Reading {
  const result = decodeObservation(observation(made), hints);
  if (!result.ok) throw new Error(`${result.failure.code} ${result.failure.location ?? ''}`);
  return result.value;
}

function refusal(made: Made): string {
  const result = decodeObservation(observation(made));
  return result.ok ? 'read' : `${result.failure.code} ${result.failure.location ?? '-'}`;
}

/** The first sample of V1 under this SampledData. */
function first(more: Sampled): number | undefined {
  return leadOf(reading({ sampled: () => sampled(more) }).ecg, 'V1').samples[0];
}

describe('FHIR Observation with SampledData', () => {
  test('amplitude is data * factor + origin, in microvolts', () => {
    // 25 * 0.005 mV + 0 = 0.125 mV
    expect(first({ factor: 0.005, data: data('25') })).toBe(125);
    // 1000.5 uV: -0.4005 mV * 1 + 1.401 mV = 1.0005 mV, rounded away from zero
    expect(first({ origin: { value: 1.401, code: 'mV' }, data: data('-0.4005') })).toBe(1001);
    // -200 * 4.88 uV = -976 uV
    expect(first({ factor: 4.88, origin: { value: 0, code: 'uV' }, data: data('-200') })).toBe(
      -976,
    );
    // 2 * 0.001 mV = 2 uV: a factor that is a power of ten is exact
    expect(first({ factor: 0.001, data: data('2') })).toBe(2);
    // an origin that is not zero: 3 * 1 uV + 10 uV
    expect(first({ origin: { value: 10, unit: 'uV' }, data: data('3') })).toBe(13);
    expect(first({ factor: -1, data: data('0.25') })).toBe(-250);
    expect(first({ origin: { value: 0, unit: '[mV]' }, data: data('.5') })).toBe(500);
  });

  test('the period is in milliseconds; the interval of R5 has a unit', () => {
    const rate = (more: Sampled): number =>
      reading({ sampled: () => sampled({ data: Array(900).fill('1').join(' '), ...more }) }).ecg
        .sampleRateHz;
    expect(rate({ period: 2 })).toBe(500);
    expect(rate({ period: 1000 / 300 })).toBe(300);
    expect(rate({ period: undefined, interval: 4, intervalUnit: 'ms' })).toBe(250);
    expect(rate({ period: undefined, interval: 0.002, intervalUnit: 's' })).toBe(500);
    expect(rate({ period: undefined, interval: 2500, intervalUnit: 'us' })).toBe(400);
  });

  test('samples that nobody measured are missing, limits stand for what is beyond them', () => {
    expect(first({ data: data('E') })).toBe(MISSING);
    expect(first({ factor: -0.5, data: data('U') })).toBe(MISSING);
    expect(first({ factor: 2, upperLimit: 4, data: data('U') })).toBe(8000);
    expect(first({ lowerLimit: -3, data: data('L') })).toBe(-3000);
  });

  test('leads are known by either MDC system, by code before text', () => {
    const codes: readonly Made['code'][] = [
      (name) => ({
        coding: [{ system: 'urn:iso:std:iso:11073:10101', code: `${MDC_LEAD_CODES[name]}` }],
      }),
      (name) => ({
        coding: [{ system: MDC, code: `${MDC_LEAD_CODES[name]}`, display: 'MDC_ECG_LEAD_V1' }],
        text: 'V1',
      }),
      (name) => ({
        coding: [{ system: 'http://example.org', code: 'x', display: `Lead ${name}` }],
      }),
      (name) => ({ text: name.toUpperCase() }),
      (name) => ({ coding: [{ system: MDC, code: '131328' }], text: `Lead ${name}` }),
    ];
    for (const code of codes) {
      const { ecg } = reading({
        ...(code ? { code } : {}),
        sampled: (name) => sampled({ data: data(`${LEAD_NAMES.indexOf(name)}`) }),
      });
      expect(ecg.leads.map(({ samples }) => samples[0])).toEqual(
        LEAD_NAMES.map((_, i) => i * 1000),
      );
    }
  });

  test('a patient is known by number, else by reference and its server', () => {
    const patient = (subject: unknown, more = {}, hints = {}) =>
      reading({ more: { subject, ...more } }, hints).patient;
    const numbered = { identifier: { system: 'urn:oid:9.8.7', value: '42' } };
    expect(patient({ ...numbered, reference: 'Patient/5' })).toMatchObject({
      authority: 'urn:oid:9.8.7',
      value: '42',
      others: [{ authority: 'urn:leadwire:fhir-reference', value: '5' }],
    });
    expect(patient({ reference: 'Patient/5' }, {}, { serverBaseUrl: 'http://ehr/fhir/' })).toEqual({
      authority: 'http://ehr/fhir',
      value: '5',
      others: [],
      name: null,
    });
    expect(patient({ reference: 'http://other/r4/Patient/6/_history/2' })).toMatchObject({
      authority: 'http://other/r4',
      value: '6',
    });
    expect(patient({ reference: 'Group/5' })).toBeNull();
    expect(patient({ identifier: { value: 'bare' } })).toBeNull();
    expect(patient(undefined)).toBeNull();
    const contained = {
      contained: [
        {
          resourceType: 'Patient',
          id: 'p',
          identifier: [
            { system: 'S', value: '1' },
            { system: 'M', value: '2', type: { coding: [{ code: 'MR' }] } },
          ],
          name: [{ family: 'Doe', given: ['Jo'] }],
          birthDate: '1962-05',
          gender: 'male',
        },
      ],
    };
    const made = reading({ more: { subject: { reference: '#p' }, ...contained } });
    expect(made.patient).toEqual({
      authority: 'M',
      value: '2',
      others: [{ authority: 'S', value: '1' }],
      name: { family: 'Doe', given: 'Jo' },
    });
    expect([made.birthDate, made.ecg.patient.sex]).toEqual(['1962-05', 'male']);
  });

  test('the rest of the resource is kept', () => {
    expect(
      reading({
        more: {
          status: 'amended',
          effectivePeriod: { start: '2026-01-31T11:59:00.25+01:00' },
          encounter: { reference: 'Encounter/7' },
          basedOn: [{ identifier: { system: 'ORDERS', value: '9' } }],
          device: { display: 'Cart 9' },
          note: [{ text: 'Sinus rhythm' }],
        },
      }),
    ).toMatchObject({
      format: 'fhir-observation',
      status: 'corrected',
      acquired: { local: '2026-01-31T11:59:00.250', offsetMinutes: 60 },
      encounter: { authority: 'urn:leadwire:fhir-reference', value: '7' },
      order: { authority: 'ORDERS', value: '9' },
      ecg: { device: { model: 'Cart 9' } },
      vendorStatements: ['Sinus rhythm'],
    });
    expect(reading({ more: { effectiveDateTime: '2026-01-31' } }).acquired).toBeNull();
  });

  test.each([
    ['registered', 'preliminary'],
    ['final', 'final'],
    ['corrected', 'corrected'],
    ['entered-in-error', 'withdrawn'],
  ])('status %s means %s', (status, expected) => {
    expect(reading({ more: { status } }).status).toBe(expected);
  });

  const ofV1 = (more: Sampled): Made => ({
    sampled: (name) => sampled(name === 'V1' ? more : {}),
  });
  test.each<[string, string, Made]>([
    ['a word', 'sample-not-a-number component[6].valueSampledData.data', ofV1({ data: data('x') })],
    ['NaN', 'sample-not-a-number component[6].valueSampledData.data', ofV1({ data: data('NaN') })],
    ['a short lead', 'sample-count-differs component[6].valueSampledData', ofV1({ data: '1 2' })],
    ['two rates', 'sample-rate-invalid component[6].valueSampledData', ofV1({ period: 4 })],
    ['no period', 'sample-rate-invalid component[6].valueSampledData.period', ofV1({ period: 0 })],
    [
      'a period in words',
      'sample-rate-invalid component[6].valueSampledData.period',
      ofV1({ period: '2' }),
    ],
    [
      'millimetres',
      'unit-unknown component[6].valueSampledData.origin.unit',
      ofV1({ origin: { value: 0, code: 'mm' } }),
    ],
    [
      'no origin',
      'unit-unknown component[6].valueSampledData.origin.unit',
      ofV1({ origin: undefined }),
    ],
    [
      'two dimensions',
      'encoding-unknown component[6].valueSampledData.dimensions',
      ofV1({ dimensions: 2 }),
    ],
    [
      'a code map',
      'pointer-not-followed component[6].valueSampledData.codeMap',
      ofV1({ codeMap: 'http://x' }),
    ],
    [
      'uneven times',
      'encoding-unknown component[6].valueSampledData.offsets',
      ofV1({ offsets: '1 2' }),
    ],
    [
      'a factor of zero',
      'encoding-broken component[6].valueSampledData.factor',
      ofV1({ factor: 0 }),
    ],
    ['no samples', 'lead-missing component[6].valueSampledData.data', ofV1({ data: undefined })],
    ['a lead of errors only', 'lead-missing -', ofV1({ data: Array(100).fill('E').join(' ') })],
    ['40 mV', 'sample-out-of-range -', ofV1({ data: data('40') })],
    ['eleven leads', 'lead-missing -', { leads: LEAD_NAMES.filter((name) => name !== 'V6') }],
    ['a doubled lead', 'lead-doubled component[12].code', { leads: [...LEAD_NAMES, 'I'] }],
    ['no lead known', 'lead-unknown component[0].code', { code: () => ({ text: 'V3X' }) }],
    ['no component', 'no-ecg -', { leads: [] }],
    [
      'bare samples',
      'encoding-unknown valueSampledData',
      { leads: [], more: { valueSampledData: sampled() } },
    ],
    ['another resource', 'no-ecg resourceType', { more: { resourceType: 'Patient' } }],
  ])('%s is refused as %s', (_, expected, made) => {
    expect(refusal(made)).toBe(expected);
  });

  test('what is written is read again', () => {
    for (const leads of [8, 12] as const) {
      const original = sampleReading({ leads, more: { vendorStatements: ['Sinus rhythm'] } });
      const again = decodeObservation(JSON.parse(JSON.stringify(toObservation(original))));
      expect(again).toEqual({ ok: true, value: { ...original, format: 'fhir-observation' } });
    }
    const bare = sampleReading({
      more: { patient: null, birthDate: null, encounter: null, order: null, acquired: null },
    });
    expect(decodeObservation(toObservation(bare))).toMatchObject({
      ok: true,
      value: { patient: null, encounter: null, order: null, acquired: null },
    });
  });

  test('any JSON ends as a reading or as a named refusal', () => {
    const original = observation();
    const keys = ['component', 'subject', 'contained', 'code', 'status', 'device', 'basedOn'];
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.jsonValue(), fc.nat(11), (key, value, i) => {
        const component = (original['component'] as object[]).map((one, index) =>
          index === i ? { ...one, valueSampledData: value, code: value } : one,
        );
        for (const json of [{ ...original, [key]: value }, { ...original, component }, value]) {
          const result = decodeObservation(json);
          if (!result.ok) expect(result.failure.class).toBe('permanent');
        }
      }),
      { seed: 6, numRuns: 500 },
    );
  });
});
