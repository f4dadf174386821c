import { asList, asRecord, asText } from '../../wire/fhir/resource.js';
import { Problem } from './problem.js';
import type { Action } from './scopes.js';
import type { EhrStore, Content } from './store.js';
import type { Validator } from './validate.js';

/** What every write must pass, however it comes. */
export interface Gate {
  readonly validate: Validator;
  /** Throws a Problem where the asker may not. */
  readonly allow: (type: string, action: Action) => void;
  /** True refuses what refers to a resource that is not there, as many servers do. */
  readonly referentialIntegrity: boolean;
}

export interface Step {
  readonly method: string;
  readonly type: string;
  readonly id: string;
  readonly fullUrl: string | null;
  readonly resource: Content | null;
  /** What stood there before, for a conditional create that found it. */
  readonly found: boolean;
}

const ENTRIES_MAX = 1_000;

export function entriesOf(bundle: Content): readonly unknown[] {
  const entries = asList(bundle['entry']);
  if (entries.length > ENTRIES_MAX) {
    throw new Problem(413, 'too-long', `a Bundle may have ${ENTRIES_MAX} entries`);
  }
  return entries;
}

/**
 * A transaction in two halves: `plan` looks (conditions, references, rules) and changes nothing,
 * `apply` changes and cannot fail. Run without a pause between them they are one step; with a pause
 * they play a server on which two conditional creates at one instant do not see each other.
 */
export function plan(store: EhrStore, entries: readonly unknown[], gate: Gate): Step[] {
  const steps = entries.map((entry) => stepOf(store, entry, gate));
  const places = new Map(
    steps.flatMap((step) => (step.fullUrl ? [[step.fullUrl, `${step.type}/${step.id}`]] : [])),
  );
  const made = new Set(places.values());
  return steps.map((step) => {
    if (!step.resource || step.found) return step;
    const resource = resolved(step.resource, store, places) as Content;
    if (gate.referentialIntegrity) checkReferences(resource, store, made);
    gate.validate(resource);
    return { ...step, resource };
  });
}

const LITERAL = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})$/;

/** As servers with referential integrity do: what is referred to must be there. */
export function checkReferences(value: unknown, store: EhrStore, made: ReadonlySet<string>): void {
  if (Array.isArray(value)) {
    for (const one of value as unknown[]) checkReferences(one, store, made);
    return;
  }
  for (const [key, one] of Object.entries(asRecord(value) ?? {})) {
    const [text, type, id] =
      key === 'reference' && typeof one === 'string' ? (LITERAL.exec(one) ?? []) : [];
    if (text === undefined || type === undefined || id === undefined)
      checkReferences(one, store, made);
    else if (!made.has(text) && !store.find(type, id)) {
      throw new Problem(400, 'processing', `${type}/${id} is not known`);
    }
  }
}

export function apply(store: EhrStore, steps: readonly Step[]): Readonly<Record<string, unknown>> {
  return {
    resourceType: 'Bundle',
    type: 'transaction-response',
    entry: steps.map((step) => ({ response: responseTo(store, step) })),
  };
}

export function responseTo(store: EhrStore, step: Step): Readonly<Record<string, string>> {
  const { method, type, id, resource, found } = step;
  if (method === 'DELETE') {
    store.remove(type, id);
    return { status: '204 No Content' };
  }
  const kept = found || !resource ? store.read(type, id) : store.put(resource, id);
  const { versionId, lastUpdated } = kept.meta;
  return {
    status: found || versionId !== '1' ? '200 OK' : '201 Created',
    location: `${type}/${id}/_history/${versionId}`,
    etag: `W/"${versionId}"`,
    lastModified: lastUpdated,
  };
}

function stepOf(store: EhrStore, value: unknown, gate: Gate): Step {
  const entry = asRecord(value);
  const request = asRecord(entry?.['request']);
  const method = asText(request?.['method']) ?? '';
  const [type = '', id = ''] = (asText(request?.['url']) ?? '').split('/');
  const resource = contentOf(entry?.['resource']);
  const fullUrl = asText(entry?.['fullUrl']);
  if (method === 'DELETE' && id !== '') {
    gate.allow(type, 'd');
    return { method, type, id, fullUrl, resource: null, found: false };
  }
  if (!resource || resource.resourceType !== type) {
    throw new Problem(400, 'invalid', `the entry and its url do not speak of the same resource`);
  }
  if (method === 'PUT' && id !== '') {
    gate.allow(type, 'u');
    return { method, type, id, fullUrl, resource, found: false };
  }
  if (method !== 'POST') throw new Problem(400, 'not-supported', 'an entry is POST, PUT or DELETE');
  gate.allow(type, 'c');
  const condition = asText(request?.['ifNoneExist']);
  const standing = condition === null ? null : store.theOne(type, condition);
  return { method, type, id: standing?.id ?? store.newId(), fullUrl, resource, found: !!standing };
}

export function contentOf(value: unknown): Content | null {
  const record = asRecord(value);
  return record && asText(record['resourceType']) !== null ? (record as Content) : null;
}

const CONDITIONAL = /^([A-Z][A-Za-z]+)\?(.+)$/;

/** References by urn:uuid and by search become references by id. */
function resolved(value: unknown, store: EhrStore, places: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => resolved(one, store, places));
  const record = asRecord(value);
  if (!record) return value;
  return Object.fromEntries(
    Object.entries(record).map(([key, one]) => [
      key,
      key === 'reference' && typeof one === 'string'
        ? resolvedReference(one, store, places)
        : resolved(one, store, places),
    ]),
  );
}

function resolvedReference(
  text: string,
  store: EhrStore,
  places: ReadonlyMap<string, string>,
): string {
  const place = places.get(text);
  if (place !== undefined) return place;
  if (text.startsWith('urn:')) throw new Problem(400, 'not-found', 'no entry has this fullUrl');
  const [, type, condition] = CONDITIONAL.exec(text) ?? [];
  if (type === undefined || condition === undefined) return text;
  const found = store.theOne(type, condition);
  if (!found) throw new Problem(400, 'not-found', `no ${type} matches the conditional reference`);
  return `${type}/${found.id}`;
}
