import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from './problem.js';
import { parseQuery, type Kept } from './search.js';
import type { Content, EhrStore } from './store.js';
import { apply, checkReferences, contentOf, plan } from './transaction.js';

export interface FhirRequest {
  readonly method: string;
  /** Below the base, without its leading slash. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly ifNoneExist: string | null;
  readonly body: string;
}

export interface FhirAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface RouteOptions {
  readonly baseUrl: string;
  readonly transactions: boolean;
  readonly referentialIntegrity: boolean;
  readonly racyMs: number;
}

/** The FHIR interactions that the sandbox plays. */
export async function answer(
  store: EhrStore,
  request: FhirRequest,
  options: RouteOptions,
): Promise<FhirAnswer> {
  const { method, path } = request;
  const [type = '', id = '', history = '', versionId = ''] = path.split('/');
  if (path === 'metadata' && method === 'GET') return found(capabilities(options));
  if (type === '' && method === 'POST') return transact(store, request, options);
  if (type === '') throw new Problem(400, 'not-supported', 'name a resource type');
  if (id === '' && method === 'GET') return searched(store, type, request.query, options);
  if (id === '_search' && method === 'POST') {
    return searched(store, type, new URLSearchParams(request.body), options);
  }
  if (id === '' && method === 'POST') return create(store, type, request, options);
  if (method === 'GET' && history === '_history') {
    return versionId === ''
      ? found(bundleOf('history', store.history(type, id), options, null))
      : found(store.version(type, id, versionId));
  }
  if (method === 'GET') return found(store.read(type, id));
  if (method === 'PUT' && id !== '') return update(store, type, id, request, options);
  if (method === 'DELETE' && id !== '') {
    store.remove(type, id);
    return { status: 204, headers: {}, body: null };
  }
  throw new Problem(405, 'not-supported', `${method} is not known here`);
}

function found(body: unknown): FhirAnswer {
  return { status: 200, headers: {}, body };
}

async function transact(
  store: EhrStore,
  request: FhirRequest,
  options: RouteOptions,
): Promise<FhirAnswer> {
  if (!options.transactions) throw new Problem(405, 'not-supported', 'no transactions here');
  const steps = plan(store, parseContent(request.body), options.referentialIntegrity);
  if (options.racyMs > 0) await sleep(options.racyMs);
  return found(apply(store, steps));
}

async function create(
  store: EhrStore,
  type: string,
  request: FhirRequest,
  options: RouteOptions,
): Promise<FhirAnswer> {
  const content = parseContent(request.body, type);
  const standing = request.ifNoneExist === null ? null : store.theOne(type, request.ifNoneExist);
  if (standing) return written(200, standing, options);
  if (options.referentialIntegrity) checkReferences(content, store, new Set());
  if (options.racyMs > 0) await sleep(options.racyMs);
  return written(201, store.put(content, store.newId()), options);
}

function update(
  store: EhrStore,
  type: string,
  id: string,
  request: FhirRequest,
  options: RouteOptions,
): FhirAnswer {
  const kept = store.put(parseContent(request.body, type), id);
  return written(kept.meta.versionId === '1' ? 201 : 200, kept, options);
}

/** As many servers do, the body of a write's answer is empty and the id is in the Location. */
function written(status: number, kept: Kept, options: RouteOptions): FhirAnswer {
  const { resourceType, id, meta } = kept;
  const location = `${options.baseUrl}/${resourceType}/${id}/_history/${meta.versionId}`;
  return { status, headers: { location, etag: `W/"${meta.versionId}"` }, body: null };
}

function searched(
  store: EhrStore,
  type: string,
  parameters: URLSearchParams,
  options: RouteOptions,
): FhirAnswer {
  const query = parseQuery(parameters);
  const all = store.matches(type, query);
  const page = query.countOnly ? [] : all.slice(query.offset, query.offset + query.count);
  const end = query.offset + page.length;
  const following = new URLSearchParams(parameters);
  following.set('_offset', String(end));
  const more = page.length > 0 && end < all.length;
  const next = more ? `${options.baseUrl}/${type}?${following.toString()}` : null;
  return found({ ...bundleOf('searchset', page, options, next), total: all.length });
}

function bundleOf(
  type: string,
  resources: readonly Kept[],
  { baseUrl }: RouteOptions,
  next: string | null,
): Readonly<Record<string, unknown>> {
  return {
    resourceType: 'Bundle',
    type,
    ...(next === null ? {} : { link: [{ relation: 'next', url: next }] }),
    entry: resources.map((resource) => ({
      fullUrl: `${baseUrl}/${resource.resourceType}/${resource.id}`,
      resource,
    })),
  };
}

function parseContent(body: string, type?: string): Content {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new Problem(400, 'structure', 'the body is no JSON');
  }
  const content = contentOf(parsed);
  if (!content || (type !== undefined && content.resourceType !== type)) {
    throw new Problem(400, 'invalid', 'the body is not the resource that the address names');
  }
  return content;
}

function capabilities(options: RouteOptions): Readonly<Record<string, unknown>> {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2026-01-01',
    kind: 'instance',
    implementation: { description: 'Leadwire sandbox EHR', url: options.baseUrl },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    rest: [
      {
        mode: 'server',
        ...(options.transactions ? { interaction: [{ code: 'transaction' }] } : {}),
      },
    ],
  };
}
