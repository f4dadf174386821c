import { Readable } from 'node:stream';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { fail, type FailureCode } from '../../core/failure.js';
import { silentLog } from '../../core/log.js';
import { decodeEcg } from '../../formats/decode.js';
import { toObservation } from '../../formats/fhir/write.js';
import type { Accepted, Arrival, Verdict } from '../../ledger/ledger.js';
import { sampleReading } from '../../../test/support/reading.js';
import { createIntake } from '../intake.js';
import { createRestHook, type RestHook } from './rest-hook.js';

let kept: { arrival: Arrival; verdict: Verdict }[];
let broken: FailureCode | null;

const hookWith = (canFetch: boolean): RestHook =>
  createRestHook({
    intake: createIntake({
      // Of the ledger, the hall before a door uses accept alone.
      ledger: { receipts: { accept } } as unknown as Parameters<typeof createIntake>[0]['ledger'],
      queue: { enqueue: () => Promise.resolve() },
      log: silentLog,
      under: { modelSet: 'none', policyVersion: 'none' },
      zoneOf: () => null,
      now: Date.now,
    }),
    decode: decodeEcg,
    canFetch,
    bodyBytesMax: 1_000_000,
    now: Date.now,
  });
const accept = (arrival: Arrival, verdict: Verdict): Promise<Accepted> => {
  if (broken) return Promise.reject(fail(broken, 'broken on purpose'));
  kept.push({ arrival, verdict });
  return Promise.resolve({
    receiptId: 'receipt-1',
    outcome: verdict.outcome,
    repeatOf: null,
    firstAnswer: null,
    sameIdOtherContent: false,
    ecgId: null,
    assessmentId: null,
    isNewEcg: false,
  });
};
const notify = (hook: RestHook, path: string, body: unknown = '') =>
  hook.notify({
    path,
    contentType: 'application/fhir+json',
    body: Readable.from([Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))]),
  });
const observation = (more: object = {}) => ({
  ...toObservation(sampleReading()),
  id: '12',
  meta: { versionId: '2' },
  ...more,
});

beforeEach(() => {
  kept = [];
  broken = null;
});

describe('the rest-hook', () => {
  test('commits a whole Observation with its patient inside, and answers 204', async () => {
    const answer = await notify(hookWith(true), 'Observation/12', observation());
    expect(answer).toEqual({ status: 204, headers: {}, body: '' });
    expect(kept[0]?.arrival).toMatchObject({
      door: 'fhir',
      messageId: 'Observation/12/_history/2',
    });
    expect(kept[0]?.verdict).toMatchObject({
      outcome: 'ecg',
      ecg: { sourceReference: 'Observation/12' },
    });
  });

  test('has the patient fetched where the Observation only points at one', async () => {
    const pointing = observation({ subject: { reference: 'Patient/5' } });
    await notify(hookWith(true), 'Observation/12', pointing);
    expect(kept[0]?.verdict).toEqual({ outcome: 'to-fetch', reference: 'Observation/12' });
    await notify(hookWith(false), 'Observation/12', pointing);
    expect(kept[1]?.verdict.outcome).toBe('ecg');
  });

  test('remembers a bare name for fetching, and refuses it where nothing can be fetched', async () => {
    expect((await notify(hookWith(true), 'Observation/12')).status).toBe(204);
    expect(kept[0]?.arrival.messageId).toBeNull();
    expect(kept[0]?.verdict).toEqual({ outcome: 'to-fetch', reference: 'Observation/12' });
    expect((await notify(hookWith(false), 'Observation/12')).status).toBe(422);
  });

  test('answers a ping and keeps nothing', async () => {
    expect((await notify(hookWith(true), '')).status).toBe(204);
    expect(kept).toEqual([]);
  });

  test('keeps what is no ECG, or a faulty one, and answers 204, as a repeat would heal nothing', async () => {
    const noEcg = { resourceType: 'Observation', id: '1', status: 'final' };
    expect((await notify(hookWith(true), '', noEcg)).status).toBe(204);
    expect((await notify(hookWith(true), '', observation({ component: [{}] }))).status).toBe(204);
    expect(kept[0]?.verdict.outcome).toBe('not-ours');
  });

  test('refuses what cannot be read with an OperationOutcome, and keeps it', async () => {
    const answer = await notify(hookWith(true), '', 'hello');
    expect(answer.status).toBe(422);
    expect(JSON.parse(answer.body)).toMatchObject({ resourceType: 'OperationOutcome' });
    expect(kept[0]?.verdict).toMatchObject({ outcome: 'refused' });
  });

  test('cuts off a body beyond the bound', async () => {
    expect((await notify(hookWith(true), '', 'x'.repeat(1_000_001))).status).toBe(413);
    expect(kept[0]?.arrival.bytes.length).toBeLessThan(100_000);
  });

  test('asks to come back when nothing can be stored', async () => {
    broken = 'ledger-away';
    const answer = await notify(hookWith(true), 'Observation/12', observation());
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
  });
});
