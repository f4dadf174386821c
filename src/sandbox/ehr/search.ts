import { asList, asRecord, asText } from '../../wire/fhir/resource.js';
import { Problem } from './problem.js';

/** A resource as the sandbox keeps it. */
export interface Kept {
  readonly resourceType: string;
  readonly id: string;
  readonly meta: { readonly versionId: string; readonly lastUpdated: string };
  readonly [element: string]: unknown;
}

/** What a search by one parameter looks at: texts that are compared as a whole. */
type Extract = (resource: Readonly<Record<string, unknown>>) => string[];

/** A code or number is found with its system, and by itself. */
function tokens(values: readonly unknown[], key: 'code' | 'value'): string[] {
  return values.flatMap((one) => {
    const token = asRecord(one);
    const value = asText(token?.[key]);
    if (value === null) return [];
    return [value, `${asText(token?.['system']) ?? ''}|${value}`];
  });
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? asList(value) : value === undefined ? [] : [value];
}

function codings(value: unknown): string[] {
  return listed(value).flatMap((one) => tokens(asList(asRecord(one)?.['coding']), 'code'));
}

function references(...values: readonly unknown[]): string[] {
  return values.flatMap(listed).flatMap((one) => {
    const reference = asText(asRecord(one)?.['reference']);
    return reference === null ? [] : [reference, reference.split('/').slice(-1).join('')];
  });
}

function plain(value: unknown): string[] {
  return typeof value === 'string' ? [value] : [];
}

const REFERENCES = new Set(['patient', 'subject', 'encounter', 'target', 'based-on']);

/** The search parameters the sandbox knows; any other is refused, as a real server does. */
const PARAMETERS: Readonly<Record<string, Extract>> = {
  identifier: (one) => tokens(listed(one['identifier']), 'value'),
  _tag: (one) => tokens(asList(asRecord(one['meta'])?.['tag']), 'code'),
  _security: (one) => tokens(asList(asRecord(one['meta'])?.['security']), 'code'),
  code: (one) => codings(one['code']),
  category: (one) => codings(one['category']),
  status: (one) => plain(one['status']),
  priority: (one) => plain(one['priority']),
  patient: (one) => references(one['subject'], one['patient']),
  subject: (one) => references(one['subject']),
  encounter: (one) => references(one['encounter']),
  target: (one) => references(one['target']),
  'based-on': (one) => references(one['basedOn']),
};
/** For the CapabilityStatement: what each parameter is. */
export const PARAMETER_TYPES: Readonly<Record<string, string>> = {
  _id: 'token',
  _lastUpdated: 'date',
  date: 'date',
  ...Object.fromEntries(
    Object.keys(PARAMETERS).map((name) => [name, REFERENCES.has(name) ? 'reference' : 'token']),
  ),
};

const DATE_LIMITS = ['ge', 'gt', 'le', 'lt', 'eq'] as const;
const SHAPING = new Set([
  '_count',
  '_offset',
  '_sort',
  '_summary',
  '_format',
  '_pretty',
  '_total',
  '_elements',
]);
export const PAGE_COUNT = 50;
export const PAGE_COUNT_MAX = 1_000;

/** Everything by which a resource can be found, for the index. */
export function keysOf(resource: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(PARAMETERS).flatMap(([name, extract]) =>
    extract(resource).map((text) => keyOf(name, text)),
  );
}

export function keyOf(parameter: string, text: string): string {
  return `${parameter} ${text}`;
}

export interface Query {
  /** Each must hold; each is a list of keys of which one must be there. */
  readonly keys: readonly (readonly string[])[];
  readonly tests: readonly ((resource: Kept) => boolean)[];
  readonly count: number;
  readonly offset: number;
  readonly newestFirst: boolean;
  readonly countOnly: boolean;
  /** Only these elements are told; null tells all. */
  readonly elements: readonly string[] | null;
}

export function parseQuery(parameters: URLSearchParams): Query {
  const keys: string[][] = [];
  const tests: ((resource: Kept) => boolean)[] = [];
  for (const [name, value] of parameters) {
    if (SHAPING.has(name)) continue;
    if (name === '_id') {
      const ids = split(value);
      tests.push(({ id }) => ids.includes(id));
    } else if (name === '_lastUpdated') {
      tests.push(timeTest(value, ({ meta }) => meta.lastUpdated));
    } else if (name === 'date') tests.push(timeTest(value, whenOf));
    else if (Object.hasOwn(PARAMETERS, name))
      keys.push(split(value).map((text) => keyOf(name, text)));
    else throw new Problem(400, 'not-supported', `unknown search parameter ${name.slice(0, 64)}`);
  }
  const wanted = Number(parameters.get('_count') ?? PAGE_COUNT);
  const offset = Number(parameters.get('_offset') ?? 0);
  if (!(wanted >= 0) || !(offset >= 0)) throw new Problem(400, 'value', 'not a number');
  return {
    keys,
    tests,
    count: Math.min(wanted, PAGE_COUNT_MAX),
    offset,
    newestFirst: parameters.get('_sort') === '-_lastUpdated',
    countOnly: parameters.get('_summary') === 'count',
    elements: parameters.get('_elements')?.split(',') ?? null,
  };
}

/** At commas, except where they are escaped; the escapes are taken off. */
function split(value: string): string[] {
  return value.split(/(?<!\\),/).map((text) => text.replace(/\\([\\,$|])/g, '$1'));
}

/** When it happened, wherever a type says so. */
function whenOf(resource: Kept): string {
  const period = asRecord(resource['period']) ?? asRecord(resource['effectivePeriod']);
  return (
    asText(resource['effectiveDateTime']) ??
    asText(resource['date']) ??
    asText(period?.['start']) ??
    ''
  );
}

function timeTest(value: string, timeOf: (resource: Kept) => string): (resource: Kept) => boolean {
  const limit = DATE_LIMITS.find((one) => value.startsWith(one));
  const atMs = Date.parse(limit === undefined ? value : value.slice(2));
  if (Number.isNaN(atMs)) throw new Problem(400, 'value', 'not a date');
  return (resource) => {
    const foundMs = Date.parse(timeOf(resource));
    if (limit === 'ge') return foundMs >= atMs;
    if (limit === 'gt') return foundMs > atMs;
    if (limit === 'le') return foundMs <= atMs;
    if (limit === 'lt') return foundMs < atMs;
    return foundMs === atMs;
  };
}
