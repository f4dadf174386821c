import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, type JSONWebKeySet } from 'jose';
import { failureOf } from '../../core/failure.js';
import { silentLog } from '../../core/log.js';
import { startSandboxEhr, type SandboxEhr } from '../../sandbox/ehr/server.js';
import { createFhirClient, type FhirClient } from './client.js';
import { basicCredentials, type Credentials } from './credentials.js';
import { publicKeySet, readSigningKeys } from './signing-keys.js';
import { createSmartCredentials, HOLD_MS, type SmartOptions } from './smart.js';
import { Transport } from './transport.js';

const TRANSPORT = { tls: null, connectMsMax: 1_000, responseBytesMax: 100_000, connectionsMax: 4 };
const PATIENT = { resourceType: 'Patient' };

let folder: string;
let transport: Transport;
let ehr: SandboxEhr;
let clients: FhirClient[];
let nowMs: () => number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leadwire-keys-'));
  transport = new Transport(TRANSPORT);
  ehr = await startSandboxEhr();
  clients = [];
  nowMs = Date.now;
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await transport.close();
  await ehr.close();
  rmSync(folder, { recursive: true });
});

const pem = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }).toString();
const ec = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
const rsa = (bits = 2048): KeyObject =>
  generateKeyPairSync('rsa', { modulusLength: bits }).privateKey;
const write = (name: string, text: string): void => {
  writeFileSync(join(folder, name), text);
};
const published = async (): Promise<JSONWebKeySet> =>
  publicKeySet(await readSigningKeys(folder)) as JSONWebKeySet;
const smart = (more: Partial<SmartOptions> = {}): Credentials =>
  createSmartCredentials({
    clientId: 'leadwire',
    scope: 'system/Patient.cruds system/Observation.rs',
    baseUrl: ehr.url,
    tokenUrl: null,
    allowedHosts: [],
    keys: () => readSigningKeys(folder),
    transport,
    requestMsMax: 2_000,
    log: silentLog,
    now: () => nowMs(),
    ...more,
  });
const clientWith = (credentials: Credentials): FhirClient => {
  const { scheme } = credentials;
  const client = createFhirClient({
    ...TRANSPORT,
    scheme,
    token: () => credentials.token(),
    refused: (token) => credentials.refused(token),
    baseUrl: ehr.url,
    alsoKnownAs: [],
    requestMsMax: 2_000,
    now: Date.now,
  });
  clients.push(client);
  return client;
};
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => failureOf(error).code,
  );

