/** As much of FHIR as the wire itself needs; what a resource means is its reader's business. */
export interface FhirResource {
  readonly resourceType: string;
  readonly id?: string | undefined;
}

/** One entry of a transaction. */
export interface TransactionEntry {
  /** `urn:uuid:...`, by which other entries of the same Bundle refer to this one. */
  readonly fullUrl: string;
  readonly resource: FhirResource;
  /** Search that must find nothing for the resource to be created. */
  readonly ifNoneExist: string;
}

/** A transaction as it travels: all of its entries stand afterwards, or none. */
export interface TransactionBundle {
  readonly resourceType: 'Bundle';
  readonly type: 'transaction';
  readonly entry: readonly {
    readonly fullUrl: string;
    readonly resource: FhirResource;
    readonly request: {
      readonly method: 'POST';
      readonly url: string;
      readonly ifNoneExist: string;
    };
  }[];
}

export function toTransactionBundle(entries: readonly TransactionEntry[]): TransactionBundle {
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: entries.map(({ fullUrl, resource, ifNoneExist }) => ({
      fullUrl,
      resource,
      request: { method: 'POST', url: resource.resourceType, ifNoneExist },
    })),
  };
}

/** What became of one resource that was to be written. */
export interface Written {
  /** `Type/id`. */
  readonly reference: string;
  /** False when the server already held it. */
  readonly created: boolean;
}

export function asRecord(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

export function asText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function asResource(value: unknown): FhirResource | null {
  const record = asRecord(value);
  return record && asText(record['resourceType']) !== null
    ? (record as unknown as FhirResource)
    : null;
}
