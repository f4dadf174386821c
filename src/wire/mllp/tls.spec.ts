import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectRaw } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { createMllpClient } from './client.js';
import type { MllpHandler } from './connection.js';
import { openMllpServer, type MllpEvent, type MllpServer } from './server.js';

const hasOpenssl = ((): boolean => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const ACK = Buffer.from('MSH|^~\\&|B|B|A|A|1||ACK|R1|P|2.5\rMSA|AA|M1\r');
const MESSAGE = Buffer.from('MSH|^~\\&|A|A|B|B|1||ORU^R01|M1|P|2.5\r');
const answering: MllpHandler = {
  message: () => Promise.resolve({ bytes: ACK }),
  tooLarge: () => Promise.resolve({ bytes: null }),
};

/** Without openssl on the machine there are no certificates to try. */
(hasOpenssl ? describe : describe.skip)('MLLP over TLS (needs openssl)', () => {
  let folder = '';
  const file = (name: string): string => join(folder, name);
  const servers: MllpServer[] = [];

  function certificate(name: string): void {
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
        ...['-keyout', file(`${name}.key`), '-out', file(`${name}.crt`), '-days', '2'],
        ...['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'],
      ],
      { stdio: 'ignore' },
    );
  }

  function use(name: string): void {
    copyFileSync(file(`${name}.key`), file('server.key'));
    copyFileSync(file(`${name}.crt`), file('server.crt'));
  }

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'leadwire-tls-'));
    for (const name of ['first', 'second', 'client', 'stranger']) certificate(name);
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close(200);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function opened(mutual = false) {
    use('first');
    const events: MllpEvent[] = [];
    const waiting: (() => void)[] = [];
    const server = await openMllpServer(
      {
        host: '127.0.0.1',
        port: 0,
        tls: {
          certFile: file('server.crt'),
          keyFile: file('server.key'),
          ...(mutual ? { caFile: file('client.crt'), requireClientCertificate: true } : {}),
        },
        certificateCheckMs: 20,
        report: (event) => {
          events.push(event);
          for (const wake of waiting.splice(0)) wake();
        },
      },
      answering,
    );
    servers.push(server);
    const event = async (): Promise<MllpEvent> => {
      while (events.length === 0) await new Promise<void>((wake) => waiting.push(wake));
      return events.shift() as MllpEvent;
    };
    return { server, event };
  }

  async function nameShown(server: MllpServer): Promise<string> {
    const socket: TLSSocket = connect({
      host: '127.0.0.1',
      port: server.port,
      rejectUnauthorized: false,
    });
    await once(socket, 'secureConnect');
    const { subject } = socket.getPeerCertificate();
    socket.destroy();
    return String(subject.CN);
  }

  const clientOf = (server: MllpServer, tls: Parameters<typeof createMllpClient>[0]['tls']) =>
    createMllpClient({ host: '127.0.0.1', port: server.port, timeoutMs: 2_000, tls: tls ?? null });

  test('a message is answered over TLS', async () => {
    const { server } = await opened();
    const client = clientOf(server, { caFile: file('first.crt') });
    expect((await client.send(MESSAGE)).code).toBe('AA');
    client.close();
  });

  test('a client that does not trust the certificate sends nothing', async () => {
    const { server } = await opened();
    const client = clientOf(server, { caFile: file('stranger.crt') });
    await expect(client.send(MESSAGE)).rejects.toMatchObject({
      failure: { code: 'destination-away' },
    });
    client.close();
  });

  test('with mutual TLS only a sender whose certificate is trusted gets in', async () => {
    const { server, event } = await opened(true);
    const of = (name: string) =>
      clientOf(server, {
        caFile: file('first.crt'),
        certFile: file(`${name}.crt`),
        keyFile: file(`${name}.key`),
      });
    const known = of('client');
    expect((await known.send(MESSAGE)).code).toBe('AA');
    known.close();
    const stranger = of('stranger');
    await expect(stranger.send(MESSAGE)).rejects.toThrow();
    expect(await event()).toMatchObject({ kind: 'connection-refused', why: 'handshake-failed' });
    const bare = clientOf(server, { caFile: file('first.crt') });
    await expect(bare.send(MESSAGE)).rejects.toThrow();
  });

  test('a plain sender on a TLS port is refused and harms nobody', async () => {
    const { server, event } = await opened();
    const plain = connectRaw({ host: '127.0.0.1', port: server.port });
    plain.on('error', () => undefined);
    plain.write(Buffer.concat([Buffer.of(0x0b), MESSAGE, Buffer.of(0x1c, 0x0d)]));
    expect(await event()).toMatchObject({ why: 'handshake-failed' });
    plain.destroy();
    expect(await nameShown(server)).toBe('first');
  });

  test('new certificate files are taken up without a restart, broken ones are not', async () => {
    const { server, event } = await opened();
    expect(await nameShown(server)).toBe('first');
    use('second');
    // The key and the certificate are two files: a look between the two writes sees a mismatch.
    while ((await event()).kind !== 'certificate-reloaded');
    expect(await nameShown(server)).toBe('second');
    writeFileSync(file('server.crt'), readFileSync(file('stranger.crt')));
    while ((await event()).kind !== 'certificate-reload-failed');
    expect(await nameShown(server)).toBe('second');
  });

  test('a certificate that cannot be used keeps the door from opening', async () => {
    use('first');
    writeFileSync(file('server.key'), 'no key');
    const tls = { certFile: file('server.crt'), keyFile: file('server.key') };
    await expect(openMllpServer({ host: '127.0.0.1', port: 0, tls }, answering)).rejects.toThrow();
  });
});
