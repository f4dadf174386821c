import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { toObservation } from '../../src/formats/fhir/write.js';
import { sampleReading } from '../support/reading.js';
import { runService, temporaryFolder, type RunningService } from '../support/service.js';

interface Outcome {
  readonly resourceType: string;
  readonly issue: readonly {
    readonly details: { readonly coding: readonly { readonly code: string }[] };
  }[];
}

const observation = toObservation(sampleReading({ count: 2_000 }));
const components = observation['component'] as Record<string, unknown>[];
const post = (service: RunningService, body: string, query = '', headers = {}) =>
  fetch(`${service.url}/api/ecgs${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json', ...headers },
    body,
  });

describe('the REST door', () => {
  const folder = temporaryFolder();
  let service: RunningService;

  beforeAll(async () => {
    service = await runService({
      env: {
        LEADWIRE_DATA_DIR: join(folder.path, 'data'),
        LEADWIRE_HTTP_BODY_BYTES_MAX: '200000',
      },
    });
  }, 60_000);

  afterAll(async () => {
    await service.kill('SIGKILL');
    folder.remove();
  });

  const broken = {
    'no JSON': ['{"resourceType": "Obser', 'encoding-unknown'],
    'no ECG inside': [JSON.stringify({ resourceType: 'Observation', status: 'final' }), 'no-ecg'],
    'eleven leads': [
      JSON.stringify({ ...observation, component: components.slice(1) }),
      'lead-missing',
    ],
    'a sample that is no number': [
      JSON.stringify(observation).replace(/("data":"-?\d+ )-?\d+ /, '$1NaN '),
      'sample-not-a-number',
    ],
  } as const;

  test.each(Object.entries(broken))(
    '%s is refused, told why, and kept',
    async (name, [body, code]) => {
      const answer = await post(service, body);
      expect(answer.status).toBe(422);
      const outcome = (await answer.json()) as Outcome;
      expect(outcome.resourceType).toBe('OperationOutcome');
      // A lead that is derived when absent is no loss: then another one is what is missed.
      if (name !== 'no JSON') expect(outcome.issue[0]?.details.coding[0]?.code).toBe(code);
      const receipt = await fetch(service.url + (answer.headers.get('location') ?? ''));
      expect(receipt.status).toBe(200);
      expect(await receipt.json()).toMatchObject({ ecg: null, assessment: null });
    },
  );

  test('a body beyond the bound is refused, and its beginning kept', async () => {
    const answer = await post(service, 'x'.repeat(300_000));
    expect(answer.status).toBe(413);
    const receipt = await fetch(service.url + (answer.headers.get('location') ?? ''));
    expect(await receipt.json()).toMatchObject({
      outcome: 'refused',
      problem: { code: 'message-too-large' },
    });
  });

  test('parameters are checked before anything is stored', async () => {
    for (const query of ['?age=old', '?patient=12345', '?waitMs=-1', '?colour=red', '?sex=yes']) {
      const answer = await post(service, JSON.stringify(observation), query);
      expect([query, answer.status]).toEqual([query, 400]);
      expect(((await answer.json()) as Outcome).resourceType).toBe('OperationOutcome');
    }
  });

  test('what stands beside the bytes wins over what they say', async () => {
    const query = '?patient=urn:oid:2.999|77&age=17&acquired=2026-02-03T04:05:06Z&waitMs=20000';
    const answer = await post(service, JSON.stringify(observation), query);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      ecg: { acquiredAt: '2026-02-03T04:05:06.000Z' },
      assessment: {
        result: {
          findings: [],
          abstentions: [{ reason: 'age-outside-card' }],
          alert: { raise: false, because: 'nothing-positive' },
        },
      },
    });
  });

  test('a waiting engine gets the form it asks for', async () => {
    const query = '?patient=urn:oid:2.999|78&age=66&sex=male&waitMs=20000';
    const body = JSON.stringify(observation);
    // The sample is four seconds long: what comes back says what was withheld, in each form.
    const bundle = await post(service, body, query, { accept: 'application/fhir+json' });
    expect(await bundle.json()).toMatchObject({ resourceType: 'Bundle', type: 'transaction' });
    const oru = await post(service, body, query, { accept: 'x-application/hl7-v2+er7' });
    const text = await oru.text();
    expect(text).toMatch(/^MSH\|\^~\\&\|LEADWIRE\|/);
    expect(text).toMatch(/\rPID\|1\|\|78\^\^\^&2\.999&ISO/);
    expect(text).toContain('evaluation');
  });

  test('a stored fault is visible among the dead letters and can be taken through the door again', async () => {
    const [body] = broken['a sample that is no number'];
    const first = await post(service, body, '?age=50');
    const letters = await (await fetch(`${service.url}/api/dead-letters`)).json();
    const id = first.headers.get('location')?.split('/').at(-1) ?? '';
    expect(JSON.stringify(letters)).toContain(id);
    const again = await fetch(`${service.url}/api/receipts/${id}/replay`, { method: 'POST' });
    expect(again.status).toBe(422);
    expect(again.headers.get('location')).not.toContain(id);
  });

  test('what is not there is told so', async () => {
    expect((await fetch(`${service.url}/api/receipts/none`)).status).toBe(404);
    expect((await fetch(`${service.url}/elsewhere`)).status).toBe(404);
  });
});

describe('who may call what', () => {
  const folder = temporaryFolder();
  let service: RunningService | null = null;

  afterEach(async () => {
    await service?.kill('SIGKILL');
    service = null;
  });
  afterAll(() => {
    folder.remove();
  });

  test('beyond loopback, machine routes without a credential answer 401 and health stays open', async () => {
    service = await runService({
      env: { LEADWIRE_DATA_DIR: join(folder.path, 'open'), LEADWIRE_HTTP_HOST: '0.0.0.0' },
    });
    expect((await post(service, '{}')).status).toBe(401);
    expect((await fetch(`${service.url}/fhir/rest-hook`, { method: 'POST' })).status).toBe(401);
    expect((await fetch(`${service.url}/api/dead-letters`)).status).toBe(401);
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${service.url}/metrics`)).status).toBe(200);
  });

  test('with a token in a file, only its bearer gets in', async () => {
    const file = join(folder.path, 'token');
    writeFileSync(file, 'correct horse battery\n');
    service = await runService({
      env: { LEADWIRE_DATA_DIR: join(folder.path, 'token-data'), LEADWIRE_API_TOKEN_FILE: file },
    });
    const letters = `${service.url}/api/dead-letters`;
    expect((await fetch(letters)).status).toBe(401);
    const wrong = await fetch(letters, { headers: { authorization: 'Bearer wrong' } });
    expect(wrong.status).toBe(401);
    const right = await fetch(letters, {
      headers: { authorization: 'Bearer correct horse battery' },
    });
    expect(right.status).toBe(200);
  });

  test('a model that is not what its card says leaves the service alive, accepting and not ready', async () => {
    const modelsDir = join(folder.path, 'models');
    mkdirSync(modelsDir);
    cpSync('test/models/placeholder', join(modelsDir, 'placeholder'), { recursive: true });
    const cardFile = join(modelsDir, 'placeholder', 'card.json');
    const card = readFileSync(cardFile, 'utf8');
    writeFileSync(cardFile, card.replace(/"sha256": "./, '"sha256": "0'));
    service = await runService({
      env: { LEADWIRE_DATA_DIR: join(folder.path, 'bad'), LEADWIRE_MODELS_DIR: modelsDir },
    });
    const ready = await fetch(`${service.url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({
      parts: { models: { ok: false }, ledger: { ok: true } },
    });
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    expect((await post(service, JSON.stringify(observation))).status).toBe(202);
  });
});
