import { isRecord } from './patient.js';

/** The one ECG that came with the call, and whose it says it is. */
export interface PrefetchedEcg {
  /** A Bundle of the ECG and its patient, so that age and sex come along. */
  readonly bytes: Uint8Array;
  /** `Observation/5`, where the server gave it an id. */
  readonly reference: string | null;
  readonly version: string | null;
}

const encoder = new TextEncoder();

/**
 * The Observation in the prefetch that carries a waveform, if it is this patient's. A client that
 * found none brings an empty Bundle or null, and one that brings another patient's is not believed.
 */
export function ecgIn(
  prefetched: unknown,
  patient: unknown,
  patientId: string,
): PrefetchedEcg | null {
  const ecg = resourcesIn(prefetched).find(
    (one) =>
      one['resourceType'] === 'Observation' &&
      referenceOf(one['subject']).split('/_history/')[0]?.endsWith(`Patient/${patientId}`),
  );
  if (!ecg) return null;
  const bundle = {
    resourceType: 'Bundle',
    type: 'collection',
    entry: [
      { fullUrl: referenceOf(ecg['subject']), resource: patient },
      { fullUrl: 'urn:leadwire:ecg', resource: ecg },
    ],
  };
  const { id, meta } = ecg;
  const version = isRecord(meta) ? meta['versionId'] : null;
  return {
    bytes: encoder.encode(JSON.stringify(bundle)),
    reference: typeof id === 'string' ? `Observation/${id}` : null,
    version: typeof version === 'string' ? version : null,
  };
}

const RESOURCES_MAX = 10;

function resourcesIn(prefetched: unknown): Readonly<Record<string, unknown>>[] {
  if (!isRecord(prefetched)) return [];
  if (prefetched['resourceType'] !== 'Bundle') return [prefetched];
  const entries: unknown = prefetched['entry'];
  if (!Array.isArray(entries)) return [];
  return entries.slice(0, RESOURCES_MAX).flatMap((entry: unknown) => {
    const resource = isRecord(entry) ? entry['resource'] : null;
    return isRecord(resource) ? [resource] : [];
  });
}

function referenceOf(subject: unknown): string {
  const reference = isRecord(subject) ? subject['reference'] : null;
  return typeof reference === 'string' ? reference : '';
}
