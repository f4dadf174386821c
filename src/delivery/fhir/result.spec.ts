import { describe, expect, test } from '@jest/globals';
import type { CommunicationRequest, Device, Provenance, RiskAssessment } from '@medplum/fhirtypes';
import { sampleAssessment, sampleFinding, sampleOrder } from '../order.fixtures.js';
import type { Order } from '../destination.js';
import { toAlertEntries } from './alert.js';
import { systemOf } from './party.js';
import { hasSomethingToSay, USUAL_FORM, type Parties, type ResultForm } from './form.js';
import { toResultEntries } from './result.js';

const FORM = USUAL_FORM;
const PARTIES: Parties = {
  subject: { reference: 'Patient/1' },
  encounter: { reference: 'Encounter/2' },
  device: null,
};
const built = (order: Order, parties = PARTIES, form = FORM) => {
  const entries = toResultEntries(order, parties, form);
  const of = (type: string) => entries.find((one) => one.resource.resourceType === type)?.resource;
  return {
    entries,
    risk: of('RiskAssessment') as RiskAssessment,
    device: of('Device') as Device | undefined,
    provenance: of('Provenance') as Provenance,
  };
};

describe('a result for the chart', () => {
  test('is a preliminary assessment of the patient, by the networks, of that ECG', () => {
    const { risk } = built(sampleOrder({}, { sourceReference: 'Observation/9' }));
    expect(risk).toMatchObject({
      status: 'preliminary',
      identifier: [
        { system: 'https://leadwire.dev/fhir/identifier/assessment', value: 'assessment-1' },
      ],
      subject: { reference: 'Patient/1' },
      encounter: { reference: 'Encounter/2' },
      occurrenceDateTime: '2026-01-31T17:29:00.000Z',
      basis: [{ reference: 'Observation/9' }],
    });
  });

  test('gives each probability as a fraction, in words, and as a likelihood', () => {
    const [prediction] = built(sampleOrder()).risk.prediction ?? [];
    expect(prediction?.probabilityDecimal).toBe(0.9341);
    expect(prediction?.probabilityRange).toBeUndefined();
    expect(prediction?.rationale).toContain('93 %');
    expect(prediction?.qualitativeRisk?.coding?.[0]?.code).toBe('high');
    expect(prediction?.outcome?.coding?.map(({ code }) => code)).toEqual(['omi', '57054005']);
  });

  test('gives the probability in percent where the site wants the range', () => {
    const form: ResultForm = { ...FORM, probability: 'range', aiLabel: true };
    const { risk } = built(sampleOrder(), PARTIES, form);
    const [prediction] = risk.prediction ?? [];
    expect(prediction?.probabilityDecimal).toBeUndefined();
    expect(prediction?.probabilityRange?.low).toMatchObject({ value: 93.41, code: '%' });
    expect(risk.meta?.security?.[0]?.code).toBe('AIAST');
  });

  test('is marked where it is for evaluation only, and only there', () => {
    expect(built(sampleOrder()).risk.meta?.tag?.[0]?.code).toBe('evaluation-only');
    const approved = sampleOrder({ assessment: sampleAssessment({ evaluationOnly: false }) });
    expect(built(approved).risk.meta).toBeUndefined();
  });

  test('keeps findings in shadow mode out of the chart', () => {
    const shadow = sampleFinding({ mode: 'shadow', findingId: 'ami', modelId: 'ami' });
    const both = sampleAssessment({ findings: [shadow, sampleFinding()] });
    const { risk } = built(sampleOrder({ assessment: both }));
    expect(risk.prediction).toHaveLength(1);
    expect(JSON.stringify(risk)).not.toContain('"ami"');
    expect(hasSomethingToSay(sampleAssessment({ findings: [shadow], abstentions: [] }))).toBe(
      false,
    );
  });

  test('of abstentions alone says that nothing is known, and predicts nothing', () => {
    const { risk } = built(sampleOrder({ assessment: sampleAssessment({ findings: [] }) }));
    expect(risk.prediction).toBeUndefined();
    expect(risk.note?.[1]?.text).toContain('Not known');
  });

  test('without a time that can be told holds none', () => {
    const acquisition = { instantMs: null, flags: ['time-missing'] } as const;
    expect(built(sampleOrder({}, { acquisition })).risk.occurrenceDateTime).toBeUndefined();
  });

  test('brings its device along until the server has it', () => {
    const first = built(sampleOrder());
    expect(first.device?.type?.coding?.[0]?.code).toBe('Artificial-Intelligence');
    expect(first.device?.version).toEqual([
      {
        component: { system: 'https://leadwire.dev/fhir/identifier/model', value: 'omi' },
        value: '1.2.0',
      },
    ]);
    expect(first.risk.performer?.reference).toBe(first.entries[0]?.fullUrl);
    const later = built(sampleOrder(), { ...PARTIES, device: { reference: 'Device/3' } });
    expect(later.device).toBeUndefined();
    expect(later.risk.performer).toEqual({ reference: 'Device/3' });
    expect(later.provenance.agent[0]?.who).toEqual({ reference: 'Device/3' });
  });

  test('is conditional in every part, so that a repeat adds nothing', () => {
    const { entries } = built(sampleOrder());
    expect(entries.map(({ ifNoneExist }) => decodeURIComponent(ifNoneExist))).toEqual([
      'identifier=https://leadwire.dev/fhir/identifier/model-set|models-0123456789ab',
      'identifier=https://leadwire.dev/fhir/identifier/assessment|assessment-1',
      '_tag=https://leadwire.dev/fhir/CodeSystem/of-assessment|assessment-1',
    ]);
  });

  test('never carries the name or the birth date of the patient', () => {
    const text = JSON.stringify(built(sampleOrder()).entries);
    for (const word of ['Müller', 'Hara', '1962']) expect(text).not.toContain(word);
  });
});

describe('an alert', () => {
  const assessment = sampleAssessment({ alert: { raise: true, findingIds: ['omi'] } });
  const order = sampleOrder({ kind: 'alert', assessment });
  const alertOf = (risk: { reference: string } | null) => {
    const [entry] = toAlertEntries(order, { ...PARTIES, risk, recipients: ['Group/ed'] }, FORM);
    return entry?.resource as CommunicationRequest;
  };

  test('asks the site for attention at once, about the result', () => {
    expect(alertOf({ reference: 'RiskAssessment/7' })).toMatchObject({
      status: 'active',
      priority: 'stat',
      category: [{ coding: [{ code: 'alert' }] }],
      about: [{ reference: 'RiskAssessment/7' }],
      recipient: [{ reference: 'Group/ed' }],
      identifier: [
        { system: 'https://leadwire.dev/fhir/identifier/alert', value: 'delivery-1' },
        { system: 'https://leadwire.dev/fhir/identifier/assessment', value: 'assessment-1' },
      ],
    });
  });

  test('does not wait for the result to stand', () => {
    expect(alertOf(null).about?.[0]?.identifier?.value).toBe('assessment-1');
  });
});

test.each([
  ['CITY', 'urn:oid:1.2.3'],
  ['http://hospital.example/mrn', 'http://hospital.example/mrn'],
  ['2.16.840.1.113883', 'urn:oid:2.16.840.1.113883'],
  ['OTHER HOSPITAL', 'https://leadwire.dev/fhir/authority/OTHER%20HOSPITAL'],
])('the authority %s is the identifier system %s', (authority, system) => {
  expect(systemOf(authority, { CITY: 'urn:oid:1.2.3' })).toBe(system);
});
