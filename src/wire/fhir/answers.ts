import { fail, failure, FailureError } from '../../core/failure.js';
import { writtenReference } from './reference.js';
import {
  asList,
  asRecord,
  asResource,
  asText,
  type FhirResource,
  type Written,
} from './resource.js';

export interface SearchPage {
  readonly resources: readonly FhirResource[];
  readonly next: string | null;
  /** The server's clock as it answered, where it says. */
  readonly serverMs: number | null;
}

export function pageOf(answer: unknown): Omit<SearchPage, 'serverMs'> {
  const bundle = asRecord(answer);
  if (bundle?.['resourceType'] !== 'Bundle') {
    throw fail('destination-away', 'the server answered a search with something else');
  }
  const links = asList(bundle['link']).map(asRecord);
  return {
    resources: asList(bundle['entry']).flatMap((one) => {
      const entry = asRecord(one);
      // Servers put warnings about the search beside its matches.
      if (asRecord(entry?.['search'])?.['mode'] === 'outcome') return [];
      return asResource(entry?.['resource']) ?? [];
    }),
    next: asText(links.find((link) => link?.['relation'] === 'next')?.['url']),
  };
}

export function writtenEntry(value: unknown): Written {
  const response = asRecord(asRecord(value)?.['response']);
  const reference = writtenReference(asText(response?.['location']));
  if (reference === null) throw unnamed();
  return { reference, created: (asText(response?.['status']) ?? '').startsWith('201') };
}

/** The write may well stand; reading it back finds its name. */
export function unnamed(): FailureError {
  return new FailureError(
    failure('destination-outcome-unknown', 'the server did not say where it put the resource'),
  );
}
