import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { withPatient } from '../../src/core/ecg/ecg.js';
import type { Reading } from '../../src/core/ecg/reading.js';
import { silentLog } from '../../src/core/log.js';
import { decodeEcg } from '../../src/formats/decode.js';
import { toObservation } from '../../src/formats/fhir/write.js';
import { toOru } from '../../src/formats/hl7v2/write.js';
import { noticeIn } from '../../src/formats/notice.js';
import { createRefusals } from '../../src/ingest/refusals.js';
import { createFetchStation } from '../../src/ingest/fhir/fetch-station.js';
import { createHl7Door } from '../../src/ingest/hl7v2/door.js';
import { createIntake } from '../../src/ingest/intake.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { startSandboxEhr, type SandboxEhr } from '../../src/sandbox/ehr/server.js';
import { createFhirClient, type FhirClient } from '../../src/wire/fhir/client.js';
import type { FhirResource } from '../../src/wire/fhir/resource.js';
import { openRigLedger } from '../support/delivery-rig.js';
import { ENVELOPE } from '../support/envelope.js';
import { sampleReading } from '../support/reading.js';
import { simulateEcg } from '../support/simulated.js';

const UNDER = { modelSet: 'models-1', policyVersion: 'policy-1' };
const AUTHORITY = 'urn:oid:2.25.88';

let ledger: Ledger;
let ehr: SandboxEhr;
let client: FhirClient;
beforeAll(async () => {
  ledger = await openRigLedger();
  ehr = await startSandboxEhr();
  client = createFhirClient({
    baseUrl: ehr.url,
    alsoKnownAs: [],
    token: () => null,
    tls: null,
    requestMsMax: 5_000,
    connectMsMax: 1_000,
    responseBytesMax: 1_048_576,
    connectionsMax: 4,
    now: Date.now,
  });
}, 120_000);
afterAll(async () => {
  await client.close();
  await ehr.close();
  await ledger.close();
});

const hints = () => ({ serverBaseUrl: ehr.url });
const intakeOf = () =>
  createIntake({
    ledger,
    queue: { enqueue: () => Promise.resolve() },
    log: silentLog,
    under: UNDER,
    zoneOf: () => null,
    noticeIn: (bytes) => noticeIn(bytes, hints()),
    now: Date.now,
  });

let serial = 0;
function reading(seed: number, number: string, more: Partial<Reading> = {}): Reading {
  const ecg = simulateEcg({ seed, condition: 'normal', ageYears: 60, sex: 'female' });
  return sampleReading({
    more: {
      ecg: withPatient(ecg, { ageYears: null, sex: 'female' }),
      patient: { authority: AUTHORITY, value: number, others: [], name: null },
      order: { authority: 'ORDERS', value: `O-${seed}` },
      ...more,
    },
  });
}

/** The ECG that the newest receipt brought, and what became of the one asked about. */
const newest = async () => (await ledger.receipts.list({ limit: 1 }))[0];
const endOf = (ecgId: string | null | undefined) => ledger.revisions.endOf(ecgId ?? '');

describe('by HL7 v2', () => {
  const send = async (message: string | Uint8Array): Promise<string> => {
    const door = createHl7Door({
      submit: (submission) => intakeOf().submit(submission),
      recordAnswer: () => Promise.resolve(),
      contentFaultAnswer: 'AA',
      now: Date.now,
    });
    const { bytes } = await door.message(Buffer.from(message), { address: '127.0.0.1' });
    return /\rMSA\|([A-Z]+)/.exec(Buffer.from(bytes ?? []).toString())?.[1] ?? '';
  };
  const oru = (one: Reading): Uint8Array => {
    serial += 1;
    return toOru(one, { ...ENVELOPE, controlId: `R${serial}` });
  };
  const brought = async (one: Reading) => {
    expect(await send(oru(one))).toBe('AA');
    return (await newest())?.ecgId ?? null;
  };

  test('a temporary number that turns out to be a patient', async () => {
    const temporary = await brought(reading(1, 'TEMP'));
    const real = await brought(reading(1, 'REAL'));
    expect(await endOf(temporary)).toMatchObject({ why: 'moved', byEcgId: real });
  });

  test('a corrected ECG, then its withdrawal', async () => {
    const first = await brought(reading(2, 'C'));
    const second = await brought(
      reading(3, 'C', { ...reading(2, 'C'), ecg: reading(3, 'C').ecg, status: 'corrected' }),
    );
    expect(await endOf(first)).toMatchObject({ why: 'corrected', byEcgId: second });
    expect(
      await brought(reading(3, 'C', { order: reading(2, 'C').order, status: 'withdrawn' })),
    ).toBeNull();
    expect(await endOf(second)).toMatchObject({ why: 'withdrawn' });
  });

  test('a merge', async () => {
    const ecg = await brought(reading(4, 'OLD'));
    const pid = `PID|1||NEW^^^&2.25.88&ISO^MR`;
    const merge = `MSH|^~\\&|REG|HOSP|LW|ED|20260601||ADT^A40|A40-1|P|2.5\r${pid}\rMRG|OLD^^^&2.25.88&ISO^MR\r`;
    expect(await send(merge)).toBe('AA');
    expect((await ledger.assessments.ecg(ecg ?? ''))?.patient?.value).toBe('NEW');
  });
});

