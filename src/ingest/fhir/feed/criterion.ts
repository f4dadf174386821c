import { createHash } from 'node:crypto';
import type { SearchQuery } from '../../../wire/fhir/client.js';

/** A search that finds ECGs: what a Subscription is made of and what a sweep asks for. */
export interface Criterion {
  /** `Observation?code=...`, as configured. */
  readonly text: string;
  readonly type: string;
  readonly query: SearchQuery;
}

export function parseCriterion(text: string): Criterion {
  const [type = '', query = ''] = text.split('?', 2);
  const found: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(query)) (found[name] ??= []).push(value);
  return Object.freeze({ text, type, query: Object.freeze(found) });
}

/** By which our own Subscription for this criterion at this endpoint is found again. */
export const SUBSCRIPTION_TAG = 'https://leadwire.dev/fhir/CodeSystem/subscription';

export function tagOf(criterion: Criterion, endpoint: string): string {
  return createHash('sha256')
    .update(JSON.stringify([criterion.text, endpoint]))
    .digest('hex')
    .slice(0, 32);
}
