import { describe, expect, test } from '@jest/globals';
import { noticeIn } from './notice.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hl7 = (...segments: string[]) => noticeIn(bytes(segments.join('\r')));
const fhir = (resource: object, serverBaseUrl = 'https://ehr.example/fhir') =>
  noticeIn(bytes(JSON.stringify(resource)), { serverBaseUrl });

const msh = (type: string) => `MSH|^~\\&|REG|HOSP|LW|ED|20260601||${type}|M1|P|2.5`;

describe('a merge told by ADT^A40', () => {
  const PID = 'PID|1||900^^^HOSP^MR~77^^^VISITS';
  const MRG = 'MRG|100^^^HOSP^MR~101^^^TEMP';

  test('names who goes on and every number that ends', () => {
    expect(hl7(msh('ADT^A40^ADT_A39'), 'EVN||20260601', PID, MRG)).toMatchObject({
      kind: 'merge',
      into: { authority: 'HOSP', value: '900' },
      from: [
        { authority: 'HOSP', value: '100' },
        { authority: 'TEMP', value: '101' },
      ],
    });
  });

  test.each([
    ['another event', [msh('ADT^A08'), PID, MRG]],
    ['no number that ends', [msh('ADT^A40'), PID, 'MRG|900^^^HOSP^MR']],
    ['no one who goes on', [msh('ADT^A40'), MRG]],
    ['two patients', [msh('ADT^A40'), PID, MRG, PID.replace('900', '901'), MRG]],
  ])('but nothing with %s', (_, segments) => {
    expect(hl7(...segments)).toBeNull();
  });
});

describe('a withdrawal told by ORU', () => {
  const PID = 'PID|1||900^^^HOSP^MR';
  const OBR = 'OBR|1|P1^EHR|F1^CART|11524-6^EKG study^LN|||20260601120000+0000';
  /** Up to OBR-25, the status. */
  const asked = `${OBR}${'|'.repeat(18)}`;

  test('by its order, with nothing under it', () => {
    expect(hl7(msh('ORU^R01'), PID, `${asked}X`)).toEqual({
      kind: 'withdrawal',
      patient: { authority: 'HOSP', value: '900', others: [], name: null },
      order: { authority: 'EHR', value: 'P1' },
      acquired: { local: '2026-06-01T12:00:00.000', offsetMinutes: 0 },
      namesEcg: true,
    });
  });

  test('by every row, where the order says nothing; a row that stands keeps all', () => {
    const row = (status: string) => `OBX|1|TX|x^y||gone||||||${status}`;
    expect(hl7(msh('ORU^R01'), PID, OBR, row('W'), row('D'))).toMatchObject({ kind: 'withdrawal' });
    expect(hl7(msh('ORU^R01'), PID, OBR, row('W'), row('F'))).toBeNull();
  });

  test('is not about an ECG for sure where the order is another', () => {
    const lab = asked.replace('11524-6^EKG study^LN', '67151-1^Troponin T^LN');
    expect(hl7(msh('ORU^R01'), PID, `${lab}X`)).toMatchObject({ namesEcg: false });
  });

  test.each([
    ['a final result', [msh('ORU^R01'), PID, `${asked}F`]],
    ['two patients', [msh('ORU^R01'), PID, PID, `${asked}X`]],
    ['two orders', [msh('ORU^R01'), PID, `${asked}X`, `${asked}X`]],
    ['nobody', [msh('ORU^R01'), `${asked}X`]],
  ])('but not by %s', (_, segments) => {
    expect(hl7(...segments)).toBeNull();
  });
});

