import { Readable } from 'node:stream';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { fail, type FailureCode } from '../../core/failure.js';
import { silentLog } from '../../core/log.js';
import { decodeEcg } from '../../formats/decode.js';
import { toObservation } from '../../formats/fhir/write.js';
import type { HeardRecord } from '../../ledger/feeds.js';
import type { Accepted, Arrival, Verdict } from '../../ledger/ledger.js';
import { sampleReading } from '../../../test/support/reading.js';
import { createIntake } from '../intake.js';
import { createRestHook, type RestHook } from './rest-hook.js';

let kept: { arrival: Arrival; verdict: Verdict }[];
let broken: FailureCode | null;
let hears: string[];
let refused: string[];
let heardBefore: HeardRecord | null;
let sweepsAsked: number;

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
    feeds: {
      hear: (reference, heard) => {
        hears.push(`${reference} ${heard.kind} ${heard.numbers.join(',')}`);
        return Promise.resolve();
      },
      heardOf: () => Promise.resolve(heardBefore),
      askSweep: () => {
        sweepsAsked += 1;
        return Promise.resolve();
      },
    },
    refusals: {
      note: (_actor, action) => {
        refused.push(action);
        return Promise.resolve();
      },
    },
    log: silentLog,
    decode: decodeEcg,
    canFetch,
    serverUrls: ['http://ehr.example/fhir'],
    bodyBytesMax: 1_000_000,
    bodyMsMax: 200,
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
  hears = [];
  refused = [];
  heardBefore = null;
  sweepsAsked = 0;
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

  test('answers a ping, keeps nothing, and has the EHR looked at', async () => {
    expect((await notify(hookWith(true), '')).status).toBe(204);
    expect(kept).toEqual([]);
    expect(sweepsAsked).toBe(1);
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

  test('cuts off a body that trickles in, says so and puts it on record', async () => {
    const body = new Readable({ read: () => undefined });
    body.push('{');
    const request = { path: '', contentType: 'application/fhir+json', body };
    const answer = await hookWith(true).notify(request);
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([
      408,
      { resourceType: 'OperationOutcome' },
    ]);
    expect(refused).toEqual(['rest-hook refused: message-too-slow']);
  });

  test('a body beyond the bound is put on record', async () => {
    await notify(hookWith(true), '', 'x'.repeat(1_000_001));
    expect(refused).toEqual(['rest-hook refused: message-too-large']);
  });
});

describe('a notification of a topic', () => {
  const notification = (type: string, count: number, ...events: object[]) => ({
    resourceType: 'Bundle',
    type: 'history',
    entry: [
      {
        resource: {
          resourceType: 'Parameters',
          parameter: [
            {
              name: 'subscription',
              valueReference: { reference: 'http://ehr.example/fhir/Subscription/9' },
            },
            { name: 'type', valueCode: type },
            { name: 'events-since-subscription-start', valueString: String(count) },
            ...events,
          ],
        },
      },
    ],
  });
  const event = (number: number, reference?: string) => ({
    name: 'notification-event',
    part: [
      { name: 'event-number', valueString: String(number) },
      ...(reference === undefined ? [] : [{ name: 'focus', valueReference: { reference } }]),
    ],
  });

  test.each([
    ['handshake', 'handshake'],
    ['heartbeat', 'heartbeat'],
  ])('that is a %s is answered and remembered', async (type, kind) => {
    expect((await notify(hookWith(true), '', notification(type, 3))).status).toBe(204);
    expect([kept.length, hears]).toEqual([0, [`Subscription/9 ${kind} `]]);
  });

  test('has what it names fetched, and notes the numbers afterwards', async () => {
    const told = notification(
      'event-notification',
      2,
      event(1, 'Observation/1'),
      event(2, 'http://ehr.example/fhir/Observation/2'),
    );
    expect((await notify(hookWith(true), '', told)).status).toBe(204);
    expect(kept.map(({ verdict }) => verdict)).toEqual([
      { outcome: 'to-fetch', reference: 'Observation/1' },
      { outcome: 'to-fetch', reference: 'Observation/2' },
    ]);
    expect(hears).toEqual(['Subscription/9 event 1,2']);
    broken = 'ledger-away';
    expect((await notify(hookWith(true), '', told)).status).toBe(503);
    expect(hears).toHaveLength(1);
  });

  test('of numbers that are known does nothing twice', async () => {
    const before = { handshakeAtMs: null, heartbeatAtMs: null, lastAtMs: 0 };
    heardBefore = { ...before, throughNumber: 1, lastNumber: 3, numbers: [3] };
    const events = [1, 2, 3].map((number) => event(number, `Observation/${number}`));
    await notify(hookWith(true), '', notification('event-notification', 3, ...events));
    expect(kept.map(({ verdict }) => verdict)).toEqual([
      { outcome: 'to-fetch', reference: 'Observation/2' },
    ]);
  });

  test('without content makes us look', async () => {
    await notify(hookWith(true), '', notification('event-notification', 1, event(1)));
    expect([kept.length, sweepsAsked, hears]).toEqual([0, 1, ['Subscription/9 event 1']]);
  });

  test('that points to another server is not followed, and is put on record', async () => {
    const foreign = event(1, 'http://evil.example/fhir/Observation/1');
    const told = notification('event-notification', 1, foreign);
    expect((await notify(hookWith(true), '', told)).status).toBe(204);
    expect(kept).toEqual([]);
    expect(refused).toEqual(['reference to another server not followed']);
  });
});
