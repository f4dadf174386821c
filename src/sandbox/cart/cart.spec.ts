import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sampleReading } from '../../../test/support/reading.js';
import { failure } from '../../core/failure.js';
import { decodeEcg } from '../../formats/decode.js';
import { buildAck } from '../../wire/hl7v2/ack.js';
import { readHeader } from '../../wire/hl7v2/header.js';
import { openMllpServer, type MllpServer } from '../../wire/mllp/server.js';
import { startSandboxEhr, type SandboxEhr } from '../ehr/server.js';
import { createVirtualCart, sendBy, type VirtualCart } from './cart.js';
import { FAULTS, spoil } from './faults.js';
import { messageOf, MESSAGE_FORMS } from './forms.js';

const reading = sampleReading({ count: 1000, leads: 12 });
let mllp: MllpServer;
let rest: Server;
let ehr: SandboxEhr;
let cart: VirtualCart;
let folder: string;
let messages: Uint8Array[];
let requests: { url: string; type: string; body: string }[];
let restStatus: number;

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};

beforeEach(async () => {
  messages = [];
  requests = [];
  restStatus = 202;
  folder = mkdtempSync(join(tmpdir(), 'leadwire-cart-'));
  mllp = await openMllpServer(
    { host: '127.0.0.1', port: 0 },
    {
      message: (bytes) => {
        messages.push(bytes);
        const isBad = !decodeEcg(bytes).ok;
        const why = isBad
          ? failure('lead-missing', 'lead V3 is missing', { location: 'OBX[3].5' })
          : null;
        const header = readHeader(bytes);
        const ack = buildAck({
          header,
          failure: why,
          contentFaultAnswer: 'AA',
          controlId: 'A',
          nowMs: 0,
        });
        return Promise.resolve({ bytes: ack });
      },
      tooLarge: () => Promise.resolve({ bytes: null }),
    },
  );
  rest = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      requests.push({ url: request.url ?? '', type: request.headers['content-type'] ?? '', body });
      response.writeHead(restStatus, { location: '/api/receipts/r1' });
      response.end(JSON.stringify({ issue: [{ diagnostics: 'lead V3 is missing' }] }));
    });
  });
  await new Promise<void>((resolve) => rest.listen(0, '127.0.0.1', resolve));
  ehr = await startSandboxEhr();
  cart = createVirtualCart({
    mllp: { host: '127.0.0.1', port: mllp.port },
    httpUrl: `http://127.0.0.1:${(rest.address() as AddressInfo).port}`,
    ehrUrl: ehr.url,
    folder,
    beside: { patient: 'HOSP|7' },
  });
});
afterEach(async () => {
  cart.close();
  await mllp.close(100);
  rest.closeAllConnections();
  rest.close();
  await ehr.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the virtual cart', () => {
  test('sends a message by MLLP and reads its acknowledgement', async () => {
    expect(await sendBy(cart, 'mllp', reading, 'C1')).toEqual({
      code: 'AA',
      accepted: true,
      told: null,
      receiptId: null,
      place: null,
    });
    const read = decodeEcg(messages[0] ?? new Uint8Array());
    expect(read.ok && read.value.ecg).toEqual(reading.ecg);
  });

  test('says in words what an acknowledgement warns of', async () => {
    const way = cart.way('mllp');
    const load = way.load({ reading, controlId: 'C2' });
    const answer = await way.carry({ ...load, bytes: spoil(load.bytes, 'eleven-leads') });
    expect([answer.accepted, answer.told]).toEqual([
      true,
      'warning: lead V3 is missing (at OBX-3-5)',
    ]);
  });

  test('sends by REST, with what stands beside it, and knows its receipt', async () => {
    const answer = await sendBy(cart, 'rest-fhir', reading, 'C3');
    expect(answer).toMatchObject({ code: '202', accepted: true, receiptId: 'r1' });
    expect(requests[0]?.url).toBe('/api/ecgs?patient=HOSP%7C7');
    expect(requests[0]?.type).toBe('application/fhir+json');
    restStatus = 422;
    const refused = await sendBy(cart, 'rest', reading, 'C4');
    expect(refused).toMatchObject({ code: '422', accepted: false, told: 'lead V3 is missing' });
  });

  test('files the ECG in the EHR under one patient, however often', async () => {
    const first = await sendBy(cart, 'fhir', reading, 'C5');
    expect(first.place).toMatch(/^Observation\/\d+\/_history\/1$/);
    await sendBy(cart, 'fhir', reading, 'C6');
    const [patient, ...more] = ehr.store.all('Patient');
    expect(more).toEqual([]);
    const [observation] = ehr.store.all('Observation');
    expect(observation?.['subject']).toEqual({ reference: `Patient/${patient?.id}` });
  });

  test('writes into a folder, whole or not at all', async () => {
    await sendBy(cart, 'folder', reading, 'C7');
    await sendBy(cart, 'folder', reading, 'C8');
    const names = readdirSync(folder);
    expect(names).toHaveLength(2);
    const read = decodeEcg(new Uint8Array(readFileSync(join(folder, names[0] ?? ''))));
    expect(read.ok && read.value.ecg).toEqual(reading.ecg);
  });

  test('tells of a door that is not there', async () => {
    await mllp.close(100);
    const answer = await sendBy(cart, 'mllp', reading, 'C9');
    expect([answer.code, answer.accepted]).toEqual(['no answer', false]);
    expect(answer.told).toContain('ECONNREFUSED');
  });

  test.each(FAULTS)('%s leaves the header and spoils the ECG', (fault) => {
    const [form] = MESSAGE_FORMS;
    if (!form) throw new RangeError('no form');
    const { bytes } = messageOf({ reading, controlId: 'C10' }, form, null);
    const spoilt = spoil(bytes, fault);
    expect(readHeader(spoilt)?.field(10)).toBe('C10');
    const read = decodeEcg(spoilt);
    expect(read.ok).toBe(false);
    if (!read.ok) expect(read.failure.class).toBe('permanent');
  });
});
