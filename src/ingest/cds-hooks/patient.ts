import { patientKey } from '../../core/ecg/reading.js';

/** More numbers of one patient than this are not looked at. */
export const NUMBERS_MAX = 20;

/**
 * Every key under which the ECGs of this patient may stand: by the server's own id, and by each
 * number of the chart as each sender may have written its authority.
 */
export function keysOfPatient(
  patient: unknown,
  patientId: string,
  fhirServer: string | null,
  systems: Readonly<Record<string, string>>,
): string[] {
  const keys = new Set<string>();
  if (fhirServer !== null) keys.add(patientKey({ authority: fhirServer, value: patientId }));
  for (const { system, value } of numbersIn(patient)) {
    for (const authority of namesOf(system, systems)) keys.add(patientKey({ authority, value }));
  }
  return [...keys];
}

/** True for the chart that was asked for: a prefetch of another patient must never be believed. */
export function isPatient(resource: unknown, patientId: string): boolean {
  return (
    isRecord(resource) && resource['resourceType'] === 'Patient' && resource['id'] === patientId
  );
}

/** An identifier system, as FHIR writes it, as an OID, and by the names that carts use for it. */
function namesOf(system: string, systems: Readonly<Record<string, string>>): string[] {
  const local = Object.entries(systems).flatMap(([name, known]) => (known === system ? name : []));
  const oid = system.startsWith('urn:oid:') ? [system.slice('urn:oid:'.length)] : [];
  return [system, ...oid, ...local];
}

function numbersIn(patient: unknown): { system: string; value: string }[] {
  const identifiers = isRecord(patient) ? patient['identifier'] : null;
  if (!Array.isArray(identifiers)) return [];
  return identifiers.slice(0, NUMBERS_MAX).flatMap((one: unknown) => {
    if (!isRecord(one)) return [];
    const { system, value } = one;
    return typeof system === 'string' && typeof value === 'string' ? [{ system, value }] : [];
  });
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
