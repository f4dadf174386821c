import { setTimeout as sleep } from 'node:timers/promises';
import { asRecord, asText } from '../../wire/fhir/resource.js';
import { parseJson, type HttpAnswer } from './http.js';
import { outcomeOf, Problem } from './problem.js';
import { RESOURCE_TYPES } from './resource-types.js';
import type { Action } from './scopes.js';
import { parseQuery, type Kept } from './search.js';
import { isDeleted, type Content, type EhrStore, type Version } from './store.js';
import { eventsBundle, operationParameters, statusBundle } from './subscription-operations.js';
import type { Subscriptions } from './subscriptions.js';
import {
  apply,
  checkReferences,
  contentOf,
  entriesOf,
  plan,
  responseTo,
  type Gate,
} from './transaction.js';

export interface FhirRequest {
  readonly method: string;
  /** Below the base, without its leading slash. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly ifNoneExist: string | null;
  readonly ifMatch: string | null;
  readonly prefer: string | null;
  readonly body: string;
}

export interface Desk {
  readonly store: EhrStore;
  readonly subscriptions: Subscriptions;
  readonly baseUrl: string;
  readonly transactions: boolean;
  readonly gate: Gate;
  readonly racyMs: number;
}

/** The FHIR interactions that the sandbox plays, below the base and its metadata. */
export async function answer(request: FhirRequest, desk: Desk): Promise<HttpAnswer> {
  const { method, path } = request;
  const [type = '', id = '', third = '', versionId = ''] = path.split('/');
  if (type === '' && method === 'POST') return takeBundle(request, desk);
  if (!RESOURCE_TYPES.has(type)) throw new Problem(404, 'not-supported', 'no such resource type');
  const allow = (action: Action): void => {
    desk.gate.allow(type, action);
  };
  if (type === 'Subscription' && (id.startsWith('$') || third.startsWith('$'))) {
    allow('r');
    return operate(request, desk, id, third);
  }
  if (id === '' || id === '_search') return onType(request, desk, type, id);
  if (method === 'GET' && third === '_history') {
    allow('r');
    return versionId === ''
      ? ok(historyBundle(desk.store.history(type, id), desk.baseUrl))
      : read(desk.store.version(type, id, versionId));
  }
  if (third !== '') throw new Problem(404, 'not-supported', 'nothing here');
  switch (method) {
    case 'GET':
      allow('r');
      return read(desk.store.read(type, id));
    case 'PUT':
      allow('u');
      return update(request, desk, type, id);
    case 'DELETE':
      allow('d');
      desk.store.remove(type, id);
      return { status: 204, headers: {}, body: null };
    default:
      throw new Problem(405, 'not-supported', 'this method is not known here');
  }
}

function ok(body: unknown): HttpAnswer {
  return { status: 200, headers: {}, body };
}

function read(kept: Kept): HttpAnswer {
  return { status: 200, headers: { etag: `W/"${kept.meta.versionId}"` }, body: kept };
}

async function onType(
  request: FhirRequest,
  desk: Desk,
  type: string,
  id: string,
): Promise<HttpAnswer> {
  const { method } = request;
  if (method === 'GET' && id === '') {
    desk.gate.allow(type, 's');
    return searched(desk, type, request.query);
  }
  if (method === 'POST' && id === '_search') {
    desk.gate.allow(type, 's');
    const parameters = new URLSearchParams(request.query);
    for (const [name, value] of new URLSearchParams(request.body)) parameters.append(name, value);
    return searched(desk, type, parameters);
  }
  if (method !== 'POST') throw new Problem(405, 'not-supported', 'this method is not known here');
  desk.gate.allow(type, 'c');
  return create(request, desk, type);
}

function operate(request: FhirRequest, desk: Desk, id: string, third: string): HttpAnswer {
  const { store, subscriptions } = desk;
  const body = request.body === '' ? null : parseJson(request.body);
  const parameters = operationParameters(request.query, body);
  if (id === '$status') return ok(statusBundle(store, subscriptions, parameters.getAll('id')));
  if (third === '$status') return ok(statusBundle(store, subscriptions, [id]));
  if (third !== '$events') throw new Problem(404, 'not-supported', 'no such operation');
  return ok(eventsBundle(store.read('Subscription', id), subscriptions, parameters));
}

async function takeBundle(request: FhirRequest, desk: Desk): Promise<HttpAnswer> {
  const bundle = parseContent(request.body, 'Bundle');
  const entries = entriesOf(bundle);
  switch (bundle['type']) {
    case 'transaction': {
      if (!desk.transactions) throw new Problem(405, 'not-supported', 'no transactions here');
      const steps = plan(desk.store, entries, desk.gate);
      if (desk.racyMs > 0) await sleep(desk.racyMs);
      return ok(apply(desk.store, steps));
    }
    case 'batch':
      return ok({
        resourceType: 'Bundle',
        type: 'batch-response',
        entry: entries.map((entry) => ({ response: responseToOne(entry, desk) })),
      });
    default:
      throw new Problem(400, 'invalid', 'the base takes transactions and batches only');
  }
}

/** Each entry of a batch stands or falls alone. */
function responseToOne(entry: unknown, desk: Desk): Readonly<Record<string, unknown>> {
  try {
    const [step] = plan(desk.store, [entry], desk.gate);
    if (!step) throw new Problem(400, 'invalid', 'the entry is empty');
    return responseTo(desk.store, step);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { status: String(error.status), outcome: outcomeOf(error) };
  }
}

async function create(request: FhirRequest, desk: Desk, type: string): Promise<HttpAnswer> {
  const { store, gate, racyMs } = desk;
  const content = parseContent(request.body, type);
  const standing = request.ifNoneExist === null ? null : store.theOne(type, request.ifNoneExist);
  if (standing) return written(200, standing, request, desk);
  if (gate.referentialIntegrity) checkReferences(content, store, new Set());
  gate.validate(content);
  if (racyMs > 0) await sleep(racyMs);
  return written(201, store.put(content, store.newId()), request, desk);
}

function update(request: FhirRequest, desk: Desk, type: string, id: string): HttpAnswer {
  const content = parseContent(request.body, type);
  if (content['id'] !== id) {
    throw new Problem(400, 'invalid', 'the id of the body is not that of the address');
  }
  const current = desk.store.find(type, id);
  const expected = /^(?:W\/)?"(.*)"$/.exec(request.ifMatch ?? '')?.[1];
  if (request.ifMatch !== null && expected !== current?.meta.versionId) {
    throw new Problem(409, 'conflict', 'If-Match names another version than the one that stands');
  }
  desk.gate.validate(content);
  const kept = desk.store.put(content, id);
  return written(kept.meta.versionId === '1' ? 201 : 200, kept, request, desk);
}

/** As many servers do, the answer to a write holds no body unless it is asked for. */
function written(status: number, kept: Kept, request: FhirRequest, desk: Desk): HttpAnswer {
  const { resourceType, id, meta } = kept;
  const location = `${desk.baseUrl}/${resourceType}/${id}/_history/${meta.versionId}`;
  const headers = {
    location,
    etag: `W/"${meta.versionId}"`,
    'last-modified': new Date(meta.lastUpdated).toUTCString(),
  };
  const isWanted = request.prefer?.includes('return=representation') ?? false;
  return { status, headers, body: isWanted ? kept : null };
}

function searched(desk: Desk, type: string, parameters: URLSearchParams): HttpAnswer {
  const query = parseQuery(parameters);
  const all = desk.store.matches(type, query);
  const page = query.countOnly ? [] : all.slice(query.offset, query.offset + query.count);
  const end = query.offset + page.length;
  const following = new URLSearchParams(parameters);
  following.set('_offset', String(end));
  const self = `${desk.baseUrl}/${type}`;
  const more = page.length > 0 && end < all.length;
  return ok({
    resourceType: 'Bundle',
    type: 'searchset',
    total: all.length,
    link: [
      ...(more ? [{ relation: 'next', url: `${self}?${following.toString()}` }] : []),
      { relation: 'self', url: `${self}?${parameters.toString()}` },
    ],
    entry: page.map((resource) => ({
      fullUrl: `${desk.baseUrl}/${type}/${resource.id}`,
      resource: query.elements === null ? resource : partOf(resource, query.elements),
      search: { mode: 'match' },
    })),
  });
}

function partOf(resource: Kept, elements: readonly string[]): Readonly<Record<string, unknown>> {
  const kept = ['resourceType', 'id', 'meta', ...elements];
  return Object.fromEntries(Object.entries(resource).filter(([name]) => kept.includes(name)));
}

function historyBundle(
  versions: readonly Version[],
  baseUrl: string,
): Readonly<Record<string, unknown>> {
  return {
    resourceType: 'Bundle',
    type: 'history',
    total: versions.length,
    entry: versions.map((version) => {
      const { resourceType, id, meta } = version;
      const method = isDeleted(version) ? 'DELETE' : meta.versionId === '1' ? 'POST' : 'PUT';
      return {
        fullUrl: `${baseUrl}/${resourceType}/${id}`,
        ...(isDeleted(version) ? {} : { resource: version }),
        request: { method, url: method === 'POST' ? resourceType : `${resourceType}/${id}` },
        response: {
          status: { DELETE: '204', POST: '201', PUT: '200' }[method],
          etag: `W/"${meta.versionId}"`,
          lastModified: meta.lastUpdated,
        },
      };
    }),
  };
}

function parseContent(body: string, type: string): Content {
  const parsed = parseJson(body);
  const content = contentOf(parsed);
  if (content?.resourceType !== type) {
    const isResource = asText(asRecord(parsed)?.['resourceType']) !== null;
    const told = isResource ? 'the body is another resource than the address names' : 'no resource';
    throw new Problem(400, 'invalid', told);
  }
  return content;
}
