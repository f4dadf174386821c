import type { FhirClient } from '../../wire/fhir/client.js';
import {
  asRecord,
  type FhirResource,
  type TransactionEntry,
  type Written,
} from '../../wire/fhir/resource.js';

/**
 * The same entries for a server without transactions, each after those it refers to. Looks before
 * each create, so that a run that was cut off can be run again from the start, also where the server
 * knows no conditional create.
 */
export async function writeOneByOne(
  client: FhirClient,
  entries: readonly TransactionEntry[],
): Promise<readonly Written[]> {
  const places = new Map<string, string>();
  const written: Written[] = [];
  for (const { fullUrl, resource, ifNoneExist } of entries) {
    const one =
      (await lookedUp(client, resource.resourceType, ifNoneExist)) ??
      (await client.create(withPlaces(resource, places) as FhirResource, ifNoneExist));
    places.set(fullUrl, one.reference);
    written.push(one);
  }
  return written;
}

async function lookedUp(
  client: FhirClient,
  type: string,
  condition: string,
): Promise<Written | null> {
  const query = Object.fromEntries(new URLSearchParams(condition));
  const { resources } = await client.search(type, query);
  const id = resources.find(({ resourceType }) => resourceType === type)?.id;
  return id === undefined ? null : { reference: `${type}/${id}`, created: false };
}

function withPlaces(value: unknown, places: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => withPlaces(one, places));
  const record = asRecord(value);
  if (!record) return typeof value === 'string' ? (places.get(value) ?? value) : value;
  return Object.fromEntries(
    Object.entries(record).map(([key, one]) => [key, withPlaces(one, places)]),
  );
}
