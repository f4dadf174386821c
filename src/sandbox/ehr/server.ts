import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { accessOf, type Allow } from './access.js';
import { capabilityStatement } from './capabilities.js';
import { control } from './control.js';
import { bodyOf, headerOf, isSpoilt, listens, write, writeProblem } from './http.js';
import { openInbox, type Hl7Inbox } from './inbox.js';
import { Problem } from './problem.js';
import { answer, type FhirRequest } from './routes.js';
import { SmartServer, smartConfiguration, TOKEN_SECONDS, type RegisteredClient } from './smart.js';
import { EhrStore } from './store.js';
import { Subscriptions } from './subscriptions.js';
import { topicsOf } from './topics.js';
import { TroubleMaker, type Meets, type Trouble } from './trouble.js';
import { openValidator, type Validation, type Validator } from './validate.js';

export interface SandboxEhrOptions {
  /** 0 takes a free one. */
  readonly port?: number;
  /** Bearer token that every FHIR request must carry; unset asks for none. */
  readonly token?: string;
  /** Back ends that may ask for tokens; with one, requests need a token. */
  readonly clients?: readonly RegisteredClient[];
  readonly tokenSeconds?: number;
  /** False plays a server that takes no transactions. */
  readonly transactions?: boolean;
  /** Types of which it takes new resources; all where not given. */
  readonly creates?: readonly string[];
  /** Types of which it takes changes; all where not given. */
  readonly updates?: readonly string[];
  /** True refuses what refers to a resource that is not there, as many servers do. */
  readonly referentialIntegrity?: boolean;
  /** What is looked at before a resource is stored; `rules` where not given. */
  readonly validation?: Validation;
  /** Port of the HL7 v2 inbox, 0 for a free one; unset opens none. */
  readonly inboxPort?: number;
}

export interface SandboxEhr {
  /** The FHIR base. */
  readonly url: string;
  readonly port: number;
  readonly tokenUrl: string;
  readonly store: EhrStore;
  readonly inbox: Hl7Inbox | null;
  register(client: RegisteredClient): void;
  /** In force from the next request on; replaces the trouble before it. */
  trouble(trouble: Partial<Trouble>): void;
  /** Tears down every connection and refuses new ones, until the time is over or `accept`. */
  refuse(forMs?: number): Promise<void>;
  accept(): Promise<void>;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const LISTEN_AGAIN_MS = 20;
const OPEN_PATHS = ['metadata', '.well-known/smart-configuration'];

/** A small FHIR R4 server over real HTTP: the EHR of the demo and of the tests. */
export async function startSandboxEhr(options: SandboxEhrOptions = {}): Promise<SandboxEhr> {
  const ehr = new Ehr(options, await openValidator(options.validation ?? 'rules'));
  if (!(await ehr.open())) throw new Error(`port ${String(options.port)} is taken`);
  return ehr;
}

class Ehr implements SandboxEhr {
  readonly store = new EhrStore();
  readonly #maker = new TroubleMaker();
  readonly #subscriptions = new Subscriptions(this.store, this.#maker, () => this.url);
  readonly #smart: SmartServer;
  #inbox: Hl7Inbox | null = null;
  #server: Server | null = null;
  #port: number;

  constructor(
    private readonly options: SandboxEhrOptions,
    private readonly validate: Validator,
  ) {
    this.#port = options.port ?? 0;
    this.#smart = new SmartServer(options.tokenSeconds ?? TOKEN_SECONDS);
    for (const client of options.clients ?? []) this.#smart.register(client);
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://${HOST}:${this.#port}/fhir`;
  }

  get tokenUrl(): string {
    return `http://${HOST}:${this.#port}/auth/token`;
  }

  get inbox(): Hl7Inbox | null {
    return this.#inbox;
  }

  register(client: RegisteredClient): void {
    this.#smart.register(client);
  }

  trouble(trouble: Partial<Trouble>): void {
    this.#maker.set(trouble);
    if (trouble.turnOffSubscriptions) this.#subscriptions.turnOffAll();
  }