/** A token endpoint of a test's own. */
const endpoint = async (
  handle: (form: URLSearchParams, response: ServerResponse) => void,
): Promise<{ url: string; server: Server }> => {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      handle(new URLSearchParams(body), response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`, server };
};
const granting = (response: ServerResponse, body: object, date = new Date()): void => {
  response.writeHead(200, { 'content-type': 'application/json', date: date.toUTCString() });
  response.end(JSON.stringify(body));
};

describe('tokens by SMART Backend Services', () => {
  test.each([
    ['RS384', () => pem(rsa())],
    ['ES384', () => pem(ec())],
    ['ES384', () => JSON.stringify({ keys: [{ ...ec().export({ format: 'jwk' }), kid: 'k1' }] })],
  ])('are granted for a key of %s', async (alg, key) => {
    write('a.pem', key());
    ehr.register({ clientId: 'leadwire', keys: await published() });
    expect((await readSigningKeys(folder))[0]?.alg).toBe(alg);
    await clientWith(smart()).create(PATIENT, null);
    expect(ehr.store.all('Patient')).toHaveLength(1);
  });

  test('are asked for once by however many wait, and used until near their end', async () => {
    write('a.pem', pem(ec()));
    let asked = 0;
    const { url, server } = await endpoint((_form, response) => {
      asked += 1;
      granting(response, {
        access_token: `t${asked}`,
        token_type: 'Bearer',
        expires_in: 300,
      });
    });
    const credentials = smart({ tokenUrl: url, allowedHosts: [new URL(url).host] });
    const tokens = await Promise.all(
      Array.from({ length: 10 }, () => Promise.resolve(credentials.token())),
    );
    expect(new Set(tokens)).toEqual(new Set(['t1']));
    nowMs = () => Date.now() + 239_000;
    expect(await credentials.token()).toBe('t1');
    nowMs = () => Date.now() + 241_000;
    expect(await credentials.token()).toBe('t2');
    server.close();
  });

  test('hold to their end where the endpoint is away when they should be renewed', async () => {
    write('a.pem', pem(ec()));
    const { url, server } = await endpoint((_form, response) => {
      granting(response, { access_token: 't1', token_type: 'bearer', expires_in: 300 });
    });
    const credentials = smart({ tokenUrl: url, allowedHosts: [new URL(url).host] });
    await credentials.token();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    nowMs = () => Date.now() + 250_000;
    expect(await credentials.token()).toBe('t1');
    nowMs = () => Date.now() + 301_000;
    expect(await codeOf(Promise.resolve(credentials.token()))).toBe('destination-away');
  });

  test('carry an assertion of five minutes at most, of its own id, for the endpoint alone', async () => {
    write('a.pem', pem(ec()));
    const forms: URLSearchParams[] = [];
    const { url, server } = await endpoint((form, response) => {
      forms.push(form);
      granting(response, { access_token: `t${forms.length}`, expires_in: 1 });
    });
    const credentials = smart({ tokenUrl: url, allowedHosts: [new URL(url).host] });
    await credentials.token();
    nowMs = () => Date.now() + 2_000;
    await credentials.token();
    const [one, two] = forms.map((form) => decodeJwt(form.get('client_assertion') ?? ''));
    expect(one).toMatchObject({ iss: 'leadwire', sub: 'leadwire', aud: url });
    expect((one?.exp ?? 0) - Date.now() / 1000).toBeLessThanOrEqual(300);
    expect(one?.jti).not.toBe(two?.jti);
    const { kid, alg } = decodeProtectedHeader(forms[0]?.get('client_assertion') ?? '');
    expect([kid, alg]).toEqual([(await published()).keys[0]?.kid, 'ES384']);
    server.close();
  });

  test('that run out in mid-flight are renewed once, and the request is sent again', async () => {
    write('a.pem', pem(ec()));
    ehr.register({ clientId: 'leadwire', keys: await published() });
    const client = clientWith(smart());
    await client.create(PATIENT, null);
    await fetch(`${new URL(ehr.url).origin}/sandbox/tokens`, { method: 'DELETE' });
    await client.create(PATIENT, null);
    expect(ehr.store.all('Patient')).toHaveLength(2);
  });

  test('that are refused even when new are a failure, not a storm', async () => {
    write('a.pem', pem(ec()));
    let asked = 0;
    const { url, server } = await endpoint((_form, response) => {
      asked += 1;
      granting(response, { access_token: 'never-known', expires_in: 300 });
    });
    ehr.register({ clientId: 'leadwire', keys: await published() });
    const client = clientWith(smart({ tokenUrl: url, allowedHosts: [new URL(url).host] }));
    expect(await codeOf(client.create(PATIENT, null))).toBe('destination-unauthorised');
    expect(asked).toBe(2);
    server.close();
  });

  test('are asked for at a measured pace where the endpoint refuses or is busy', async () => {
    write('a.pem', pem(ec()));
    let asked = 0;
    const { url, server } = await endpoint((_form, response) => {
      asked += 1;
      response.writeHead(429, { 'retry-after': '7' }).end();
    });
    const credentials = smart({ tokenUrl: url, allowedHosts: [new URL(url).host] });
    const atMs = Date.now();
    nowMs = () => atMs;
    expect(await codeOf(Promise.resolve(credentials.token()))).toBe('destination-busy');
    nowMs = () => atMs + HOLD_MS + 5_000;
    await codeOf(Promise.resolve(credentials.token()));
    expect(asked).toBe(1);
    nowMs = () => atMs + 7_001;
    await codeOf(Promise.resolve(credentials.token()));
    expect(asked).toBe(2);
    server.close();
  });

  test('are had although our clock is wrong, as the server tells its own', async () => {
    write('a.pem', pem(ec()));
    nowMs = () => Date.now() - 900_000;
    ehr.register({ clientId: 'leadwire', keys: await published() });
    await clientWith(smart()).create(PATIENT, null);
    expect(ehr.store.all('Patient')).toHaveLength(1);
  });

  test('go over to the next key without a restart, whichever of the two the server knows', async () => {
    write('b.pem', pem(ec()));
    ehr.register({ clientId: 'leadwire', keys: await published() });
    const credentials = smart();
    await credentials.token();
    write('a.pem', pem(rsa()));
    nowMs = () => Date.now() + 300_000;
    await credentials.token();
    ehr.register({ clientId: 'leadwire', keys: { keys: (await published()).keys.slice(0, 1) } });
    nowMs = () => Date.now() + 600_000;
    expect(await credentials.token()).toMatch(/^\S+$/);
  });
});

describe('a token is asked for nowhere else', () => {
  test('a token endpoint on a host that nobody allowed is not called', async () => {
    write('a.pem', pem(ec()));
    let asked = 0;
    const { url, server } = await endpoint((_form, response) => {
      asked += 1;
      granting(response, { access_token: 'stolen' });
    });
    const baseUrl = url.replace('127.0.0.1', 'localhost');
    const credentials = smart({ tokenUrl: url, baseUrl });
    expect(await codeOf(Promise.resolve(credentials.token()))).toBe('destination-unauthorised');
    expect(asked).toBe(0);
    server.close();
  });

  test('nor is a redirect of the token endpoint or of the FHIR server followed', async () => {
    write('a.pem', pem(ec()));
    let stolen = 0;
    const thief = await endpoint((_form, response) => {
      stolen += 1;
      granting(response, { access_token: 'x', resourceType: 'Patient', id: '1' });
    });
    const { url, server } = await endpoint((_form, response) => {
      response.writeHead(307, { location: thief.url }).end();
    });
    const credentials = smart({ tokenUrl: url, allowedHosts: [new URL(url).host] });
    expect(await codeOf(Promise.resolve(credentials.token()))).toBe('destination-unauthorised');
    const client = createFhirClient({
      ...TRANSPORT,
      ...basicCredentials('user', 'secret'),
      baseUrl: url,
      alsoKnownAs: [],
      requestMsMax: 2_000,
      now: Date.now,
    });
    clients.push(client);
    expect(await codeOf(client.read('Patient/1'))).toBe('destination-refused');
    expect(stolen).toBe(0);
    server.close();
    thief.server.close();
  });
});