describe('by FHIR', () => {
  const told = async (resource: FhirResource) => {
    const { id, resourceType } = resource;
    const reference = `${resourceType}/${id ?? ''}`;
    serial += 1;
    const arrival = {
      door: 'fhir',
      sender: 'fhir',
      messageId: `told-${serial}`,
      contentType: 'application/fhir+json',
      bytes: new Uint8Array(),
      receivedAtMs: Date.now(),
      hints: { reference },
    } as const;
    const { accepted } = await intakeOf().submitReference(arrival, reference);
    const fetchOne = createFetchStation({
      ledger,
      client,
      serverUrls: [client.baseUrl],
      refusals: createRefusals({ audit: ledger.audit, log: silentLog, now: Date.now }),
      intake: intakeOf(),
      decode: (bytes) => decodeEcg(bytes, hints()),
      queue: { enqueue: () => Promise.resolve() },
      retry: { delayMsFirst: 1_000, delayMsMax: 60_000, attemptsMax: 3 },
      log: silentLog,
      now: Date.now,
      random: () => 0.5,
    });
    await fetchOne(accepted.receiptId);
    return ledger.receipts.get(accepted.receiptId);
  };
  const patient = async (value: string, more: object = {}) => {
    const identifier = [{ system: AUTHORITY, value, type: { coding: [{ code: 'MR' }] } }];
    const made = { resourceType: 'Patient', identifier, ...more };
    return (await client.create(made, null)).reference;
  };
  const observation = async (seed: number, subject: string) => {
    const { contained: _, device: __, ...bare } = toObservation(reading(seed, 'X'));
    const made = { ...bare, resourceType: 'Observation', subject: { reference: subject } };
    const { reference } = await client.create(made, null);
    return { ...made, id: reference.split('/')[1] ?? '' };
  };

  test('a later version of the Observation, and one entered in error', async () => {
    const subject = await patient('F-1');
    const first = await observation(11, subject);
    const one = await told(first);
    const { component } = (await observation(12, subject)) as unknown as { component: unknown };
    const corrected = { ...first, status: 'corrected', component };
    await client.update(corrected);
    const two = await told(corrected);
    expect(await endOf(one?.ecgId)).toMatchObject({ why: 'corrected', byEcgId: two?.ecgId });
    await client.update({ ...corrected, status: 'entered-in-error' } as FhirResource);
    expect(await told(corrected)).toMatchObject({ outcome: 'notice' });
    expect(await endOf(two?.ecgId)).toMatchObject({ why: 'withdrawn' });
  });

  test('a Patient who goes on as another, seen when the next ECG is read', async () => {
    const old = await patient('F-OLD');
    const before = await told(await observation(13, old));
    const survivor = await patient('F-NEW');
    const link = [{ type: 'replaced-by', other: { reference: survivor } }];
    const identifier = [{ system: AUTHORITY, value: 'F-OLD', type: { coding: [{ code: 'MR' }] } }];
    const replaced = { resourceType: 'Patient', id: old.split('/')[1], identifier, link };
    await client.update(replaced);
    const after = await told(await observation(14, old));
    for (const receipt of [before, after]) {
      const ecg = await ledger.assessments.ecg(receipt?.ecgId ?? '');
      expect(ecg?.patient?.value).toBe('F-NEW');
    }
  });

  test('a confirmed diagnosis', async () => {
    const subject = await patient('F-DX');
    const receipt = await told(await observation(15, subject));
    const ecg = await ledger.assessments.ecg(receipt?.ecgId ?? '');
    const recordedDate = new Date((ecg?.acquisition.instantMs ?? 0) + 3_600_000).toISOString();
    const condition = {
      resourceType: 'Condition',
      subject: { reference: subject, identifier: { system: AUTHORITY, value: 'F-DX' } },
      verificationStatus: { coding: [{ code: 'confirmed' }] },
      code: { coding: [{ system: 'http://snomed.info/sct', code: '57054005' }] },
      recordedDate,
    };
    const { reference } = await client.create(condition, null);
    await told({ ...condition, id: reference.split('/')[1] ?? '' });
    expect(await ledger.outcomes.ofEcg(receipt?.ecgId ?? '')).toMatchObject([
      { findingId: 'ami', says: 'present', source: 'fhir' },
    ]);
  });
});
