import { afterEach } from '@jest/globals';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { frame } from '../../src/wire/hl7v2/framer.js';
import type { MllpHandler } from '../../src/wire/mllp/connection.js';
import {
  openMllpServer,
  type MllpEvent,
  type MllpServer,
  type MllpServerOptions,
} from '../../src/wire/mllp/server.js';

export const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');
export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
export const framed = (text: string): Uint8Array => frame(bytesOf(text));

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

export const echo: MllpHandler = {
  message: (bytes) => Promise.resolve({ bytes: bytesOf(`ACK ${textOf(bytes)}`) }),
  tooLarge: (head, byteCount) =>
    Promise.resolve({ bytes: bytesOf(`TOO LARGE ${byteCount} ${textOf(head).slice(0, 3)}`) }),
};

export async function opened(handler = echo, options: Partial<MllpServerOptions> = {}) {
  const events: MllpEvent[] = [];
  const waiting: (() => void)[] = [];
  const server: MllpServer = await openMllpServer(
    {
      host: '127.0.0.1',
      port: 0,
      ...options,
      report: (event) => {
        events.push(event);
        for (const wake of waiting.splice(0)) wake();
      },
    },
    handler,
  );
  closers.push(() => server.close(200));
  const event = async (): Promise<MllpEvent> => {
    while (events.length === 0) await new Promise<void>((wake) => waiting.push(wake));
    return events.shift() as MllpEvent;
  };
  return { server, event };
}

/** A raw sender, which may do what no well-behaved one does. */
export class Sender {
  #received = '';
  #waiting: (() => void)[] = [];
  constructor(readonly socket: Socket) {
    socket.on('data', (chunk) => {
      this.#received += textOf(chunk);
      this.#wake();
    });
    socket.on('close', () => {
      this.#wake();
    });
    socket.on('error', () => undefined);
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** The next answer, or `closed`. */
  async answer(): Promise<string> {
    for (;;) {
      const end = this.#received.indexOf('\x1c\r');
      if (end >= 0) {
        const answer = this.#received.slice(1, end);
        this.#received = this.#received.slice(end + 2);
        return answer;
      }
      if (this.socket.destroyed) return 'closed';
      await new Promise<void>((wake) => this.#waiting.push(wake));
    }
  }
}

export async function sender(server: MllpServer): Promise<Sender> {
  const socket = connect({ host: '127.0.0.1', port: server.port });
  const made = new Sender(socket);
  await once(socket, 'connect');
  closers.push(() => {
    socket.destroy();
  });
  return made;
}
