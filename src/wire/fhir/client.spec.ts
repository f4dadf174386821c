import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { failureOf } from '../../core/failure.js';
import { createFhirClient, type FhirClient, type FhirClientOptions } from './client.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let elsewhere: Server;
let handle: Handler;
let seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
let seenElsewhere: number;
let client: FhirClient;

const listen = async (handler: Handler): Promise<Server> => {
  const one = createServer(handler);
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
  return one;
};
const addressOf = (one: Server): string =>
  `http://127.0.0.1:${(one.address() as AddressInfo).port}`;
const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/fhir+json' });
  response.end(JSON.stringify(body));
};
const open = (more: Partial<FhirClientOptions> = {}): FhirClient =>
  createFhirClient({
    baseUrl: `${addressOf(server)}/fhir`,
    alsoKnownAs: [],
    token: () => 'secret-1',
    tls: null,
    requestMsMax: 2_000,
    connectMsMax: 1_000,
    responseBytesMax: 100_000,
    connectionsMax: 4,
    now: Date.now,
    ...more,
  });
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => failureOf(error).code,
  );
const RISK = { resourceType: 'RiskAssessment', status: 'preliminary' };
const ENTRY = { fullUrl: 'urn:uuid:1', resource: RISK, ifNoneExist: 'identifier=a%7Cb' };

beforeEach(async () => {
  seen = [];
  seenElsewhere = 0;
  handle = (_request, response) => {
    json(response, 200, { resourceType: 'Bundle', type: 'searchset' });
  };
  server = await listen((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers, body });
      handle(request, response);
    });
  });
  elsewhere = await listen((_request, response) => {
    seenElsewhere += 1;
    json(response, 200, { resourceType: 'Observation', id: '1' });
  });
  client = open();
});

afterEach(async () => {
  await client.close();
  for (const one of [server, elsewhere]) {
    one.closeAllConnections();
    await new Promise((resolve) => one.close(resolve));
  }
});

describe('what is asked', () => {
  test('goes to no other host and takes the token to none', async () => {
    const other = addressOf(elsewhere);
    expect(await codeOf(client.read(`${other}/fhir/Observation/1`))).toBe('pointer-not-followed');
    expect(await codeOf(client.nextPage(`${other}/fhir?page=2`))).toBe('pointer-not-followed');
    handle = (_request, response) => {
      response.writeHead(302, { location: `${other}/fhir/Observation/1` }).end();
    };
    expect(await codeOf(client.read('Observation/1'))).toBe('destination-refused');
    expect(seenElsewhere).toBe(0);
  });

  test('under another name of the same server goes to the address we were given', async () => {
    await client.close();
    client = open({ alsoKnownAs: ['https://ehr.example/r4'] });
    handle = (_request, response) => {
      json(response, 200, { resourceType: 'Observation', id: '1' });
    };
    await client.read('https://ehr.example/r4/Observation/1/_history/2');
    expect(seen[0]?.url).toBe('/fhir/Observation/1/_history/2');
    expect(seen[0]?.headers.authorization).toBe('Bearer secret-1');
  });

  test('about a patient stays out of the address line, and is never answered from a cache', async () => {
    await client.search('Patient', { identifier: 'urn:oid:1.2|19121212' });
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/fhir/Patient/_search',
      body: 'identifier=urn%3Aoid%3A1.2%7C19121212',
    });
    expect(seen[0]?.headers['cache-control']).toBe('no-cache');
  });

  test('asks for the token anew each time, so that it may change', async () => {
    await client.close();
    let issued = 0;
    client = open({ token: () => Promise.resolve(`t${String((issued += 1))}`) });
    await client.search('Observation', { _lastUpdated: 'ge2026-01-01' });
    await client.search('Observation', { _lastUpdated: 'ge2026-01-01' });
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer t1', 'Bearer t2']);
  });
});