  async open(): Promise<boolean> {
    if (!(await this.#listen())) return false;
    const { inboxPort } = this.options;
    if (inboxPort !== undefined) this.#inbox = await openInbox(inboxPort, this.#maker);
    return true;
  }

  async accept(): Promise<void> {
    // Our own port, a moment ago: its last connection may still be on its way down.
    while (!this.#server && !(await this.#listen())) await sleep(LISTEN_AGAIN_MS);
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
    await this.#inbox?.close();
    await this.refuse();
  }

  async #listen(): Promise<boolean> {
    const server = createServer((request, response) => {
      void this.#take(request, response);
    });
    if (!(await listens(server, this.#port, HOST))) return false;
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    return true;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = new URL(request.url ?? '/', `http://${HOST}`);
      const body = await bodyOf(request);
      const [, room = ''] = url.pathname.split('/');
      if (room === 'fhir') await this.#fhir(request, url, body, response);
      else if (url.pathname === '/auth/token') await this.#token(request, body, response);
      else if (room === 'sandbox') this.#control(request, url, body, response);
      else throw new Problem(404, 'not-found', 'nothing here');
    } catch (error) {
      writeProblem(response, error);
    }
  }

  #control(request: IncomingMessage, url: URL, body: string, response: ServerResponse): void {
    const done = control(request.method ?? '', url, body, {
      store: this.store,
      maker: this.#maker,
      smart: this.#smart,
      inbox: () => this.#inbox,
      trouble: (trouble) => {
        this.trouble(trouble);
      },
      refuse: (forMs) => response.once('finish', () => void this.refuse(forMs)),
    });
    write(response, done);
  }

  async #token(request: IncomingMessage, body: string, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') throw new Problem(405, 'not-supported', 'POST a form');
    await this.#troubled('token', response, async () => {
      const { status, body: answered } = await this.#smart.grant(
        new URLSearchParams(body),
        this.tokenUrl,
      );
      const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
      return { status, headers, body: answered };
    });
  }

  async #fhir(
    request: IncomingMessage,
    url: URL,
    body: string,
    response: ServerResponse,
  ): Promise<void> {
    const path = url.pathname.replace(/^\/fhir\/?/, '');
    if (request.method === 'GET' && OPEN_PATHS.includes(path)) {
      write(response, { status: 200, headers: {}, body: this.#described(path) });
      return;
    }
    const { token, transactions = true, referentialIntegrity = false, updates } = this.options;
    const access = accessOf(headerOf(request, 'authorization'), token, this.#smart);
    const allow: Allow = (type, action) => {
      access(type, action);
      if (action === 'u' && updates?.includes(type) === false) {
        throw new Problem(405, 'not-supported', `this server takes no changes of a ${type}`);
      }
    };
    const asked: FhirRequest = {
      method: request.method ?? '',
      path,
      query: url.searchParams,
      ifNoneExist: headerOf(request, 'if-none-exist'),
      ifMatch: headerOf(request, 'if-match'),
      prefer: headerOf(request, 'prefer'),
      body,
    };
    const isRead = asked.method === 'GET' || path.endsWith('/_search');
    await this.#troubled(isRead ? 'read' : 'write', response, ({ racyMs }) =>
      answer(asked, {
        store: this.store,
        subscriptions: this.#subscriptions,
        baseUrl: this.url,
        transactions,
        gate: { validate: this.#check, allow, referentialIntegrity },
        racyMs,
      }),
    );
  }

  readonly #check: Validator = (resource) => {
    this.validate(resource);
    const { resourceType: type } = resource;
    if (this.options.creates && !this.options.creates.includes(type)) {
      throw new Problem(422, 'not-supported', `this server takes no ${type}`, ['resourceType']);
    }
    if (resource.resourceType === 'Subscription') this.#subscriptions.check(resource);
  };

  #described(path: string): unknown {
    if (path !== 'metadata') return smartConfiguration(this.tokenUrl);
    return capabilityStatement({
      baseUrl: this.url,
      transactions: this.options.transactions ?? true,
      tokenUrl: this.#smart.isInUse ? this.tokenUrl : null,
      needsToken: this.#smart.isInUse || this.options.token !== undefined,
      topics: topicsOf(this.store).map(({ url }) => url),
      creates: this.options.creates ?? null,
      updates: this.options.updates ?? null,
    });
  }

  /** Does the work under the trouble in force, which may keep it from being done or told. */
  async #troubled(
    what: Meets,
    response: ServerResponse,
    work: (trouble: Trouble) => Promise<Parameters<typeof write>[1]>,
  ): Promise<void> {
    const trouble = this.#maker.next(what);
    await sleep(trouble.delayBeforeMs);
    if (isSpoilt(trouble, 'before', trouble.status, response)) return;
    const done = await work(trouble);
    await sleep(trouble.delayAfterMs);
    if (!isSpoilt(trouble, 'after', trouble.statusAfter, response)) write(response, done);
  }
}
