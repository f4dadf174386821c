import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startSandboxEhr } from '../../src/sandbox/ehr/server.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { EcgSource } from '../chaos/ecgs.js';
import { openFeedRig, type FeedRig } from '../ehr/feed-rig.js';
import { openRigLedger } from '../support/delivery-rig.js';
import { eventually } from '../support/eventually.js';
import { describeWithHapi, HAPI_START_MS_MAX, startHapi } from '../support/hapi.js';

interface Ehr {
  readonly url: string;
  stop(): Promise<void>;
}

/** What our side of the conversation does at any EHR, the sandbox and somebody else's alike. */
function describeFeed(start: () => Promise<Ehr>, startMsMax: number, seed: number): void {
  let ledger: Ledger;
  let ehr: Ehr;
  const source = new EcgSource(seed, Date.now());
  beforeAll(async () => {
    ledger = await openRigLedger();
    ehr = await start();
  }, startMsMax);
  afterAll(async () => {
    await ehr.stop();
    await ledger.close();
  }, 60_000);

  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${ehr.url}${path}`, {
      method,
      headers: { 'content-type': 'application/fhir+json', 'cache-control': 'no-cache' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      location: answer.headers.get('location') ?? '',
      body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
    };
  };
  const record = async (count: number): Promise<void> => {
    for (let made = 0; made < count; made += 1) {
      const made = await call('POST', '/Patient', {
        resourceType: 'Patient',
        gender: 'female',
        birthDate: '1961-02-03',
      });
      const [, patient = ''] = /Patient\/([A-Za-z0-9.-]+)/.exec(made.location) ?? [];
      const observation = JSON.parse(source.next().observation) as Record<string, unknown>;
      const { contained: _contained, ...rest } = observation;
      const subject = { reference: `Patient/${patient}` };
      expect((await call('POST', '/Observation', { ...rest, subject })).status).toBe(201);
    }
  };
  const subscriptionOf = async () => (await ledger.feeds.subscriptions())[0];
  const untilActive = () =>
    eventually(async () => {
      expect((await subscriptionOf())?.status).toBe('active');
    }, 60_000);
  const untilScored = (rig: FeedRig, count: number) =>
    eventually(() => {
      expect(rig.scored).toHaveLength(count);
      return Promise.resolve();
    }, 60_000);

  test('makes its own subscription, is told, and asks for it again when it is turned off', async () => {
    const rig = await openFeedRig({
      ledger,
      baseUrl: ehr.url,
      feed: 'rest-hook',
      payload: 'full-resource',
      sweepEveryMs: 600_000,
      requestMsMax: 20_000,
    });
    await untilActive();
    await record(3);
    await untilScored(rig, 3);
    const { reference } = (await subscriptionOf()) ?? {};
    const { body } = await call('GET', `/${reference ?? ''}`);
    await call('PUT', `/${reference ?? ''}`, { ...body, status: 'off' });
    await eventually(async () => {
      expect(await subscriptionOf()).toMatchObject({ repairs: 1, status: 'active' });
    }, 60_000);
    await record(2);
    await untilScored(rig, 5);
    await rig.close();
  }, 200_000);

  test('finds by sweeping what nobody told, and nothing twice', async () => {
    const rig = await openFeedRig({
      ledger,
      baseUrl: ehr.url,
      feed: 'sweep',
      requestMsMax: 20_000,
    });
    await record(3);
    await untilScored(rig, 3);
    await eventually(() => {
      expect(rig.told.get('swept')).toBeGreaterThan(3);
      return Promise.resolve();
    }, 60_000);
    expect(rig.scored).toHaveLength(3);
    await rig.close();
  }, 200_000);
}

describe('the conversation with the sandbox EHR', () => {
  describeFeed(
    async () => {
      const ehr = await startSandboxEhr();
      return { url: ehr.url, stop: () => ehr.close() };
    },
    120_000,
    11,
  );
});

describeWithHapi('the conversation with a HAPI server', () => {
  describeFeed(() => startHapi(), HAPI_START_MS_MAX, 12);
});

/** A topic as HAPI keeps it in R4: a Basic in the form of the Backport guide. */
function topicOf(url: string): object {
  const [r5, r4b] = ['5.0', '4.3'].map(
    (version) => `http://hl7.org/fhir/${version}/StructureDefinition/extension-SubscriptionTopic.`,
  );
  return {
    resourceType: 'Basic',
    code: {
      coding: [{ system: 'http://hl7.org/fhir/fhir-types', code: 'SubscriptionTopic' }],
    },
    modifierExtension: [{ url: `${r5}status`, valueString: 'active' }],
    extension: [
      { url: `${r5}url`, valueUri: url },
      {
        url: `${r4b}resourceTrigger`,
        extension: [
          { url: 'resource', valueUri: 'Observation' },
          { url: 'supportedInteraction', valueCode: 'create' },
          { url: 'supportedInteraction', valueCode: 'update' },
        ],
      },
    ],
  };
}

describeWithHapi('topic-based subscriptions at a HAPI server', () => {
  let ledger: Ledger;
  let ehr: Ehr;
  beforeAll(async () => {
    ledger = await openRigLedger();
    ehr = await startHapi('--topics');
  }, HAPI_START_MS_MAX);
  afterAll(async () => {
    await ehr.stop();
    await ledger.close();
  }, 60_000);

  const post = async (resource: { readonly resourceType?: unknown }): Promise<void> => {
    const answer = await fetch(`${ehr.url}/${String(resource.resourceType)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify(resource),
    });
    expect(answer.status).toBe(201);
  };

  test('tell of each ECG once, and do without handshake and $status', async () => {
    const topic = 'https://leadwire.dev/test/topic/ecg';
    await post(topicOf(topic));
    const rig = await openFeedRig({
      ledger,
      baseUrl: ehr.url,
      feed: 'topic',
      topic,
      payload: 'full-resource',
      // A HAPI that has just said "active" may not tell yet: what it misses the sweep finds.
      sweepEveryMs: 5_000,
      requestMsMax: 20_000,
    });
    const subscription = async () => (await ledger.feeds.subscriptions())[0];
    await eventually(async () => {
      expect((await subscription())?.status).toBe('active');
    }, 60_000);
    const source = new EcgSource(13, Date.now());
    for (let made = 0; made < 3; made += 1) {
      await post(JSON.parse(source.next().observation) as { readonly resourceType?: unknown });
    }
    await eventually(() => {
      expect(rig.scored).toHaveLength(3);
      return Promise.resolve();
    }, 60_000);
    const { reference, without } = (await subscription()) ?? {};
    const heard = await ledger.feeds.heardOf(reference ?? '');
    expect(heard?.lastNumber).toBeGreaterThanOrEqual(1);
    expect(heard?.lastNumber).toBeLessThanOrEqual(3);
    expect(without).toEqual(expect.arrayContaining(['handshake', '$status']));
    await rig.close();
  }, 200_000);
});
