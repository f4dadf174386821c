import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startSandboxEhr, type SandboxEhr } from './server.js';

let ehr: SandboxEhr;

const SYSTEM = 'urn:leadwire:test';
const ECG = {
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '11524-6' }] },
};
const risk = (value: string) => ({
  resourceType: 'RiskAssessment',
  status: 'preliminary',
  identifier: [{ system: SYSTEM, value }],
  subject: { reference: 'Patient?identifier=urn:mrn|1' },
});
const entry = (
  resource: { resourceType: string; identifier?: unknown },
  ifNoneExist?: string,
  fullUrl?: string,
) => ({
  ...(fullUrl ? { fullUrl } : {}),
  resource,
  request: { method: 'POST', url: resource.resourceType, ...(ifNoneExist ? { ifNoneExist } : {}) },
});
const bundle = (...entries: unknown[]) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: entries,
});
const patient = () =>
  entry(
    { resourceType: 'Patient', identifier: [{ system: 'urn:mrn', value: '1' }] },
    'identifier=urn:mrn|1',
  );

const send = async (
  method: string,
  path: string,
  body?: unknown,
  more: Record<string, string> = {},
) => {
  const answer = await fetch(`${ehr.url}${path}`, {
    method,
    headers: { 'content-type': 'application/fhir+json', authorization: 'Bearer t', ...more },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    body: (text === '' ? null : JSON.parse(text)) as Record<string, unknown>,
  };
};
const statusesOf = (answer: { body: Record<string, unknown> }) =>
  (answer.body['entry'] as { response: { status: string } }[]).map(
    (one) => one.response.status.split(' ')[0],
  );

beforeEach(async () => {
  ehr = await startSandboxEhr({ token: 't' });
});
afterEach(async () => {
  await ehr.close();
});

describe('the sandbox EHR', () => {
  test('creates, reads, updates, keeps versions, deletes', async () => {
    const made = await send('POST', '/Observation', ECG);
    expect(made.status).toBe(201);
    expect(made.body).toBeNull();
    const [, id = ''] = /Observation\/(\d+)\//.exec(made.headers.get('location') ?? '') ?? [];
    const amended = { ...ECG, id, status: 'amended' };
    expect((await send('PUT', `/Observation/${id}`, amended)).status).toBe(200);
    expect((await send('GET', `/Observation/${id}`)).body).toMatchObject({ status: 'amended' });
    expect((await send('GET', `/Observation/${id}/_history/1`)).body).toMatchObject({
      status: 'final',
    });
    expect((await send('DELETE', `/Observation/${id}`)).status).toBe(204);
    expect((await send('GET', `/Observation/${id}`)).status).toBe(410);
    expect((await send('GET', '/Observation/404')).status).toBe(404);
  });

  test('asks for its token, and shows its abilities without', async () => {
    expect((await fetch(`${ehr.url}/Patient`)).status).toBe(401);
    expect((await fetch(`${ehr.url}/metadata`)).status).toBe(200);
  });

  test('takes a transaction as one, with conditions and references by uuid and by search', async () => {
    const uuid = 'urn:uuid:6f1de5e6-0000-4000-8000-000000000001';
    const provenance = {
      resourceType: 'Provenance',
      target: [{ reference: uuid }],
      recorded: '2026-01-01T00:00:00Z',
      agent: [{ who: { display: 'somebody' } }],
    };
    await send('POST', '', bundle(patient()));
    const whole = bundle(entry(risk('a'), `identifier=${SYSTEM}|a`, uuid), entry(provenance));
    const first = await send('POST', '', whole);
    expect(statusesOf(first)).toEqual(['201', '201']);
    const [made] = ehr.store.all('RiskAssessment');
    expect(made?.['subject']).toEqual({ reference: `Patient/${ehr.store.all('Patient')[0]?.id}` });
    expect(ehr.store.all('Provenance')[0]?.['target']).toEqual([
      { reference: `RiskAssessment/${made?.id}` },
    ]);
    expect(statusesOf(await send('POST', '', whole))).toEqual(['200', '201']);
    expect(ehr.store.all('RiskAssessment')).toHaveLength(1);
  });

  test('does nothing of a transaction of which one part cannot be done', async () => {
    const dangling = { ...risk('b'), subject: { reference: 'urn:uuid:nowhere' } };
    const answer = await send('POST', '', bundle(patient(), entry(dangling)));
    expect(answer.status).toBe(400);
    expect(ehr.store.all('Patient')).toEqual([]);
  });

  test('refuses a condition that means more than one, and a parameter it does not know', async () => {
    await send('POST', '', bundle(patient()));
    await send('POST', '', bundle(entry(risk('a')), entry(risk('a'))));
    const third = await send('POST', '', bundle(entry(risk('a'), `identifier=${SYSTEM}|a`)));
    expect(third.status).toBe(412);
    expect((await send('GET', '/RiskAssessment?colour=red')).status).toBe(400);
  });

  test('finds by identifier, patient and time, page by page', async () => {
    await send('POST', '', bundle(patient()));
    for (const value of ['a', 'b', 'c']) await send('POST', '', bundle(entry(risk(value))));
    const total = async (query: string) =>
      (await send('GET', `/RiskAssessment?${query}`)).body['total'];
    expect(await total(`identifier=${encodeURIComponent(`${SYSTEM}|a`)}`)).toBe(1);
    expect(await total('identifier=a,b')).toBe(2);
    expect(await total(`patient=${ehr.store.all('Patient')[0]?.id}`)).toBe(3);
    expect(await total('_lastUpdated=ge2020-01-01')).toBe(3);
    expect(await total('_lastUpdated=lt2020-01-01')).toBe(0);
    const page = await send('GET', '/RiskAssessment?_count=2');
    const next = (page.body['link'] as { url: string }[])[0]?.url ?? '';
    const rest = await send('GET', next.replace(ehr.url, ''));
    expect(rest.body['entry']).toHaveLength(1);
    const posted = await fetch(`${ehr.url}/RiskAssessment/_search`, {
      method: 'POST',
      headers: { authorization: 'Bearer t' },
      body: new URLSearchParams({ identifier: 'a' }),
    });
    expect(await posted.json()).toMatchObject({ total: 1 });
  });

  test('keeps a deleted version in the history, newest first', async () => {
    const made = await send('POST', '/Observation', ECG);
    const [, id = ''] = /Observation\/(\d+)\//.exec(made.headers.get('location') ?? '') ?? [];
    await send('DELETE', `/Observation/${id}`);
    await send('PUT', `/Observation/${id}`, { ...ECG, id });
    const history = await send('GET', `/Observation/${id}/_history`);
    const methods = (history.body['entry'] as { request: { method: string } }[]).map(
      (one) => one.request.method,
    );
    expect(methods).toEqual(['PUT', 'DELETE', 'POST']);
    expect((await send('GET', `/Observation/${id}/_history/2`)).status).toBe(410);
    expect((await send('GET', `/Observation/${id}/_history/9`)).status).toBe(404);
  });

  test('refuses an update that names another id, or another version than the one that stands', async () => {
    expect((await send('PUT', '/Observation/a', { ...ECG, id: 'b' })).status).toBe(400);
    await send('PUT', '/Observation/a', { ...ECG, id: 'a' });
    const stale = await send('PUT', '/Observation/a', { ...ECG, id: 'a' }, { 'if-match': 'W/"7"' });
    expect(stale.status).toBe(409);
    const fresh = await send('PUT', '/Observation/a', { ...ECG, id: 'a' }, { 'if-match': 'W/"1"' });
    expect(fresh.status).toBe(200);
  });

  test('answers each entry of a batch by itself', async () => {
    const whole = { ...bundle(entry(ECG), entry({ resourceType: 'Observation' })), type: 'batch' };
    const answer = await send('POST', '', whole);
    expect(answer.body['type']).toBe('batch-response');
    expect(statusesOf(answer)).toEqual(['201', '422']);
    expect(ehr.store.all('Observation')).toHaveLength(1);
  });

  test('says in an OperationOutcome what is wrong and where', async () => {
    const wrong = await send('POST', '/Patient', {
      resourceType: 'Patient',
      birthDate: '1950-13-01',
    });
    expect(wrong.status).toBe(422);
    expect(wrong.body['issue']).toEqual([
      {
        severity: 'error',
        code: 'structure',
        diagnostics: 'the value is not of the type that R4 asks for',
        expression: ['Patient.birthDate'],
      },
    ]);
    expect((await send('POST', '/Nonsense', { resourceType: 'Nonsense' })).status).toBe(404);
  });

  test('notifies a rest-hook of what its criteria name, and of nothing else', async () => {
    const got: string[] = [];
    let arrived: () => void = () => undefined;
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const hook = createServer((request, response) => {
      got.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      response.writeHead(204).end();
      arrived();
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`;
    await send('POST', '/Subscription', {
      resourceType: 'Subscription',
      status: 'requested',
      reason: 'test',
      criteria: 'Observation?code=http://loinc.org|11524-6',
      channel: {
        type: 'rest-hook',
        endpoint,
        payload: 'application/fhir+json',
        header: ['Authorization: Bearer hook'],
      },
    });
    expect(ehr.store.all('Subscription')[0]?.['status']).toBe('active');
    const observation = (code: string) => ({
      ...ECG,
      code: { coding: [{ system: 'http://loinc.org', code }] },
    });
    await send('POST', '/Observation', observation('8867-4'));
    await send('POST', '/Observation', observation('11524-6'));
    await arrival;
    hook.close();
    const id = ehr.store.all('Observation')[1]?.id;
    expect(got).toEqual([`PUT /hook/Observation/${id} Bearer hook`]);
  });
});

describe('trouble', () => {
  const created = () => send('POST', '', bundle(entry(risk('a'), `identifier=${SYSTEM}|a`)));
  beforeEach(async () => {
    await send('POST', '', bundle(patient()));
  });

  test('answers 429 with a time to wait, so often and no more', async () => {
    ehr.trouble({ status: 429, retryAfterSeconds: 2, times: 1 });
    const busy = await created();
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '2']);
    expect((await created()).status).toBe(200);
  });

  test('resets before or after the work is done', async () => {
    ehr.trouble({ reset: 'before', times: 1 });
    await expect(created()).rejects.toThrow();
    expect(ehr.store.all('RiskAssessment')).toHaveLength(0);
    ehr.trouble({ reset: 'after', times: 1 });
    await expect(created()).rejects.toThrow();
    expect(ehr.store.all('RiskAssessment')).toHaveLength(1);
  });

  test('refuses connections and takes them again on the same port', async () => {
    const { url } = ehr;
    await ehr.refuse();
    await expect(fetch(`${url}/metadata`)).rejects.toThrow();
    await ehr.accept();
    expect(ehr.url).toBe(url);
    expect((await fetch(`${url}/metadata`)).status).toBe(200);
  });

  test('can play a server on which two conditional creates do not see each other', async () => {
    ehr.trouble({ racyMs: 50 });
    await Promise.all([created(), created()]);
    expect(ehr.store.all('RiskAssessment')).toHaveLength(2);
    ehr.trouble({});
  });

  test('is set and counted over HTTP too', async () => {
    const control = ehr.url.replace('/fhir', '/sandbox');
    const trouble = { status: 500, times: 1 };
    const set = await fetch(`${control}/trouble`, {
      method: 'PUT',
      body: JSON.stringify(trouble),
    });
    expect(await set.json()).toMatchObject(trouble);
    expect((await created()).status).toBe(500);
    await created();
    const count = await fetch(`${control}/count?type=RiskAssessment`);
    expect(await count.json()).toEqual({ count: 1 });
    const standing = await fetch(`${control}/standing?type=RiskAssessment`);
    expect(await standing.json()).toEqual({ [`${SYSTEM}|a`]: 1 });
    const wrong = await fetch(`${control}/trouble`, { method: 'PUT', body: '{"colour":"red"}' });
    expect(wrong.status).toBe(400);
  });
});
