import { Client, type RequestOptions } from 'fhir-kit-client';
import { fail, FailureError } from '../../core/failure.js';
import { pageOf, unnamed, writtenEntry, type SearchPage } from './answers.js';
import { parseCapabilities, type Capabilities } from './capabilities.js';
import type { Credentials } from './credentials.js';
import { faultOfAnswer, faultOfError, type Intent } from './faults.js';
import { AnswerError, Transport, type Answer, type TransportOptions } from './transport.js';
import { localReference, parseReference, withinServer, writtenReference } from './reference.js';
import {
  asList,
  asResource,
  asText,
  type FhirResource,
  toTransactionBundle,
  type TransactionEntry,
  type Written,
} from './resource.js';

/**
 * The one place where fhir-kit-client is used. It builds requests and parses answers; everything it
 * leaves open is closed here: bounds on time and size, failures as a closed list, no redirects, and
 * no request to anywhere but the one server, whatever a reference or a `next` link says.
 */
export interface FhirClient {
  readonly baseUrl: string;
  /** A resource by `Type/id`, by version, or by an address of this server's own. */
  read(reference: string): Promise<FhirResource>;
  search(type: string, query: SearchQuery): Promise<SearchPage>;
  /** The page after one that was answered with `next`. */
  nextPage(next: string): Promise<SearchPage>;
  create(resource: FhirResource, ifNoneExist: string | null): Promise<Written>;
  /** With a version only where that is still the newest: another's word is not written over. */
  update(resource: FhirResource, ifVersion?: string | null): Promise<void>;
  /** An update that can be done without: `updates-not-taken` where the server refuses any. */
  change(resource: FhirResource, ifVersion: string | null): Promise<void>;
  remove(reference: string): Promise<void>;
  /** All entries or none; one answer an entry, in their order. */
  transaction(entries: readonly TransactionEntry[]): Promise<readonly Written[]>;
  capabilities(): Promise<Capabilities>;
  /** A read-only operation on one resource, such as `$status`. */
  invoke(reference: string, operation: string, query: SearchQuery): Promise<FhirResource>;
  close(): Promise<void>;
}

export type SearchQuery = Readonly<Record<string, string | readonly string[]>>;

export interface FhirClientOptions extends TransportOptions {
  readonly baseUrl: string;
  /** Other names under which this server speaks of itself, as behind a proxy. Never requested. */
  readonly alsoKnownAs: readonly string[];
  /** Asked before every request; null sends none. */
  readonly token: Credentials['token'];
  /** Bearer where not given. */
  readonly scheme?: Credentials['scheme'];
  readonly refused?: Credentials['refused'];
  /** Longest time from the first byte of a request to the last of its answer. */
  readonly requestMsMax: number;
  readonly now: () => number;
}

export const CONNECT_MS_MAX = 5_000;
export const RESPONSE_BYTES_MAX = 32 * 1_048_576;
export const CONNECTIONS_MAX = 16;
/** Search parameters that hold a patient's number go in the body, out of everybody's access logs. */
const PRIVATE_PARAMETERS = ['identifier', 'patient', 'subject', 'name', 'birthdate'];
/** A search that is answered from a cache would miss what we came to look for. */
const NOT_CACHED = { 'cache-control': 'no-cache' };
/** What we wrote we know: the answer need not repeat it. */
const MINIMAL = { prefer: 'return=minimal' };

const BINARY = /\/Binary\/[A-Za-z0-9.-]{1,64}$/;

type KitAnswer = Awaited<ReturnType<Client['read']>>;
type HeaderFields = Record<string, string>;
interface Call {
  readonly headers: HeaderFields;
}

export type { SearchPage };

export function createFhirClient(options: FhirClientOptions): FhirClient {
  return new KitClient(options);
}

class KitClient implements FhirClient {
  readonly baseUrl: string;
  readonly #kit: Client;
  readonly #transport: Transport;
  readonly #names: readonly string[];
  /** What came with a body, for the few who ask. */
  readonly #answers = new WeakMap<object, Answer>();

  constructor(private readonly options: FhirClientOptions) {
    this.baseUrl = options.baseUrl.replace(/\/+$/, '');
    this.#names = [this.baseUrl, ...options.alsoKnownAs];
    this.#transport = new Transport(options);
    this.#kit = new Client({ baseUrl: this.baseUrl });
    // The kit builds every request and hands it over here; its own way out is never taken.
    this.#kit.httpClient.request = (method, url, more, body) =>
      this.#send(method, this.#kit.httpClient.expandUrl(url), more, body);
  }

  async read(reference: string): Promise<FhirResource> {
    const local = localReference(reference, this.#names);
    if (!local) throw fail('pointer-not-followed', 'the reference leaves the FHIR server');
    const { type: resourceType, id, version } = local;
    const answer = await this.#call('read', {}, (options) =>
      version === null
        ? this.#kit.read({ resourceType, id, options })
        : this.#kit.vread({ resourceType, id, version, options }),
    );
    const resource = asResource(answer);
    if (resource?.resourceType !== resourceType) {
      throw fail('destination-away', 'the server answered a read with something else');
    }
    return resource;
  }

