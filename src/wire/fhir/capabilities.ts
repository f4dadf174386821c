import { asList, asRecord, asText } from './resource.js';

/** As much of a CapabilityStatement as decides how we write. */
export interface Capabilities {
  readonly fhirVersion: string | null;
  readonly transaction: boolean;
  /** Types of which the server takes new resources; null where it lists none at all. */
  readonly creates: ReadonlySet<string> | null;
  /** Types of which it takes changes; null where it lists none at all. */
  readonly updates: ReadonlySet<string> | null;
}

/** Null for what is no CapabilityStatement of a server. */
export function parseCapabilities(statement: unknown): Capabilities | null {
  const record = asRecord(statement);
  if (record?.['resourceType'] !== 'CapabilityStatement') return null;
  const rest = asList(record['rest']).map(asRecord);
  const server = rest.find((one) => one?.['mode'] === 'server') ?? rest[0] ?? null;
  if (!server) return null;
  return Object.freeze({
    fhirVersion: asText(record['fhirVersion']),
    transaction: hasInteraction(server, 'transaction'),
    creates: typesWith('create', asList(server['resource'])),
    updates: typesWith('update', asList(server['resource'])),
  });
}

function typesWith(code: string, resources: readonly unknown[]): ReadonlySet<string> | null {
  if (resources.length === 0) return null;
  const types = resources.flatMap((one) => {
    const resource = asRecord(one);
    const type = asText(resource?.['type']);
    return resource && type !== null && hasInteraction(resource, code) ? [type] : [];
  });
  return new Set(types);
}

function hasInteraction(holder: Readonly<Record<string, unknown>>, code: string): boolean {
  return asList(holder['interaction']).some((one) => asRecord(one)?.['code'] === code);
}
