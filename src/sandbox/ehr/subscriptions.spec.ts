import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startSandboxEhr, type SandboxEhr } from './server.js';
import { BACKPORT } from './subscription-plan.js';
import { ECG_TOPIC } from './topics.js';

interface Got {
  readonly line: string;
  readonly body: Record<string, unknown> | null;
}

let ehr: SandboxEhr;
let hook: Server;
let endpoint: string;
let got: Got[];
let hookStatus: number;
let wake: () => void;

beforeEach(async () => {
  got = [];
  hookStatus = 204;
  wake = () => undefined;
  ehr = await startSandboxEhr();
  hook = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const body = text === '' ? null : (JSON.parse(text) as Got['body']);
      got.push({ line: `${request.method} ${request.url}`, body });
      response.writeHead(hookStatus).end();
      wake();
    });
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`;
});
afterEach(async () => {
  await ehr.close();
  hook.closeAllConnections();
  hook.close();
});

const arrivals = async (count: number): Promise<readonly Got[]> => {
  while (got.length < count) await new Promise<void>((resolve) => (wake = resolve));
  return got;
};
const call = async (method: string, path: string, body?: unknown) => {
  const answer = await fetch(`${ehr.url}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
  };
};
const extension = (name: string, value: object) => ({ url: `${BACKPORT}${name}`, ...value });
const subscription = (content: string, more: Record<string, unknown> = {}) => ({
  resourceType: 'Subscription',
  status: 'requested',
  reason: 'test',
  criteria: ECG_TOPIC.url,
  _criteria: {
    extension: [
      extension('backport-filter-criteria', {
        valueString: 'Observation?code=http://loinc.org|11524-6',
      }),
    ],
  },
  channel: {
    type: 'rest-hook',
    endpoint,
    payload: 'application/fhir+json',
    _payload: { extension: [extension('backport-payload-content', { valueCode: content })] },
    ...more,
  },
});
const record = (value = '11524-6') =>
  call('POST', '/Observation', {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: value }] },
  });
const idOfSubscription = (): string => ehr.store.all('Subscription')[0]?.id ?? '';
const statusOf = (): unknown => ehr.store.all('Subscription')[0]?.['status'];
const statusIs = async (wanted: string): Promise<void> => {
  while (statusOf() !== wanted) await new Promise((resolve) => setTimeout(resolve, 5));
};
type Parameter = { name: string; part?: Parameter[]; [value: string]: unknown };
const parametersOf = (bundle: unknown): Parameter[] =>
  (bundle as { entry: { resource: { parameter: Parameter[] } }[] }).entry[0]?.resource.parameter ??
  [];
const valueOf = (bundle: unknown, name: string): unknown => {
  const found = parametersOf(bundle).find((one) => one.name === name);
  return Object.entries(found ?? {}).find(([key]) => key.startsWith('value'))?.[1];
};
const numbersOf = (bundle: unknown): unknown[] =>
  parametersOf(bundle)
    .filter(({ name }) => name === 'notification-event')
    .map(({ part }) => part?.find(({ name }) => name === 'event-number')?.['valueString']);

