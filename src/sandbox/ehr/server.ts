import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { outcomeOf, Problem } from './problem.js';
import { answer, type FhirAnswer } from './routes.js';
import { EhrStore } from './store.js';
import { Subscriptions } from './subscriptions.js';
import { parseTrouble, TroubleMaker, type Trouble } from './trouble.js';

export interface SandboxEhrOptions {
  /** 0 takes a free one. */
  readonly port?: number;
  /** Bearer token that every FHIR request must carry; unset asks for none. */
  readonly token?: string;
  /** False plays a server that takes no transactions. */
  readonly transactions?: boolean;
  /** True refuses what refers to a resource that is not there, as many servers do. */
  readonly referentialIntegrity?: boolean;
}

export interface SandboxEhr {
  /** The FHIR base. */
  readonly url: string;
  readonly port: number;
  readonly store: EhrStore;
  /** In force from the next request on; replaces the trouble before it. */
  trouble(trouble: Partial<Trouble>): void;
  /** Tears down every connection and refuses new ones, until the time is over or `accept`. */
  refuse(forMs?: number): Promise<void>;
  accept(): Promise<void>;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const BODY_BYTES_MAX = 64 * 1_048_576;
const LISTEN_AGAIN_MS = 20;

/** A small FHIR R4 server over real HTTP: the EHR of the demo and of the tests. */
export async function startSandboxEhr(options: SandboxEhrOptions = {}): Promise<SandboxEhr> {
  const ehr = new Ehr(options);
  if (!(await ehr.listen())) throw new Error(`port ${String(options.port)} is taken`);
  return ehr;
}

class Ehr implements SandboxEhr {
  readonly store = new EhrStore();
  readonly #maker = new TroubleMaker();
  readonly #subscriptions = new Subscriptions(this.store);
  #server: Server | null = null;
  #port: number;

  constructor(private readonly options: SandboxEhrOptions) {
    this.#port = options.port ?? 0;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://${HOST}:${this.#port}/fhir`;
  }

  trouble(trouble: Partial<Trouble>): void {
    this.#maker.set(trouble);
  }

  async accept(): Promise<void> {
    // Our own port, a moment ago: its last connection may still be on its way down.
    while (!this.#server && !(await this.listen())) await sleep(LISTEN_AGAIN_MS);
  }

  async listen(): Promise<boolean> {
    const server = createServer((request, response) => {
      void this.#take(request, response);
    });
    if (!(await listens(server, this.#port))) return false;
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    return true;
  }

  async refuse(forMs?: number): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server) {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    }
    if (forMs !== undefined) void sleep(forMs).then(() => this.accept());
  }

  async close(): Promise<void> {
    this.#subscriptions.stop();
    await this.refuse();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = new URL(request.url ?? '/', `http://${HOST}`);
      const body = await bodyOf(request);
      if (url.pathname.startsWith('/_sandbox/')) this.#control(request, url, body, response);
      else await this.#fhir(request, url, body, response);
    } catch (error) {
      const problem =
        error instanceof Problem
          ? error
          : new Problem(500, 'exception', 'the sandbox has a defect');
      write(response, { status: problem.status, headers: {}, body: outcomeOf(problem) });
    }
  }

  async #fhir(
    request: IncomingMessage,
    url: URL,
    body: string,
    response: ServerResponse,
  ): Promise<void> {
    const method = request.method ?? '';
    const path = url.pathname.replace(/^\/fhir\/?/, '');
    if (!/^\/fhir(\/|$)/.test(url.pathname)) throw new Problem(404, 'not-found', 'nothing here');
    const { token, transactions = true, referentialIntegrity = false } = this.options;
    if (token !== undefined && path !== 'metadata') {
      if (request.headers.authorization !== `Bearer ${token}`) {
        throw new Problem(401, 'login', 'a bearer token is needed');
      }
    }
    const isRead = method === 'GET' || path.endsWith('/_search');
    const trouble = this.#maker.next(isRead ? 'read' : 'write');
    await sleep(trouble.delayBeforeMs);
    if (hasTrouble(trouble, 'before', trouble.status, response)) return;
    const done = await answer(
      this.store,
      {
        method,
        path,
        query: url.searchParams,
        ifNoneExist: headerOf(request, 'if-none-exist'),
        body,
      },
      { baseUrl: this.url, transactions, referentialIntegrity, racyMs: trouble.racyMs },
    );
    await sleep(trouble.delayAfterMs);
    if (!hasTrouble(trouble, 'after', trouble.statusAfter, response)) write(response, done);
  }

  #control(request: IncomingMessage, url: URL, body: string, response: ServerResponse): void {
    const type = url.searchParams.get('type') ?? '';
    if (url.pathname === '/_sandbox/count') {
      write(response, { status: 200, headers: {}, body: { count: this.store.all(type).length } });
    } else if (url.pathname === '/_sandbox/standing') {
      write(response, { status: 200, headers: {}, body: standing(this.store, type) });
    } else if (url.pathname === '/_sandbox/trouble' && request.method === 'POST') {
      this.trouble(parseTrouble(JSON.parse(body)));
      write(response, { status: 204, headers: {}, body: null });
    } else if (url.pathname === '/_sandbox/refuse' && request.method === 'POST') {
      write(response, { status: 204, headers: {}, body: null });
      response.once('finish', () => void this.refuse(Number(url.searchParams.get('ms') ?? 1_000)));
    } else throw new Problem(404, 'not-found', 'nothing here');
  }
}

/** How many resources that are not withdrawn carry each identifier: more than one is a double. */
function standing(store: EhrStore, type: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const one of store.all(type)) {
    if (one['status'] === 'entered-in-error') continue;
    for (const identifier of (one['identifier'] ?? []) as { system?: string; value?: string }[]) {
      const key = `${identifier.system ?? ''}|${identifier.value ?? ''}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
  }
  return counts;
}

/** True when the answer has been taken away from the asker. */
function hasTrouble(
  trouble: Trouble,
  when: 'before' | 'after',
  status: number,
  response: ServerResponse,
): boolean {
  if (trouble.reset === when) {
    response.socket?.resetAndDestroy();
    return true;
  }
  if (trouble.hang === when) return true;
  if (status === 0) return false;
  const seconds = trouble.retryAfterSeconds;
  const problem = new Problem(status, 'transient', 'trouble was asked for');
  write(response, {
    status,
    headers: seconds === null ? {} : { 'retry-after': String(seconds) },
    body: outcomeOf(problem),
  });
  return true;
}

function write(response: ServerResponse, { status, headers, body }: FhirAnswer): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/fhir+json', ...headers });
  response.end(body === null ? undefined : JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > BODY_BYTES_MAX) throw new Problem(413, 'too-long', 'the body is too large');
  }
  return Buffer.concat(chunks).toString('utf8');
}

function headerOf(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}

function listens(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, HOST, () => {
      resolve(true);
    });
  });
}
