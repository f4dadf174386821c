import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TroubleMaker, type Trouble } from '../../src/sandbox/ehr/trouble.js';

/** Stands before any FHIR server and spoils what passes, so that all meet the same trouble. */
export interface TroubleProxy {
  /** The FHIR base behind the proxy. */
  readonly url: string;
  trouble(trouble: Partial<Trouble>): void;
  /** The next so many writes wait for one another, and then go on in the same instant. */
  meet(writers: number): void;
  /** Resolves when the next write has reached the proxy. */
  nextWrite(): Promise<void>;
  /** Resolves when every write that reached the proxy has been passed on and answered. */
  settled(): Promise<void>;
  /** Writes that have reached the proxy so far. */
  writes(): number;
  refuse(): Promise<void>;
  accept(): Promise<void>;
  close(): Promise<void>;
}

interface Meeting {
  left: number;
  readonly released: Promise<void>;
  readonly release: () => void;
}

interface Relayed {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export async function openTroubleProxy(target: string): Promise<TroubleProxy> {
  const maker = new TroubleMaker();
  const upstream = new URL(target);
  let server: Server | null = null;
  let port = 0;
  let writes = 0;
  const underWay: Promise<void>[] = [];
  let announce: () => void = () => undefined;
  let meeting: Meeting = { left: 0, released: Promise.resolve(), release: () => undefined };

  const meet = async (): Promise<void> => {
    if (meeting.left === 0) return;
    meeting.left -= 1;
    if (meeting.left === 0) meeting.release();
    await meeting.released;
  };
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bytesOf(request);
    const url = request.url ?? '/';
    const isWrite = request.method !== 'GET' && !url.includes('/_search');
    const trouble = maker.next(isWrite ? 'write' : 'read');
    let passed: () => void = () => undefined;
    if (isWrite) {
      writes += 1;
      underWay.push(new Promise((resolve) => (passed = resolve)));
      announce();
    }
    await sleep(trouble.delayBeforeMs);
    if (spoils(trouble, 'before', trouble.status, response)) {
      passed();
      return;
    }
    if (isWrite) await meet();
    const relayed = await relay(request, upstream, url, body);
    passed();
    await sleep(trouble.delayAfterMs);
    if (spoils(trouble, 'after', trouble.statusAfter, response)) return;
    response.writeHead(relayed.status, {
      ...relayed.headers,
      'content-length': String(relayed.body.length),
    });
    response.end(relayed.body);
  };
  const accept = async (): Promise<void> => {
    const opened = createServer((request, response) => {
      take(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => opened.listen(port, '127.0.0.1', resolve));
    port = (opened.address() as AddressInfo).port;
    server = opened;
  };
  const refuse = async (): Promise<void> => {
    const opened = server;
    server = null;
    if (!opened) return;
    const closed = new Promise((resolve) => opened.close(resolve));
    opened.closeAllConnections();
    await closed;
  };
  await accept();
  return {
    url: `http://127.0.0.1:${port}${upstream.pathname}`,
    trouble: (trouble) => {
      maker.set(trouble);
    },
    meet: (writers) => {
      let release: () => void = () => undefined;
      const released = new Promise<void>((resolve) => (release = resolve));
      meeting = { left: writers, released, release };
    },
    nextWrite: () => new Promise<void>((resolve) => (announce = resolve)),
    settled: async () => {
      await Promise.all(underWay);
    },
    writes: () => writes,
    refuse,
    accept,
    close: refuse,
  };
}

function spoils(
  trouble: Trouble,
  when: 'before' | 'after',
  status: number,
  response: ServerResponse,
): boolean {
  if (trouble.reset === when) response.socket?.resetAndDestroy();
  else if (trouble.hang !== when && status === 0) return false;
  else if (trouble.hang !== when) {
    const seconds = trouble.retryAfterSeconds;
    response.writeHead(status, seconds === null ? {} : { 'retry-after': String(seconds) }).end();
  }
  return true;
}

function relay(
  request: IncomingMessage,
  upstream: URL,
  url: string,
  body: Buffer,
): Promise<Relayed> {
  return new Promise((resolve, reject) => {
    const headers = { ...request.headers, host: upstream.host, connection: 'close' };
    const sent = httpRequest(
      {
        host: upstream.hostname,
        port: upstream.port,
        method: request.method,
        path: url,
        headers,
        agent: false,
      },
      (answer) => {
        bytesOf(answer).then((bytes) => {
          const { 'content-encoding': encoding, 'content-type': type, location } = answer.headers;
          const headers = {
            ...(type === undefined ? {} : { 'content-type': type }),
            ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
            ...(location === undefined ? {} : { location }),
          };
          resolve({ status: answer.statusCode ?? 0, headers, body: bytes });
        }, reject);
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