describe('topic-based subscriptions', () => {
  test('shake hands, then number what happens', async () => {
    expect((await call('POST', '/Subscription', subscription('full-resource'))).status).toBe(201);
    const [greeting] = await arrivals(1);
    expect(greeting?.line).toBe('POST /hook');
    expect(valueOf(greeting?.body, 'type')).toBe('handshake');
    await statusIs('active');
    await record();
    await record('8867-4');
    await record();
    const [, first, second] = await arrivals(3);
    expect(valueOf(first?.body, 'type')).toBe('event-notification');
    expect(numbersOf(first?.body)).toEqual(['1']);
    expect(numbersOf(second?.body)).toEqual(['2']);
    expect(valueOf(second?.body, 'events-since-subscription-start')).toBe('2');
    const entries = (first?.body as { entry: { resource?: { resourceType: string } }[] }).entry;
    expect(entries[1]?.resource?.resourceType).toBe('Observation');
  });

  test.each([
    ['id-only', 2, false],
    ['empty', 1, false],
    ['full-resource', 2, true],
  ])('%s holds that much and no more', async (content, entryCount, holdsResource) => {
    await call('POST', '/Subscription', subscription(content));
    await statusIs('active');
    await record();
    const [, event] = await arrivals(2);
    const entries = (event?.body as { entry: { resource?: unknown }[] }).entry;
    expect(entries).toHaveLength(entryCount);
    expect(entries[1]?.resource !== undefined).toBe(holdsResource);
  });

  test('beat when nothing happens', async () => {
    const beat = extension('backport-heartbeat-period', { valueUnsignedInt: 1 });
    await call('POST', '/Subscription', subscription('id-only', { extension: [beat] }));
    const [, heartbeat] = await arrivals(2);
    expect(valueOf(heartbeat?.body, 'type')).toBe('heartbeat');
    expect(numbersOf(heartbeat?.body)).toEqual([]);
  });

  test('a lost notification leaves a gap, which $events fills', async () => {
    await call('POST', '/Subscription', subscription('id-only'));
    await statusIs('active');
    ehr.trouble({ loseNotifications: 1 });
    await record();
    await record();
    const [, event] = await arrivals(2);
    expect(numbersOf(event?.body)).toEqual(['2']);
    const path = `/Subscription/${idOfSubscription()}`;
    const missed = await call('GET', `${path}/$events?eventsSinceNumber=1&eventsUntilNumber=1`);
    expect(numbersOf(missed.body)).toEqual(['1']);
    const status = await call('GET', `${path}/$status`);
    expect(valueOf(status.body, 'events-since-subscription-start')).toBe('2');
    const all = await call('GET', '/Subscription/$status');
    expect(all.body['total']).toBe(1);
    expect((await call('GET', `${path}/$events?eventsSinceNumber=x`)).status).toBe(400);
  });

  test('notifications can come twice, and in another order', async () => {
    await call('POST', '/Subscription', subscription('id-only'));
    await statusIs('active');
    ehr.trouble({ repeatNotifications: 1, reorderNotifications: 1 });
    for (let i = 0; i < 3; i += 1) await record();
    const events = (await arrivals(5)).slice(1);
    expect(events.map(({ body }) => numbersOf(body)[0])).toEqual(['1', '1', '3', '2']);
  });

  test('what is held back comes by itself when nothing follows', async () => {
    await call('POST', '/Subscription', subscription('id-only'));
    await statusIs('active');
    ehr.trouble({ reorderNotifications: 1 });
    await record();
    expect(numbersOf((await arrivals(2))[1]?.body)).toEqual(['1']);
  });

  test('an unanswered handshake is an error, and requested again is a new try', async () => {
    hookStatus = 500;
    await call('POST', '/Subscription', subscription('id-only'));
    await statusIs('error');
    hookStatus = 204;
    const again = { ...subscription('id-only'), id: idOfSubscription() };
    expect((await call('PUT', `/Subscription/${again.id}`, again)).status).toBe(200);
    await statusIs('active');
  });

  test('a topic can be written as R4 servers hold it', async () => {
    const url = 'http://topics.example/ecg';
    const refused = await call('POST', '/Subscription', {
      ...subscription('empty'),
      criteria: url,
    });
    expect(refused.status).toBe(422);
    const r5 = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic.';
    await call('POST', '/Basic', {
      resourceType: 'Basic',
      code: { coding: [{ code: 'SubscriptionTopic' }] },
      extension: [
        { url: `${r5}url`, valueUri: url },
        {
          url: `${r5}resourceTrigger`,
          extension: [{ url: 'resource', valueUri: 'Observation' }],
        },
      ],
    });
    const taken = await call('POST', '/Subscription', { ...subscription('empty'), criteria: url });
    expect(taken.status).toBe(201);
  });
});

describe('plain R4 subscriptions', () => {
  const plain = (payload: object) => ({
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'test',
    criteria: 'Observation?code=http://loinc.org|11524-6',
    channel: { type: 'rest-hook', endpoint, ...payload },
  });

  test.each([
    ['nothing', {}, 'POST', null],
    ['the resource', { payload: 'application/fhir+json' }, 'PUT', 'component'],
    [
      'its id',
      {
        payload: 'application/fhir+json',
        _payload: { extension: [extension('backport-payload-content', { valueCode: 'id-only' })] },
      },
      'PUT',
      'id',
    ],
  ])('send %s', async (_what, payload, method, holds) => {
    await call('POST', '/Subscription', plain(payload));
    await call('POST', '/Observation', {
      resourceType: 'Observation',
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: '11524-6' }] },
      component: [{ code: { text: 'II' }, valueString: 'x' }],
    });
    const [one] = await arrivals(1);
    const id = ehr.store.all('Observation')[0]?.id ?? '';
    expect(one?.line).toBe(
      holds === null ? `${method} /hook` : `${method} /hook/Observation/${id}`,
    );
    expect(one?.body === null).toBe(holds === null);
    if (holds === 'id') expect(one?.body).toEqual({ resourceType: 'Observation', id });
    if (holds === 'component') expect(one?.body).toHaveProperty('component');
  });

  test('a hook that fails turns its subscription to error', async () => {
    hookStatus = 503;
    await call('POST', '/Subscription', plain({}));
    await record();
    await statusIs('error');
    expect(got).toHaveLength(3);
  });

  test('all can be turned off at once', async () => {
    await call('POST', '/Subscription', plain({}));
    ehr.trouble({ turnOffSubscriptions: true });
    expect(statusOf()).toBe('off');
  });

  test('what could never be served is refused', async () => {
    const elsewhere = {
      ...plain({}),
      channel: { type: 'rest-hook', endpoint: 'http://ehr.example' },
    };
    for (const wrong of [
      elsewhere,
      { ...plain({}), channel: { type: 'email', endpoint } },
      { ...plain({}), criteria: 'Observation?colour=red' },
    ]) {
      expect((await call('POST', '/Subscription', wrong)).status).toBeGreaterThanOrEqual(400);
    }
    expect(ehr.store.all('Subscription')).toEqual([]);
  });
});
