import { afterEach, describe, expect, test } from '@jest/globals';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { frame, Framer } from '../hl7v2/framer.js';
import { readHeader } from '../hl7v2/header.js';
import { createMllpClient, type MllpClient } from './client.js';

const message = (id: string): Uint8Array =>
  Buffer.from(`MSH|^~\\&|A|A|B|B|1||ORU^R01|${id}|P|2.5\rPID|1\r`);
const ack = (id: string, code = 'AA'): Uint8Array =>
  frame(Buffer.from(`MSH|^~\\&|B|B|A|A|1||ACK|R${id}|P|2.5\rMSA|${code}|${id}\r`));

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A receiver that does with each message what the test says. */
async function receiver(onMessage: (socket: Socket, id: string) => void) {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    const framer = new Framer();
    socket.on('data', (chunk) => {
      for (const event of framer.push(chunk)) {
        if (event.kind === 'frame') onMessage(socket, readHeader(event.bytes)?.field(10) ?? '');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}

function clientFor(port: number, timeoutMs = 2_000): MllpClient {
  const client = createMllpClient({ host: '127.0.0.1', port, timeoutMs });
  closers.push(() => {
    client.close();
  });
  return client;
}

describe('MLLP client', () => {
  test('sends one at a time over one connection and gives each its answer', async () => {
    let waiting = 0;
    const { port, sockets } = await receiver((socket, id) => {
      waiting += 1;
      expect(waiting).toBe(1);
      setImmediate(() => {
        waiting -= 1;
        socket.write(ack(id, id === '2' ? 'AE' : 'AA'));
      });
    });
    const client = clientFor(port);
    const answers = await Promise.all(['1', '2', '3'].map((id) => client.send(message(id))));
    expect(answers.map(({ code }) => code)).toEqual(['AA', 'AE', 'AA']);
    expect(sockets).toHaveLength(1);
  });

  test('an answer to another message is passed over', async () => {
    const { port } = await receiver((socket, id) => {
      socket.write(ack('other', 'AR'));
      socket.write(Buffer.from('noise'));
      socket.write(ack(id));
    });
    expect((await clientFor(port).send(message('7'))).code).toBe('AA');
  });

  test('an answer that does not come leaves the outcome unknown, and a new connection', async () => {
    const { port, sockets } = await receiver((socket, id) => {
      if (id !== 'lost') socket.write(ack(id));
    });
    const client = clientFor(port, 60);
    await expect(client.send(message('lost'))).rejects.toMatchObject({
      failure: { code: 'destination-outcome-unknown', class: 'ambiguous' },
    });
    expect((await client.send(message('next'))).code).toBe('AA');
    expect(sockets).toHaveLength(2);
  });

  test('a connection that breaks before the answer leaves the outcome unknown', async () => {
    const { port } = await receiver((socket) => socket.destroy());
    await expect(clientFor(port).send(message('1'))).rejects.toMatchObject({
      failure: { code: 'destination-outcome-unknown' },
    });
  });

  test('a receiver that is not there is away: nothing was sent', async () => {
    const { port, sockets } = await receiver(() => undefined);
    closers.splice(0).forEach((close) => {
      close();
    });
    expect(sockets).toHaveLength(0);
    await expect(clientFor(port).send(message('1'))).rejects.toMatchObject({
      failure: { code: 'destination-away', class: 'transient' },
    });
  });

  test('a connection that the receiver closed in between is made again', async () => {
    const { port, sockets } = await receiver((socket, id) => socket.end(ack(id)));
    const client = clientFor(port);
    expect((await client.send(message('1'))).code).toBe('AA');
    await new Promise((resolve) => sockets[0]?.once('close', resolve));
    expect((await client.send(message('2'))).code).toBe('AA');
    expect(sockets).toHaveLength(2);
  });
});