  async search(type: string, query: SearchQuery): Promise<SearchPage> {
    const searchParams = Object.fromEntries(
      Object.entries(query).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : [...value],
      ]),
    );
    const postSearch = Object.keys(query).some((name) => PRIVATE_PARAMETERS.includes(name));
    const answer = await this.#call('read', NOT_CACHED, (options) =>
      this.#kit.search({ resourceType: type, searchParams, options: { ...options, postSearch } }),
    );
    return this.#pageOf(answer);
  }

  async nextPage(next: string): Promise<SearchPage> {
    const path = withinServer(next, this.#names);
    if (path === null) throw fail('pointer-not-followed', 'the next page is on another server');
    return this.#pageOf(
      await this.#call('read', NOT_CACHED, (options) => this.#kit.request(path, { options })),
    );
  }

  async create(resource: FhirResource, ifNoneExist: string | null): Promise<Written> {
    const headers = { ...MINIMAL, ...(ifNoneExist ? { 'if-none-exist': ifNoneExist } : {}) };
    const answer = await this.#call('write', headers, (options) =>
      this.#kit.create({ resourceType: resource.resourceType, body: { ...resource }, options }),
    );
    const { status, location } = this.#answers.get(answer) ?? { status: 0, location: null };
    const id = asText(answer['id']);
    // Many servers answer a create with an empty body: the id is then in the Location alone.
    const reference =
      writtenReference(location) ?? (id === null ? null : `${resource.resourceType}/${id}`);
    if (reference === null) throw unnamed();
    return { reference, created: status === 201 };
  }

  update(resource: FhirResource, ifVersion: string | null = null): Promise<void> {
    return this.#update(resource, ifVersion, 'write');
  }

  change(resource: FhirResource, ifVersion: string | null): Promise<void> {
    return this.#update(resource, ifVersion, 'change');
  }

  async #update(resource: FhirResource, ifVersion: string | null, intent: Intent): Promise<void> {
    const { resourceType, id } = resource;
    if (id === undefined) throw new RangeError('an update needs an id');
    const headers = ifVersion === null ? MINIMAL : { ...MINIMAL, 'if-match': `W/"${ifVersion}"` };
    await this.#call(intent, headers, (options) =>
      this.#kit.update({ resourceType, id, body: { ...resource }, options }),
    );
  }

  async remove(reference: string): Promise<void> {
    const local = parseReference(reference);
    if (!local) throw fail('pointer-not-followed', 'the reference leaves the FHIR server');
    await this.#call('write', {}, (options) =>
      this.#kit.delete({ resourceType: local.type, id: local.id, options }),
    );
  }

  async transaction(entries: readonly TransactionEntry[]): Promise<readonly Written[]> {
    const body = toTransactionBundle(entries);
    const headers = { ...MINIMAL, 'content-type': 'application/fhir+json' };
    const answer = await this.#call('write', headers, (options) =>
      // To the base exactly: the kit's own transaction() adds a slash that not every server takes.
      this.#kit.request(this.baseUrl, { method: 'POST', body, options }),
    );
    const written = asList(answer['entry']).map(writtenEntry);
    if (written.length !== entries.length) throw unnamed();
    return written;
  }

  async capabilities(): Promise<Capabilities> {
    const answer = await this.#call('read', {}, (options) =>
      this.#kit.capabilityStatement(options),
    );
    const capabilities = parseCapabilities(answer);
    if (!capabilities)
      throw fail('destination-away', 'the server describes itself in no way known');
    return capabilities;
  }

  async invoke(reference: string, operation: string, query: SearchQuery): Promise<FhirResource> {
    const local = parseReference(reference);
    if (!local) throw fail('pointer-not-followed', 'the reference leaves the FHIR server');
    const parameters = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    ).toString();
    const path = `${local.type}/${local.id}/${operation}${parameters && `?${parameters}`}`;
    const answer = await this.#call('read', NOT_CACHED, (options) =>
      this.#kit.request(path, { options }),
    );
    const resource = asResource(answer);
    if (!resource) throw fail('destination-refused', 'the operation answered with no resource');
    return resource;
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  /** Every request passes here: the token, the clock, and the failure's name. */
  async #call(
    intent: Intent,
    headers: HeaderFields,
    send: (call: Call) => Promise<KitAnswer>,
  ): Promise<KitAnswer> {
    const { scheme = 'Bearer', now } = this.options;
    for (let isSecondTry = false; ; isSecondTry = true) {
      const token = await this.options.token();
      const authorization: HeaderFields =
        token === null ? {} : { authorization: `${scheme} ${token}` };
      try {
        return await send({ headers: { ...headers, ...authorization } });
      } catch (error) {
        if (!isSecondTry && this.#mayRenew(error, token)) continue;
        throw new FailureError(
          error instanceof AnswerError
            ? faultOfAnswer(error.fault, intent, now())
            : faultOfError(error, intent),
        );
      }
    }
  }

  #pageOf(answer: KitAnswer): SearchPage {
    return { ...pageOf(answer), serverMs: this.#answers.get(answer)?.serverMs ?? null };
  }

  /** A 401 means that nothing was looked at, so a write may be sent again under a new token. */
  #mayRenew(error: unknown, token: string | null): boolean {
    if (!(error instanceof AnswerError) || error.fault.status !== 401 || token === null)
      return false;
    return this.options.refused?.(token) ?? false;
  }

  async #send(
    method: string,
    url: string,
    more: RequestOptions = {},
    body?: unknown,
  ): Promise<KitAnswer> {
    const answer = await this.#transport.send({
      method,
      url,
      headers: { accept: 'application/fhir+json', ...more.headers },
      body: body === undefined || typeof body === 'string' ? (body ?? null) : JSON.stringify(body),
      signal: AbortSignal.timeout(this.options.requestMsMax),
      // Asked for a Binary as JSON, many a server answers with the file itself.
      takes: BINARY.test(url) ? 'any' : 'json',
    });
    this.#answers.set(answer.body, answer);
    return answer.body as KitAnswer;
  }
}
