import { afterEach, describe, expect, test } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Attempt } from './destination.js';
import { sampleAlert, sampleOrder } from './order.fixtures.js';
import { createWebhook } from './webhook.js';

const SECRET = 'a shared secret';
const NOW_MS = Date.UTC(2026, 0, 31, 17, 30);
const ATTEMPT: Attempt = { outcomeUnknown: false, beforeWrite: () => Promise.resolve() };

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

interface Call {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

async function hook(answer: (response: ServerResponse, path: string) => void) {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      calls.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      answer(response, request.url ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const webhook = createWebhook({
    url: `http://127.0.0.1:${port}/leadwire`,
    secret: SECRET,
    hosts: ['127.0.0.1'],
    answerMsMax: 300,
    now: () => NOW_MS,
  });
  return { webhook, calls };
}

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    response.writeHead(code, headers).end();

describe('the webhook', () => {
  test('is called with a signature over time and body, and the delivery as its key', async () => {
    const { webhook, calls } = await hook(status(204));
    await expect(webhook.deliver(sampleOrder(), ATTEMPT)).resolves.toEqual({
      reference: 'delivery-1',
      found: false,
    });
    const [call] = calls;
    const [, seconds, digest] =
      /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(call?.headers['leadwire-signature'])) ?? [];
    expect(Number(seconds)).toBe(NOW_MS / 1000);
    const expected = createHmac('sha256', SECRET).update(`${seconds}.${call?.body}`).digest('hex');
    expect(digest).toBe(expected);
    expect(call?.headers['idempotency-key']).toBe('delivery-1');
    expect(JSON.parse(call?.body ?? '')).toMatchObject({ kind: 'result', evaluationOnly: true });
  });

  test('tells what became of an alert, with its state and its revision', async () => {
    const { webhook, calls } = await hook(status(204));
    const acknowledgedAtMs = NOW_MS;
    const alert = sampleAlert({
      state: 'acknowledged',
      acknowledgedBy: 'dr-a',
      acknowledgedAtMs,
      revision: 3,
    });
    await webhook.deliver(sampleOrder({ kind: 'alert-update', alert }), ATTEMPT);
    expect(webhook.kinds).toContain('alert-update');
    expect(JSON.parse(calls[0]?.body ?? '')).toMatchObject({
      kind: 'alert-update',
      alert: {
        id: 'alert-1',
        state: 'acknowledged',
        revision: 3,
        acknowledgedBy: 'dr-a',
        acknowledgedAt: new Date(acknowledgedAtMs).toISOString(),
        text: 'Taken by dr-a.',
      },
    });
  });

  test('tells that a result and its alert are taken back, and sends none of its values', async () => {
    const { webhook, calls } = await hook(status(204));
    const end = {
      ecgId: 'ecg-1',
      why: 'withdrawn',
      byEcgId: null,
      receiptId: 'r',
      atMs: NOW_MS,
    } as const;
    const order = sampleOrder({ kind: 'retraction', end, alert: sampleAlert() });
    await webhook.deliver({ ...order, told: [] }, ATTEMPT);
    expect(calls).toEqual([]);
    await webhook.deliver({ ...order, told: ['result', 'alert'] }, ATTEMPT);
    expect(webhook.kinds).toContain('retraction');
    expect(JSON.parse(calls[0]?.body ?? '')).toMatchObject({
      kind: 'retraction',
      takesBack: ['result', 'alert'],
      because: 'withdrawn',
      endedAt: new Date(NOW_MS).toISOString(),
      findings: [],
      alert: { id: 'alert-1', state: 'withdrawn' },
    });
  });

  test.each([
    [500, 'destination-busy'],
    [429, 'destination-busy'],
    [401, 'destination-unauthorised'],
    [400, 'destination-refused'],
    [302, 'destination-refused'],
  ])('that answers %d fails as %s', async (code, name) => {
    const { webhook, calls } = await hook(status(code, { location: '/elsewhere' }));
    await expect(webhook.deliver(sampleOrder(), ATTEMPT)).rejects.toMatchObject({
      failure: { code: name },
    });
    expect(calls).toHaveLength(1);
  });

  test('that asks for time gets it', async () => {
    const { webhook } = await hook(status(503, { 'retry-after': '7' }));
    await expect(webhook.deliver(sampleOrder(), ATTEMPT)).rejects.toMatchObject({
      failure: { retryAfterMs: 7_000 },
    });
  });

  test('that never answers leaves the outcome unknown', async () => {
    const { webhook } = await hook(() => undefined);
    await expect(webhook.deliver(sampleOrder(), ATTEMPT)).rejects.toMatchObject({
      failure: { code: 'destination-outcome-unknown' },
    });
  });

  test('at a host that nobody listed is not made', () => {
    const options = { secret: SECRET, hosts: ['ok.example'], answerMsMax: 1, now: () => 0 };
    expect(() => createWebhook({ ...options, url: 'http://127.0.0.1/' })).toThrow(
      'not on its list',
    );
  });
});
