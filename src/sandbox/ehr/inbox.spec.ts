import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createMllpClient, type MllpClient } from '../../wire/mllp/client.js';
import { startSandboxEhr, type SandboxEhr } from './server.js';

let ehr: SandboxEhr;
let client: MllpClient;

beforeEach(async () => {
  ehr = await startSandboxEhr({ inboxPort: 0 });
  client = createMllpClient({ host: '127.0.0.1', port: ehr.inbox?.port ?? 0, timeoutMs: 300 });
});
afterEach(async () => {
  client.close();
  await ehr.close();
});

const message = (controlId: string): Uint8Array =>
  new TextEncoder().encode(
    `MSH|^~\\&|LEADWIRE|ED|EHR|HOSP|20260131115900||ORU^R01^ORU_R01|${controlId}|P|2.6\rPID|||1\r`,
  );
const code = async (controlId: string): Promise<string> =>
  (await client.send(message(controlId))).code;

test('keeps each message, acknowledges it, and marks what it had before', async () => {
  expect([await code('A'), await code('B'), await code('A')]).toEqual(['AA', 'AA', 'AA']);
  expect(ehr.inbox?.messages.map(({ controlId, repeat }) => [controlId, repeat])).toEqual([
    ['A', false],
    ['B', false],
    ['A', true],
  ]);
  const listed = await fetch(ehr.url.replace('/fhir', '/sandbox/inbox'));
  const { messages } = (await listed.json()) as { messages: { type: string; text: string }[] };
  expect(messages[0]?.type).toBe('ORU^R01^ORU_R01');
  expect(messages[0]?.text).toContain('PID|||1');
});

test('can refuse, take in and say no, or take in and say nothing', async () => {
  ehr.trouble({ only: 'inbox', status: 503, times: 1 });
  expect([await code('A'), await code('A')]).toEqual(['AE', 'AA']);
  ehr.trouble({ only: 'inbox', status: 400, times: 1 });
  expect(await code('B')).toBe('AR');
  ehr.trouble({ only: 'inbox', statusAfter: 503, times: 1 });
  expect(await code('C')).toBe('AE');
  ehr.trouble({ only: 'inbox', hang: 'after', times: 1 });
  await expect(code('D')).rejects.toThrow('did not come in time');
  ehr.trouble({ only: 'inbox', reset: 'before', times: 1 });
  await expect(code('E')).rejects.toThrow('closed before');
  expect(ehr.inbox?.messages.map(({ controlId }) => controlId)).toEqual(['A', 'C', 'D']);
});
