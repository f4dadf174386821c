import { PARAMETER_TYPES } from './search.js';
import { RESOURCE_TYPES } from './resource-types.js';

export interface CapabilityFacts {
  readonly baseUrl: string;
  readonly transactions: boolean;
  /** Where tokens are to be had; null where none is asked for or one is fixed. */
  readonly tokenUrl: string | null;
  readonly needsToken: boolean;
  readonly topics: readonly string[];
  /** Types of which it takes new resources; null for all. */
  readonly creates: readonly string[] | null;
  /** Types of which it takes changes; null for all. */
  readonly updates: readonly string[] | null;
}

type Json = Readonly<Record<string, unknown>>;

const INTERACTIONS = [
  'read',
  'vread',
  'update',
  'delete',
  'history-instance',
  'create',
  'search-type',
];
const TOPIC_EXTENSION =
  'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/capabilitystatement-subscriptiontopic-canonical';
const OAUTH_URIS = 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris';
const STATUS_OPERATION =
  'http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-status';
const EVENTS_OPERATION =
  'http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-events';

export function capabilityStatement(facts: CapabilityFacts): Json {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2026-01-01',
    kind: 'instance',
    software: { name: 'Leadwire sandbox EHR' },
    implementation: { description: 'A server for trying things out', url: facts.baseUrl },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    rest: [
      {
        mode: 'server',
        ...(facts.needsToken ? { security: securityOf(facts) } : {}),
        resource: [...RESOURCE_TYPES].map((type) => resourceOf(type, facts)),
        interaction: [{ code: 'batch' }, ...(facts.transactions ? [{ code: 'transaction' }] : [])],
      },
    ],
  };
}

function resourceOf(type: string, { topics, creates, updates }: CapabilityFacts): Json {
  const bounds: Readonly<Record<string, readonly string[] | null>> = {
    create: creates,
    update: updates,
  };
  const taken = INTERACTIONS.filter((code) => bounds[code]?.includes(type) ?? true);
  return {
    ...(type === 'Subscription'
      ? {
          extension: topics.map((url) => ({ url: TOPIC_EXTENSION, valueCanonical: url })),
          operation: [
            { name: '$status', definition: STATUS_OPERATION },
            { name: '$events', definition: EVENTS_OPERATION },
          ],
        }
      : {}),
    type,
    interaction: taken.map((code) => ({ code })),
    versioning: 'versioned-update',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    searchParam: Object.entries(PARAMETER_TYPES).map(([name, kind]) => ({ name, type: kind })),
  };
}

function securityOf({ tokenUrl }: CapabilityFacts): Json {
  return {
    service: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/restful-security-service',
            code: tokenUrl === null ? 'OAuth' : 'SMART-on-FHIR',
          },
        ],
      },
    ],
    ...(tokenUrl === null
      ? {}
      : { extension: [{ url: OAUTH_URIS, extension: [{ url: 'token', valueUri: tokenUrl }] }] }),
  };
}
