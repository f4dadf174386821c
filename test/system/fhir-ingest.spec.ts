import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { silentLog } from '../../src/core/log.js';
import { decodeEcg } from '../../src/formats/decode.js';
import { toObservation } from '../../src/formats/fhir/write.js';
import { createFetchStation } from '../../src/ingest/fhir/fetch-station.js';
import { createRestHook } from '../../src/ingest/fhir/rest-hook.js';
import { createIntake } from '../../src/ingest/intake.js';
import { createRefusals } from '../../src/ingest/refusals.js';
import type { EcgRecord, Ledger, Receipt } from '../../src/ledger/ledger.js';
import type { JobHandler } from '../../src/queue/queue.js';
import { startSandboxEhr, type SandboxEhr } from '../../src/sandbox/ehr/server.js';
import { createFhirClient, type FhirClient } from '../../src/wire/fhir/client.js';
import { openRigLedger } from '../support/delivery-rig.js';
import { sampleReading } from '../support/reading.js';

let ledger: Ledger;
let ehr: SandboxEhr;
let client: FhirClient;
let hook: Server;
let hookUrl: string;
let fetchOne: JobHandler;
let jobs: { kind: string; id: string }[];
let nowMs: () => number;
let arrived: () => void;

const HOOK_PATH = '/fhir/hook';
const under = { modelSet: 'models-1', policyVersion: 'policy-1' };
const retry = { delayMsFirst: 1_000, delayMsMax: 60_000, attemptsMax: 10 };

beforeAll(async () => {
  ledger = await openRigLedger();
}, 60_000);
afterAll(() => ledger.close());

