import type { Encounter, Patient, Reference } from '@medplum/fhirtypes';
import type { Identifier, PatientIdentity } from '../../core/ecg/reading.js';
import { SYSTEMS } from './codes.js';

/** Names of assigning authorities as this EHR writes them: `CITY-HOSPITAL` -> `urn:oid:1.2.3`. */
export type AuthoritySystems = Readonly<Record<string, string>>;

/**
 * An assigning authority as a FHIR identifier system. What is a URI already, or a bare OID, needs no
 * table; a local name without an entry gets a URI of ours, so that two authorities never meet.
 */
export function systemOf(authority: string, systems: AuthoritySystems): string {
  const known = systems[authority];
  if (known !== undefined) return known;
  if (/^[a-z][a-z0-9+.-]*:\S+$/i.test(authority)) return authority;
  if (/^[0-2](\.\d+)+$/.test(authority)) return `urn:oid:${authority}`;
  return `${SYSTEMS.authority}/${encodeURIComponent(authority)}`;
}

/** By number, where the server's own id is not known: says who is meant without guessing. */
export function logicalReference<T extends Patient | Encounter>(
  type: T['resourceType'],
  { authority, value }: Identifier,
  systems: AuthoritySystems,
): Reference<T> {
  return { type, identifier: { system: systemOf(authority, systems), value } };
}

/** `Patient/5`, where one of the numbers is the server's own id of it. */
export function ownReference(
  type: string,
  identifiers: readonly Identifier[],
  baseUrl: string,
): { readonly reference: string } | null {
  const own = identifiers.find(({ authority }) => authority.replace(/\/+$/, '') === baseUrl);
  return own ? { reference: `${type}/${own.value}` } : null;
}

export function numbersOf(patient: PatientIdentity): readonly Identifier[] {
  return [patient, ...patient.others];
}
