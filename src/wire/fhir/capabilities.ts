import { asList, asRecord, asText } from './resource.js';

/** As much of a CapabilityStatement as decides how we write. */
export interface Capabilities {
  readonly fhirVersion: string | null;
  readonly transaction: boolean;
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
    transaction: asList(server['interaction']).some(
      (one) => asRecord(one)?.['code'] === 'transaction',
    ),
  });
}
