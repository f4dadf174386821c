import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import type { Reading } from '../../src/core/ecg/reading.js';
import { toObservation } from '../../src/formats/fhir/write.js';
import { simulateEcg } from '../support/simulated.js';
import { sampleReading } from '../support/reading.js';
import { runService, temporaryFolder, type RunningService } from '../support/service.js';

const ISSUER = 'https://ehr.example';
const AUDIENCE = 'https://leadwire.example';
const SERVICE = 'leadwire-patient-view';
const PATIENT = {
  resourceType: 'Patient',
  id: 'p-5',
  identifier: [{ system: 'urn:oid:2.999.5', value: '4711' }],
  birthDate: '1958-03-01',
  gender: 'male',
};

interface Cards {
  readonly cards: readonly {
    readonly uuid: string;
    readonly summary: string;
    readonly detail: string;
    readonly indicator: string;
  }[];
}

/** An occlusion nobody overlooks, recorded just now, as the chart of the patient holds it. */
function observationOf(): Record<string, unknown> {
  const made = sampleReading();
  const now = new Date().toISOString();
  const reading: Reading = {
    ...made,
    ecg: simulateEcg({ condition: 'anterior-occlusion', seed: 11, ageYears: 67, sex: 'male' }),
    patient: null,
    birthDate: null,
    encounter: null,
    acquired: { local: now.slice(0, 23), offsetMinutes: 0 },
  };
  const { contained: _, ...bare } = toObservation(reading);
  return { ...bare, id: 'ecg-9', meta: { versionId: '1' }, subject: { reference: 'Patient/p-5' } };
}

describe('CDS Hooks', () => {
  const folder = temporaryFolder();
  let service: RunningService;
  let key: CryptoKey;
  let serial = 0;

  beforeAll(async () => {
    const pair = await generateKeyPair('ES384');
    key = pair.privateKey;
    const keys = join(folder.path, 'keys.json');
    writeFileSync(keys, JSON.stringify({ keys: [await exportJWK(pair.publicKey)] }));
    service = await runService({
      env: {
        LEADWIRE_DATA_DIR: join(folder.path, 'data'),
        LEADWIRE_PUBLIC_URL: AUDIENCE,
        LEADWIRE_CDS_HOOKS_CLIENTS: `${ISSUER}=${keys}`,
        LEADWIRE_CDS_HOOKS_MILLISECONDS_MAX: '20000',
        LEADWIRE_HTTP_BODY_BYTES_MAX: '1000000',
      },
    });
  }, 60_000);

  afterAll(async () => {
    await service.kill('SIGKILL');
    folder.remove();
  });

  const token = (): Promise<string> =>
    new SignJWT({ jti: `call-${(serial += 1)}` })
      .setProtectedHeader({ alg: 'ES384' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(key);

  const ask = async (body: unknown, path = SERVICE, bearer?: string): Promise<Response> =>
    fetch(`${service.url}/cds-services/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${bearer ?? (await token())}`,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  const call = (prefetch: unknown, more: Record<string, unknown> = {}) => ({
    hook: 'patient-view',
    hookInstance: `instance-${(serial += 1)}`,
    context: { userId: 'Practitioner/1', patientId: 'p-5' },
    prefetch,
    ...more,
  });

  test('tells anybody what it offers and what it wants to be brought', async () => {
    const answer = await fetch(`${service.url}/cds-services`);
    expect(answer.status).toBe(200);
    const { services } = (await answer.json()) as { services: { id: string; hook: string }[] };
    expect(services.map(({ hook }) => hook)).toEqual(['patient-view', 'encounter-start']);
    expect(services[0]).toMatchObject({ prefetch: { patient: 'Patient/{{context.patientId}}' } });
  });

  test('scores the ECG that comes with the call, tells it, and hears the answer', async () => {
    const ecg = {
      resourceType: 'Bundle',
      type: 'searchset',
      entry: [{ resource: observationOf() }],
    };
    const answer = await ask(call({ patient: PATIENT, ecg }));
    expect(answer.status).toBe(200);
    const { cards } = (await answer.json()) as Cards;
    expect(cards).toHaveLength(1);
    expect(cards[0]?.summary).toMatch(/^For evaluation only\. /);
    expect(cards[0]?.indicator).toBe('warning');

    // The next who opens the chart is told the same, and nothing is scored again.
    const later = await ask(call({ patient: PATIENT, ecg: null }, { hook: 'patient-view' }));
    const again = (await later.json()) as Cards;
    expect(again.cards.map(({ summary }) => summary)).toEqual(cards.map(({ summary }) => summary));
    const receipts = await fetch(`${service.url}/api/receipts?outcome=ecg`);
    expect(((await receipts.json()) as { receipts: unknown[] }).receipts).toHaveLength(1);

    const feedback = {
      feedback: [
        {
          card: cards[0]?.uuid,
          outcome: 'overridden',
          overrideReason: { reason: { code: 'not-present' }, userComment: 'old infarct' },
          outcomeTimestamp: '2026-01-31T12:00:00Z',
        },
      ],
    };
    expect((await ask(feedback, `${SERVICE}/feedback`)).status).toBe(200);
    expect((await ask({ feedback: [] }, `${SERVICE}/feedback`)).status).toBe(400);
  }, 60_000);

  test('says nothing about a patient without an ECG', async () => {
    const nobody = { ...PATIENT, identifier: [{ system: 'urn:oid:2.999.5', value: 'none' }] };
    const answer = await ask(call({ patient: nobody }));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ cards: [] });
  });

  test('a chart it can neither read nor was brought is a failed precondition', async () => {
    const strangers = 'https://stranger.example/fhir';
    for (const prefetch of [undefined, null, {}, { patient: { ...PATIENT, id: 'p-6' } }]) {
      const answer = await ask(call(prefetch, { fhirServer: strangers }));
      expect(answer.status).toBe(412);
      expect(await answer.json()).toMatchObject({ resourceType: 'OperationOutcome' });
    }
  });

  test('an ECG of another patient in the call is not believed', async () => {
    const other = { ...observationOf(), subject: { reference: 'Patient/p-6' } };
    const nobody = { ...PATIENT, identifier: [] };
    const answer = await ask(call({ patient: nobody, ecg: other }));
    expect(await answer.json()).toEqual({ cards: [] });
  });

  test.each([
    ['no JSON', '{"hook":', 400],
    ['no context', { hook: 'patient-view', hookInstance: 'x' }, 400],
    ['an id that is an address', call({}, { context: { patientId: '../../Patient' } }), 400],
    ['another hook', call({ patient: PATIENT }, { hook: 'order-sign' }), 400],
    ['more than is taken', 'x'.repeat(1_100_000), 413],
  ])('a call with %s is refused', async (_, body, status) => {
    const answer = await ask(body);
    expect(answer.status).toBe(status);
    expect(((await answer.json()) as { resourceType: string }).resourceType).toBe(
      'OperationOutcome',
    );
  });

  test('a call that is unsigned, used, or for nobody we know is refused', async () => {
    const used = await token();
    expect((await ask(call({ patient: PATIENT }), SERVICE, used)).status).toBe(200);
    expect((await ask(call({ patient: PATIENT }), SERVICE, used)).status).toBe(401);
    expect((await ask(call({ patient: PATIENT }), SERVICE, 'a.b.c')).status).toBe(401);
    expect((await ask(call({ patient: PATIENT }), 'another')).status).toBe(404);
  });
});
