import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';

export interface EhrUnderTest {
  readonly url: string;
  stop(): Promise<void>;
}

/** What a client may count on at any EHR here: the sandbox and a server of somebody else's alike. */
export function describeEhrBehaviour(start: () => Promise<EhrUnderTest>, startMsMax: number): void {
  let ehr: EhrUnderTest | null = null;
  const run = Date.now().toString(36);
  beforeAll(async () => {
    ehr = await start();
  }, startMsMax);
  afterAll(() => ehr?.stop(), 30_000);

  type Json = Record<string, unknown>;
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => {
    const answer = await fetch(path.startsWith('http') ? path : `${ehr?.url ?? ''}${path}`, {
      method,
      headers: {
        'content-type': 'application/fhir+json',
        'cache-control': 'no-cache',
        prefer: 'return=representation',
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      location: answer.headers.get('location') ?? '',
      body: (text === '' ? {} : JSON.parse(text)) as Json,
    };
  };
  const patient = (value: string): Json => ({
    resourceType: 'Patient',
    identifier: [{ system: `urn:mrn:${run}`, value }],
  });
  const ecg = (code = '11524-6'): Json => ({
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code }] },
  });
  const risk = (value: string, subject: string): Json => ({
    resourceType: 'RiskAssessment',
    status: 'preliminary',
    identifier: [{ system: `urn:risk:${run}`, value }],
    subject: { reference: subject },
  });
  const entry = (resource: Json, ifNoneExist?: string, fullUrl?: string): Json => ({
    ...(fullUrl ? { fullUrl } : {}),
    resource,
    request: {
      method: 'POST',
      url: resource['resourceType'],
      ...(ifNoneExist ? { ifNoneExist } : {}),
    },
  });
  const bundle = (...entries: Json[]): Json => ({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: entries,
  });
  const statusesOf = (body: Json): string[] =>
    (body['entry'] as { response: { status: string } }[]).map(({ response }) =>
      response.status.slice(0, 3),
    );
  const total = async (search: string): Promise<unknown> =>
    (await call('GET', `/${search}&_summary=count`)).body['total'];
  const isOutcome = (body: Json): boolean => body['resourceType'] === 'OperationOutcome';

  test('describes itself as R4 with transactions', async () => {
    const { body } = await call('GET', '/metadata');
    expect([body['resourceType'], body['fhirVersion']]).toEqual(['CapabilityStatement', '4.0.1']);
    expect(JSON.stringify(body['rest'])).toContain('"transaction"');
  });

  test('creates with a version and a place, updates to the next, keeps both, newest first', async () => {
    const made = await call('POST', '/Observation', ecg());
    const id = String(made.body['id']);
    expect([made.status, made.location]).toEqual([
      201,
      expect.stringContaining(`/Observation/${id}/_history/1`),
    ]);
    const amended = await call('PUT', `/Observation/${id}`, { ...ecg(), id, status: 'amended' });
    expect([amended.status, (amended.body['meta'] as Json)['versionId']]).toEqual([200, '2']);
    const history = await call('GET', `/Observation/${id}/_history`);
    const versions = (history.body['entry'] as { resource: Json }[]).map(
      ({ resource }) => resource['status'],
    );
    expect(versions).toEqual(['amended', 'final']);
    const first = await call('GET', `/Observation/${id}/_history/1`);
    expect([first.status, first.body['status']]).toEqual([200, 'final']);
  });

  test('deletes, and says 410 from then on; 404 where nothing ever was', async () => {
    const { body } = await call('POST', '/Observation', ecg());
    const path = `/Observation/${String(body['id'])}`;
    // HAPI answers 409 to a delete that comes too soon behind the create; a client asks again.
    await eventually(async () => {
      const gone = await call('DELETE', path);
      expect(`${gone.status} ${JSON.stringify(gone.body)}`).toMatch(/^20/);
    });
    expect((await call('GET', path)).status).toBe(410);
    const absent = await call('GET', '/Observation/no-such-id');
    expect([absent.status, isOutcome(absent.body)]).toEqual([404, true]);
  });

  test('creates once under a condition, and refuses one that means two', async () => {
    const condition = { 'if-none-exist': `identifier=urn:mrn:${run}|once` };
    const first = await call('POST', '/Patient', patient('once'), condition);
    const again = await call('POST', '/Patient', patient('once'), condition);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(await total(`Patient?identifier=urn:mrn:${run}|once`)).toBe(1);
    await call('POST', '/Patient', patient('once'));
    const third = await call('POST', '/Patient', patient('once'), condition);
    expect([third.status, isOutcome(third.body)]).toEqual([412, true]);
  });

  test('takes a transaction with references by uuid once, however often it is sent', async () => {
    const urn = 'urn:uuid:6d1f7a2e-7a53-4c2e-9a44-0d5f8ed1a001';
    const whole = bundle(
      entry(patient('t'), `identifier=urn:mrn:${run}|t`, urn),
      entry(risk('t', urn), `identifier=urn:risk:${run}|t`),
    );
    const first = await call('POST', '', whole);
    expect(statusesOf(first.body)).toEqual(['201', '201']);
    expect(statusesOf((await call('POST', '', whole)).body)).toEqual(['200', '200']);
    const found = await call('GET', `/RiskAssessment?identifier=urn:risk:${run}|t`);
    const [one] = found.body['entry'] as { resource: Json }[];
    expect(JSON.stringify(one?.resource['subject'])).toMatch(/"Patient\/[^"]+"/);
    expect(found.body['total'] ?? (found.body['entry'] as unknown[]).length).toBe(1);
  });

  test('does nothing of a transaction of which one entry cannot be done', async () => {
    const answer = await call(
      'POST',
      '',
      bundle(
        entry(patient('broken'), `identifier=urn:mrn:${run}|broken`),
        entry(risk('broken', 'Patient?identifier=urn:mrn:nobody|0')),
      ),
    );
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(isOutcome(answer.body)).toBe(true);
    expect(await total(`Patient?identifier=urn:mrn:${run}|broken`)).toBe(0);
  });

  test('finds by identifier, code, subject and time, page by page', async () => {
    const before = new Date().toISOString();
    const { body } = await call('POST', '/Patient', patient('search'));
    const subject = `Patient/${String(body['id'])}`;
    for (const value of ['a', 'b', 'c'])
      await call('POST', '/RiskAssessment', risk(value, subject));
    expect(await total(`RiskAssessment?subject=${subject}`)).toBe(3);
    expect(await total(`RiskAssessment?identifier=urn:risk:${run}|a,urn:risk:${run}|b`)).toBe(2);
    expect(await total(`RiskAssessment?_lastUpdated=ge${before}&subject=${subject}`)).toBe(3);
    expect(await total(`RiskAssessment?_lastUpdated=lt${before}&subject=${subject}`)).toBe(0);
    const page = await call('GET', `/RiskAssessment?subject=${subject}&_count=2`);
    expect(page.body['entry']).toHaveLength(2);
    const links = page.body['link'] as { relation: string; url: string }[];
    const next = links.find(({ relation }) => relation === 'next')?.url ?? '';
    expect((await call('GET', next)).body['entry']).toHaveLength(1);
  });

  test.each([
    ['a parameter that does not exist', 'GET', '/Observation?colour=red', undefined, 400],
    ['a body that is another resource', 'POST', '/Patient', { resourceType: 'Device' }, 400],
    [
      'an id that is not that of the address',
      'PUT',
      '/Patient/a',
      { resourceType: 'Patient', id: 'b' },
      400,
    ],
    ['a type that R4 does not have', 'GET', '/Nonsense/1', undefined, 404],
  ])('refuses %s with an OperationOutcome', async (_what, method, path, body, status) => {
    const answer = await call(method, path, body);
    expect([answer.status, isOutcome(answer.body)]).toEqual([status, true]);
  });

  describe('subscriptions', () => {
    let hook: Server;
    let got: { line: string; body: string }[];
    beforeAll(async () => {
      got = [];
      hook = createServer((request, response) => {
        let body = '';
        request.on('data', (chunk: Buffer) => (body += chunk.toString()));
        request.on('end', () => {
          got.push({ line: `${request.method} ${request.url}`, body });
          response.writeHead(204).end();
        });
      });
      await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    });
    afterAll(() => {
      hook.closeAllConnections();
      hook.close();
    });

    test('a full-resource rest-hook gets what its criteria name, by PUT, and nothing else', async () => {
      const endpoint = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`;
      const made = await call('POST', '/Subscription', {
        resourceType: 'Subscription',
        status: 'requested',
        reason: 'test',
        criteria: 'Observation?code=http://loinc.org|11524-6',
        channel: { type: 'rest-hook', endpoint, payload: 'application/fhir+json' },
      });
      const path = `/Subscription/${String(made.body['id'])}`;
      await eventually(async () => {
        expect((await call('GET', path)).body['status']).toBe('active');
      });
      await call('POST', '/Observation', ecg('8867-4'));
      const { body } = await call('POST', '/Observation', ecg());
      await eventually(() => {
        expect(got.map(({ line }) => line)).toEqual([
          `PUT /hook/Observation/${String(body['id'])}`,
        ]);
        return Promise.resolve();
      });
      expect(JSON.parse(got[0]?.body ?? '')).toMatchObject({ resourceType: 'Observation' });
    });
  });
}
