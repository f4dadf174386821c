import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import type { Order } from '../../src/delivery/destination.js';
import { createHl7Destination } from '../../src/delivery/hl7v2/destination.js';
import { controlIdOf } from '../../src/delivery/hl7v2/head.js';
import { sampleAlert, sampleAssessment, sampleOrder } from '../../src/delivery/order.fixtures.js';
import { createMllpClient, type MllpClient } from '../../src/wire/mllp/client.js';
import { eventually } from '../support/eventually.js';
import { sharedPath } from '../support/shared.js';

/** Another's receiver, which checks data types, for what we send; skipped by name where absent. */
const LISTEN = sharedPath('rigs', 'hapi', 'mllp-listen.sh');
const BUILD_MS_MAX = 300_000;

function hasRig(): boolean {
  if (LISTEN === null) return false;
  try {
    const build = LISTEN.replace(/mllp-listen\.sh$/, 'build.sh');
    execFileSync(build, ['--where'], { stdio: 'ignore', timeout: BUILD_MS_MAX });
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

(hasRig() ? describe : describe.skip)('HAPI HL7 v2 receives', () => {
  let listener: ChildProcess;
  let client: MllpClient;
  const printed: string[] = [];

  beforeAll(async () => {
    const port = await freePort();
    // Every third message is answered AE.
    listener = spawn(LISTEN ?? '', ['--port', String(port), '--nak', '3'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    if (!listener.stdout) throw new Error('no output');
    createInterface({ input: listener.stdout }).on('line', (line) => printed.push(line));
    await eventually(() => {
      expect(printed[0]).toContain('ready');
      return Promise.resolve();
    }, 60_000);
    client = createMllpClient({ host: '127.0.0.1', port, timeoutMs: 30_000 });
  }, 90_000);

  afterAll(() => {
    client.close();
    // The script's Java is a child of its own: the whole group goes.
    if (listener.pid !== undefined) process.kill(-listener.pid, 'SIGTERM');
  });

  test('a result with its picture, a page, and a refusal that may be repeated', async () => {
    const destination = createHl7Destination({
      name: 'ris',
      kinds: ['result', 'alert'],
      client,
      receiver: { application: 'RIS', facility: 'HOSP' },
      withPicture: true,
    });
    const attempt = { outcomeUnknown: false, beforeWrite: () => Promise.resolve() };
    const alert = { raise: true, findingIds: ['omi'] } as const;
    const result = sampleOrder({ deliveryId: 'delivery-00000000000000000001' });
    const page: Order = sampleOrder({
      deliveryId: 'delivery-00000000000000000002',
      kind: 'alert',
      assessment: sampleAssessment({ alert, evaluationOnly: false }),
      alert: sampleAlert(),
    });
    for (const order of [result, page]) {
      await expect(destination.deliver(order, attempt)).resolves.toEqual({
        reference: controlIdOf(order),
        found: false,
      });
    }
    await expect(destination.deliver(result, attempt)).rejects.toMatchObject({
      failure: { code: 'destination-busy' },
    });
    await expect(destination.deliver(result, attempt)).resolves.toMatchObject({ found: false });
    expect(printed.some((line) => line.startsWith('OBX') && line.includes('^IM^PNG^'))).toBe(true);
    expect(printed.some((line) => line.includes('MDC_EVT_ALARM') && line.includes('A~PH~SP'))).toBe(
      true,
    );
  }, 60_000);

  test('what becomes of an alert, and what takes a result and its alert back', async () => {
    const kinds = ['alert-update', 'retraction'] as const;
    const more = { name: 'ris', kinds, client, receiver: null, withPicture: false };
    const destination = createHl7Destination(more);
    const attempt = { outcomeUnknown: false, beforeWrite: () => Promise.resolve() };
    const alert = sampleAlert({ state: 'acknowledged', acknowledgedBy: 'dr-a' });
    const end = {
      ecgId: 'ecg-1',
      why: 'withdrawn',
      byEcgId: null,
      receiptId: 'r',
      atMs: 0,
    } as const;
    const orders: Order[] = [
      sampleOrder({ deliveryId: 'delivery-00000000000000000003', kind: 'alert-update', alert }),
      sampleOrder({
        deliveryId: 'delivery-00000000000000000004',
        kind: 'retraction',
        alert,
        end,
        told: ['result', 'alert'],
      }),
    ];
    for (const order of orders) {
      // The listener answers each third message AE, whatever it is.
      await eventually(async () => {
        await expect(destination.deliver(order, attempt)).resolves.toMatchObject({ found: false });
      }, 20_000);
    }
    expect(printed.some((line) => line.includes('alert-acknowledged'))).toBe(true);
    expect(printed.some((line) => line.startsWith('OBR') && line.endsWith('|X'))).toBe(true);
  }, 60_000);
});
