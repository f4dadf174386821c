import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { failureOf } from '../../core/failure.js';
import { createFhirClient } from './client.js';
import type { ClientTls } from './transport.js';

const hasOpenssl = ((): boolean => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** Without openssl on the machine there are no certificates to try. */
(hasOpenssl ? describe : describe.skip)('FHIR over TLS (needs openssl)', () => {
  let folder: string;
  let server: Server;
  let requests = 0;

  const pem = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const read = async (tls: ClientTls | null): Promise<string> => {
    const client = createFhirClient({
      baseUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`,
      alsoKnownAs: [],
      token: () => 'secret',
      tls,
      requestMsMax: 5_000,
      connectMsMax: 2_000,
      responseBytesMax: 10_000,
      connectionsMax: 2,
      now: Date.now,
    });
    try {
      const { id } = await client.read('Observation/1');
      return id ?? '';
    } catch (error) {
      return failureOf(error).code;
    } finally {
      await client.close();
    }
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'leadwire-fhir-tls-'));
    for (const name of ['server', 'client']) {
      const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
      const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
      const files = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.crt`)];
      const args = ['req', '-x509', ...key, ...files, '-days', '2', ...subject];
      execFileSync('openssl', args, { stdio: 'ignore' });
    }
    server = createServer(
      {
        cert: pem('server.crt'),
        key: pem('server.key'),
        ca: pem('client.crt'),
        requestCert: true,
        rejectUnauthorized: true,
      },
      (_request, response) => {
        requests += 1;
        response.end(JSON.stringify({ resourceType: 'Observation', id: '1' }));
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  test('shows our certificate to a server that asks for one', async () => {
    const ours = { ca: pem('server.crt'), cert: pem('client.crt'), key: pem('client.key') };
    expect(await read(ours)).toBe('1');
  });

  test('sends nothing to a server whose certificate we do not trust, nor without our own', async () => {
    const before = requests;
    expect(await read({ ca: null, cert: pem('client.crt'), key: pem('client.key') })).toBe(
      'destination-away',
    );
    expect(await read({ ca: pem('server.crt'), cert: null, key: null })).toBe('destination-away');
    expect(requests).toBe(before);
  });
});