beforeEach(async () => {
  jobs = [];
  nowMs = Date.now;
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
  const queue = {
    enqueue: (kind: 'fetch' | 'score' | 'deliver', id: string) => {
      jobs.push({ kind, id });
      return Promise.resolve();
    },
  };
  const now = (): number => nowMs();
  const zoneOf = (): null => null;
  const intake = createIntake({ ledger, queue, log: silentLog, under, zoneOf, now });
  const door = { decode: decodeEcg, intake };
  const refusals = createRefusals({ audit: ledger.audit, log: silentLog, now });
  const reading = { serverUrls: [ehr.url], refusals, log: silentLog };
  const bounds = { bodyBytesMax: 1_000_000, bodyMsMax: 5_000 };
  const { feeds } = ledger;
  const restHook = createRestHook({ ...door, ...reading, ...bounds, feeds, canFetch: true, now });
  const station = { ...reading, ledger, client, queue, retry, random: () => 0.5 };
  fetchOne = createFetchStation({ ...door, ...station, now });
  hook = createServer((request, response) => {
    const path = (request.url ?? '').slice(HOOK_PATH.length + 1);
    const contentType = request.headers['content-type'] ?? '';
    void restHook.notify({ path, contentType, body: request }).then(({ status, headers, body }) => {
      response.writeHead(status, headers).end(body);
      arrived();
    });
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  hookUrl = `http://127.0.0.1:${(hook.address() as AddressInfo).port}${HOOK_PATH}`;
});

afterEach(async () => {
  await client.close();
  await ehr.close();
  hook.closeAllConnections();
  await new Promise((resolve) => hook.close(resolve));
});

const idOf = (reference: string): string => reference.split('/')[1] ?? '';
/** An ECG of a patient of the EHR, as a cart's gateway would file it: by reference alone. */
const fileEcg = async (mrn: string): Promise<{ patient: string; observation: string }> => {
  const patient = await client.create(
    {
      resourceType: 'Patient',
      identifier: [
        {
          system: 'urn:oid:2.16.840.1.113883.3.999',
          value: mrn,
          type: { coding: [{ code: 'MR' }] },
        },
      ],
      name: [{ family: 'Andersson', given: ['Anna'] }],
      gender: 'female',
      birthDate: '1950-03-01',
      photo: [{ url: 'http://photos.example/1' }],
    } as never,
    null,
  );
  const reading = sampleReading({ more: { patient: null, birthDate: null, encounter: null } });
  const observation = { ...toObservation(reading), contained: undefined };
  const { reference } = await client.create(
    {
      ...observation,
      resourceType: 'Observation',
      subject: { reference: patient.reference },
      encounter: { reference: 'Encounter/77' },
    } as never,
    null,
  );
  return { patient: patient.reference, observation: reference };
};
const notified = async (path: string, body = ''): Promise<Receipt> => {
  const answer = await fetch(`${hookUrl}/${path}`, { method: 'PUT', body });
  expect(answer.status).toBe(204);
  const [newest] = await ledger.receipts.list({ limit: 1 });
  if (!newest) throw new RangeError('no receipt');
  return newest;
};
const receiptNow = async ({ id }: Receipt): Promise<Receipt | null> => ledger.receipts.get(id);
const ecgOf = async (receipt: Receipt): Promise<EcgRecord | null> =>
  ledger.assessments.ecg((await receiptNow(receipt))?.ecgId ?? '');

describe('an ECG that the EHR tells us of', () => {
  test('comes by subscription, is fetched with its patient, and is ready to be scored', async () => {
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    await client.create(
      {
        resourceType: 'Subscription',
        status: 'requested',
        reason: 'test',
        criteria: 'Observation?code=http://loinc.org|11524-6',
        channel: { type: 'rest-hook', endpoint: hookUrl, payload: 'application/fhir+json' },
      } as never,
      null,
    );
    const { patient, observation } = await fileEcg('MRN-1');
    await arrival;
    const [receipt] = await ledger.receipts.list({ limit: 1 });
    expect(receipt).toMatchObject({ outcome: 'to-fetch', reference: observation });
    expect(jobs).toEqual([{ kind: 'fetch', id: receipt?.id }]);
    expect(await fetchOne(receipt?.id ?? '')).toEqual({ done: true });

    const ecg = await ecgOf(receipt as Receipt);
    expect(ecg?.patient).toMatchObject({
      authority: 'urn:oid:2.16.840.1.113883.3.999',
      value: 'MRN-1',
      others: [{ authority: ehr.url, value: idOf(patient) }],
    });
    expect(ecg?.ecg.patient).toEqual({ ageYears: 75, sex: 'female' });
    expect(ecg?.encounter).toEqual({ authority: ehr.url, value: '77' });
    expect(ecg?.sourceReference).toBe(observation);
    expect(jobs[1]?.kind).toBe('score');
  });

  test('can be decoded again from what was stored, without the EHR', async () => {
    arrived = () => undefined;
    const { observation } = await fileEcg('MRN-2');
    const receipt = await notified(observation);
    await fetchOne(receipt.id);
    const bytes = await ledger.receipts.bytes(receipt.id);
    const again = decodeEcg(bytes ?? new Uint8Array());
    expect(again.ok && again.value.patient?.value).toBe('MRN-2');
    expect(again.ok && again.value.birthDate).toBe('1950-03-01');
    expect(new TextDecoder().decode(bytes ?? undefined)).not.toContain('photos.example');
  });

  test('is fetched later when the EHR is away, and waits longer the older it is', async () => {
    arrived = () => undefined;
    const { observation } = await fileEcg('MRN-3');
    const receipt = await notified(observation);
    await ehr.refuse();
    const first = await fetchOne(receipt.id);
    nowMs = () => Date.now() + 30_000;
    const second = await fetchOne(receipt.id);
    const waits = [first, second].map((end) => (end.done ? 0 : end.againAtMs - Date.now()));
    expect(waits[0]).toBeGreaterThan(300);
    expect((waits[1] ?? 0) - 30_000).toBeGreaterThan(5_000);
    expect(await receiptNow(receipt)).toMatchObject({ outcome: 'to-fetch' });
    await ehr.accept();
    await fetchOne(receipt.id);
    expect(await receiptNow(receipt)).toMatchObject({ outcome: 'ecg' });
  });

  test('is given up after as long as the plan allows, and stays visible', async () => {
    arrived = () => undefined;
    const receipt = await notified('Observation/1');
    await ehr.refuse();
    nowMs = () => Date.now() + retry.delayMsMax * retry.attemptsMax + 1_000;
    expect(await fetchOne(receipt.id)).toEqual({ done: true });
    expect(await receiptNow(receipt)).toMatchObject({
      outcome: 'at-fault',
      failure: { code: 'gave-up' },
    });
  });

  test('and that is gone when we come for it is at fault, with the reason', async () => {
    arrived = () => undefined;
    const receipt = await notified('Observation/4711');
    expect(await fetchOne(receipt.id)).toEqual({ done: true });
    expect(await receiptNow(receipt)).toMatchObject({
      outcome: 'at-fault',
      failure: { code: 'source-gone' },
    });
  });

  test('of a patient that we may not read is assessed without an age', async () => {
    arrived = () => undefined;
    const { observation, patient } = await fileEcg('MRN-5');
    await client.remove(patient);
    const receipt = await notified(observation);
    await fetchOne(receipt.id);
    const ecg = await ecgOf(receipt);
    expect(ecg?.ecg.patient.ageYears).toBeNull();
    expect(ecg?.patient).toMatchObject({ authority: ehr.url, value: idOf(patient) });
  });

  test('and is none is recorded as not ours', async () => {
    arrived = () => undefined;
    const pulse = { resourceType: 'Observation', status: 'final', code: { text: 'pulse' } };
    const { reference } = await client.create(pulse, null);
    const receipt = await notified(reference);
    await fetchOne(receipt.id);
    expect(await receiptNow(receipt)).toMatchObject({ outcome: 'not-ours' });
    expect(jobs.filter(({ kind }) => kind === 'score')).toEqual([]);
  });

  test('by a name without a version is known by its version afterwards', async () => {
    arrived = () => undefined;
    const { observation } = await fileEcg('MRN-10');
    const receipt = await notified(observation);
    await fetchOne(receipt.id);
    const id = `${observation}/_history/1`;
    expect([...(await ledger.feeds.known('fhir', [id]))]).toEqual([id]);
  });

  test('twice is fetched once', async () => {
    arrived = () => undefined;
    const { observation } = await fileEcg('MRN-6');
    const body = JSON.stringify({ ...(await client.read(observation)) });
    await notified(observation, body);
    expect(await notified(observation, body)).toMatchObject({ outcome: 'repeat' });
    expect(jobs).toHaveLength(1);
  });
});