describe('a notice told by FHIR', () => {
  const mr = (value: string) => ({
    system: 'urn:oid:1.2',
    value,
    type: { coding: [{ code: 'MR' }] },
  });

  test('an Observation that was entered in error', () => {
    const subject = { reference: 'Patient/5' };
    const observation = {
      resourceType: 'Observation',
      id: '1',
      status: 'entered-in-error',
      subject,
    };
    expect(fhir(observation)).toMatchObject({
      kind: 'withdrawal',
      patient: { authority: 'https://ehr.example/fhir', value: '5' },
    });
    expect(fhir({ ...observation, status: 'final' })).toBeNull();
  });

  test('a Patient that goes on as another, known by all numbers of both', () => {
    const patient = {
      resourceType: 'Patient',
      id: '5',
      identifier: [mr('OLD')],
      contained: [{ resourceType: 'Patient', id: 'linked-0', identifier: [mr('NEW')] }],
      link: [{ type: 'replaced-by', other: { reference: '#linked-0' } }],
    };
    expect(fhir(patient)).toMatchObject({
      kind: 'merge',
      into: { authority: 'urn:oid:1.2', value: 'NEW' },
      from: [
        { authority: 'urn:oid:1.2', value: 'OLD' },
        { authority: 'https://ehr.example/fhir', value: '5' },
      ],
    });
  });

  test('a Patient as whom others go on', () => {
    const link = [
      { type: 'replaces', other: { reference: 'Patient/5' } },
      { type: 'seealso', other: { reference: 'Patient/6' } },
    ];
    expect(fhir({ resourceType: 'Patient', id: '9', link })).toMatchObject({
      into: { value: '9' },
      from: [{ value: '5' }],
    });
  });

  test('a Patient that nothing links, that two replaced, or that replaces itself says nothing', () => {
    const patient = { resourceType: 'Patient', id: '9' };
    const by = (reference: string) => ({ type: 'replaced-by', other: { reference } });
    expect(fhir(patient)).toBeNull();
    expect(fhir({ ...patient, link: [by('Patient/1'), by('Patient/2')] })).toBeNull();
    expect(fhir({ ...patient, link: [by('Patient/9')] })).toBeNull();
  });

  test('bytes that are nothing', () => {
    for (const text of ['', '{', 'MSH', '{"resourceType":"Patient","link":7}', '[1]']) {
      expect(noticeIn(bytes(text))).toBeNull();
    }
  });
});

describe('a diagnosis told by FHIR', () => {
  const subject = { reference: 'Patient/5' };
  const sct = (code: string) => ({ coding: [{ system: 'http://snomed.info/sct', code }] });
  const condition = (status: string, more: object = {}) =>
    fhir({
      resourceType: 'Condition',
      id: 'c1',
      subject,
      verificationStatus: { coding: [{ code: status }] },
      code: sct('401303003'),
      recordedDate: '2026-06-01T15:00:00Z',
      ...more,
    });

  test('confirmed or refuted, with the code that says it', () => {
    expect(condition('confirmed')).toMatchObject({
      kind: 'diagnosis',
      patient: { value: '5' },
      by: 'Condition/c1',
      findings: [{ findingId: 'ami', says: 'present', code: 'http://snomed.info/sct|401303003' }],
      at: { local: '2026-06-01T15:00:00.000' },
    });
    expect(condition('refuted')).toMatchObject({ findings: [{ says: 'absent' }] });
    const icd = { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'I21.02' }] };
    expect(condition('confirmed', { code: icd })).toMatchObject({
      findings: [{ findingId: 'ami' }],
    });
  });

  test.each([
    ['only suspected', { verificationStatus: { coding: [{ code: 'provisional' }] } }],
    ['of something else', { code: sct('195967001') }],
    ['at no time', { recordedDate: undefined }],
    ['of nobody', { subject: undefined }],
  ])('but not one %s', (_, more) => {
    expect(condition('confirmed', more)).toBeNull();
  });

  test('a coronary angiography that found the culprit, and where', () => {
    const procedure = {
      resourceType: 'Procedure',
      id: 'p1',
      status: 'completed',
      subject,
      outcome: sct('371895000'),
      bodySite: [sct('13647002')],
      performedPeriod: { start: '2026-06-01T13:00:00Z' },
    };
    expect(fhir(procedure)).toMatchObject({
      findings: [
        { findingId: 'omi', says: 'present' },
        { findingId: 'culprit-rca', says: 'present' },
      ],
    });
    expect(fhir({ ...procedure, status: 'in-progress' })).toBeNull();
    expect(fhir({ ...procedure, outcome: sct('385669000') })).toBeNull();
  });
});
