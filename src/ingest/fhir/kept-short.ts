import type { FhirClient } from '../../wire/fhir/client.js';
import type { FhirResource } from '../../wire/fhir/resource.js';

export interface KeptShortOptions {
  readonly client: Pick<FhirClient, 'read' | 'baseUrl'>;
  readonly now: () => number;
  readonly keepMs?: number;
  readonly entriesMax?: number;
}

/** A patient's ECGs come in bursts; what changes at the EHR is seen after this at the latest. */
export const KEEP_MS = 5 * 60_000;
export const KEPT_MAX = 500;
const KEPT_TYPES = /^(Patient|Encounter|Location)\//;

/** Reads Patients, Encounters and Locations once and keeps them short: few, and not for long. */
export function readKeptShort(options: KeptShortOptions): Pick<FhirClient, 'read' | 'baseUrl'> {
  const { client, now, keepMs = KEEP_MS, entriesMax = KEPT_MAX } = options;
  const kept = new Map<
    string,
    { readonly resource: Promise<FhirResource>; readonly untilMs: number }
  >();
  return {
    baseUrl: client.baseUrl,
    read(reference) {
      if (!KEPT_TYPES.test(reference)) return client.read(reference);
      const known = kept.get(reference);
      if (known && known.untilMs > now()) return known.resource;
      kept.delete(reference);
      const [oldest] = kept.keys();
      if (kept.size >= entriesMax && oldest !== undefined) kept.delete(oldest);
      const resource = client.read(reference);
      kept.set(reference, { resource, untilMs: now() + keepMs });
      // A failure is not kept: the next one asks again.
      resource.catch(() => kept.delete(reference));
      return resource;
    },
  };
}