describe('what is answered', () => {
  test('to a create with an empty body is named by its Location', async () => {
    handle = (_request, response) => {
      response.writeHead(201, { location: 'http://x/fhir/RiskAssessment/7/_history/1' }).end();
    };
    expect(await client.create(RISK, 'identifier=a%7Cb')).toEqual({
      reference: 'RiskAssessment/7',
      created: true,
    });
    expect(seen[0]?.headers['if-none-exist']).toBe('identifier=a%7Cb');
  });

  test('to a transaction tells what was made and what stood there already', async () => {
    handle = (_request, response) => {
      const entry = [
        { response: { status: '200 OK', location: 'Device/1/_history/1' } },
        { response: { status: '201 Created', location: 'RiskAssessment/7/_history/1' } },
      ];
      json(response, 200, { resourceType: 'Bundle', type: 'transaction-response', entry });
    };
    expect(await client.transaction([ENTRY, ENTRY])).toEqual([
      { reference: 'Device/1', created: false },
      { reference: 'RiskAssessment/7', created: true },
    ]);
    expect(seen[0]?.url).toBe('/fhir');
    expect(JSON.parse(seen[0]?.body ?? '')).toMatchObject({
      type: 'transaction',
      entry: [
        { request: { method: 'POST', url: 'RiskAssessment', ifNoneExist: 'identifier=a%7Cb' } },
        {},
      ],
    });
  });

  test('to a transaction without names is a write in doubt', async () => {
    handle = (_request, response) => {
      json(response, 200, { resourceType: 'Bundle', type: 'transaction-response' });
    };
    expect(await codeOf(client.transaction([ENTRY]))).toBe('destination-outcome-unknown');
  });

  test('by a page of HTML is no success', async () => {
    handle = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>please log in</html>');
    };
    expect(await codeOf(client.transaction([ENTRY]))).toBe('destination-outcome-unknown');
    expect(await codeOf(client.read('Observation/1'))).toBe('destination-away');
  });

  test('with 429 keeps the time it asks us to wait', async () => {
    handle = (_request, response) => {
      response.writeHead(429, { 'retry-after': '3' }).end();
    };
    const failure = await client.transaction([ENTRY]).catch(failureOf);
    expect(failure).toMatchObject({ code: 'destination-busy', retryAfterMs: 3_000 });
  });

  test('beyond the bound is cut off', async () => {
    handle = (_request, response) => {
      json(response, 200, { resourceType: 'Observation', text: 'x'.repeat(200_000) });
    };
    expect(await codeOf(client.read('Observation/1'))).toBe('message-too-large');
  });

  test('beyond the bound only when it is inflated is cut off as well', async () => {
    const large = JSON.stringify({ resourceType: 'Observation', text: 'x'.repeat(5_000_000) });
    const small = gzipSync(large);
    expect(small.length).toBeLessThan(10_000);
    handle = (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(small);
    };
    expect(await codeOf(client.read('Observation/1'))).toBe('message-too-large');
  });

  test('in gzip is read', async () => {
    handle = (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync(JSON.stringify({ resourceType: 'Observation', id: '1' })));
    };
    expect(await client.read('Observation/1')).toEqual({ resourceType: 'Observation', id: '1' });
  });

  test('leaves warnings out of what was found', async () => {
    handle = (_request, response) => {
      const entry = [
        { resource: { resourceType: 'Observation', id: '1' }, search: { mode: 'match' } },
        { resource: { resourceType: 'OperationOutcome' }, search: { mode: 'outcome' } },
      ];
      const link = [{ relation: 'next', url: `${client.baseUrl}?page=2` }];
      json(response, 200, { resourceType: 'Bundle', type: 'searchset', entry, link });
    };
    const page = await client.search('Observation', { _count: '1' });
    expect(page.resources.map(({ id }) => id)).toEqual(['1']);
    await client.nextPage(page.next ?? '');
    expect(seen[1]?.url).toBe('/fhir/?page=2');
  });
});

describe('no answer', () => {
  test('inside the bound is a time-out: a read is tried again, a write is in doubt', async () => {
    await client.close();
    client = open({ requestMsMax: 150 });
    handle = () => undefined;
    expect(await codeOf(client.read('Observation/1'))).toBe('destination-away');
    expect(await codeOf(client.transaction([ENTRY]))).toBe('destination-outcome-unknown');
  });

  test('to the end is a time-out as well', async () => {
    await client.close();
    client = open({ requestMsMax: 150 });
    handle = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/fhir+json' });
      response.write('{"resourceType":');
    };
    expect(await codeOf(client.transaction([ENTRY]))).toBe('destination-outcome-unknown');
  });

  test('but a reset leaves a write in doubt', async () => {
    handle = (request) => {
      request.socket.resetAndDestroy();
    };
    expect(await codeOf(client.transaction([ENTRY]))).toBe('destination-outcome-unknown');
  });

  test('where nobody listens leaves no doubt', async () => {
    const gone = await listen(() => undefined);
    const baseUrl = `${addressOf(gone)}/fhir`;
    await new Promise((resolve) => gone.close(resolve));
    await client.close();
    client = open({ baseUrl });
    expect(await codeOf(client.transaction([ENTRY]))).toBe('destination-away');
  });
});
