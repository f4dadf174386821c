import { asList, asRecord, asText } from '../../wire/fhir/resource.js';
import { Problem } from './problem.js';
import type { Kept } from './search.js';
import type { EhrStore } from './store.js';
import { CONTENTS, planOf, type Content } from './subscription-plan.js';
import type { Subscriptions } from './subscriptions.js';
import { toNotification, toStatus } from './topic-notification.js';

type Json = Readonly<Record<string, unknown>>;

/** `$status`: how one subscription stands, or all that are named; without a name, all. */
export function statusBundle(
  store: EhrStore,
  subscriptions: Subscriptions,
  ids: readonly string[],
): Json {
  const asked =
    ids.length > 0 ? ids.map((id) => store.read('Subscription', id)) : store.all('Subscription');
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    total: asked.length,
    entry: asked.map((subscription) => ({
      resource: toStatus(subscriptions.facts(subscription, 'query-status', [], 'empty')),
      search: { mode: 'match' },
    })),
  };
}

/** `$events`: what happened between two numbers, for who has missed some. */
export function eventsBundle(
  subscription: Kept,
  subscriptions: Subscriptions,
  parameters: URLSearchParams,
): Json {
  const from = numberIn(parameters, 'eventsSinceNumber') ?? 1;
  const to = numberIn(parameters, 'eventsUntilNumber') ?? Number.MAX_SAFE_INTEGER;
  const events = subscriptions.eventsOf(subscription.id, from, to);
  return toNotification(
    subscriptions.facts(
      subscription,
      'query-event',
      events,
      contentIn(parameters) ?? planOf(subscription).content,
    ),
  );
}

/** The parameters of an operation, in the query or as a Parameters resource. */
export function operationParameters(query: URLSearchParams, body: unknown): URLSearchParams {
  const parameters = new URLSearchParams(query);
  for (const one of asList(asRecord(body)?.['parameter'])) {
    const parameter = asRecord(one);
    const name = asText(parameter?.['name']);
    const value = Object.entries(parameter ?? {}).find(([key]) => key.startsWith('value'))?.[1];
    if (name !== null && (typeof value === 'string' || typeof value === 'number')) {
      parameters.append(name, String(value));
    }
  }
  return parameters;
}

function numberIn(parameters: URLSearchParams, name: string): number | null {
  const text = parameters.get(name);
  if (text === null) return null;
  if (!/^\d{1,15}$/.test(text)) throw new Problem(400, 'value', `${name} is a number`);
  return Number(text);
}

function contentIn(parameters: URLSearchParams): Content | null {
  const asked = parameters.get('content');
  if (asked === null) return null;
  const content = CONTENTS.find((one) => one === asked);
  if (!content) throw new Problem(400, 'value', `content is one of ${CONTENTS.join(', ')}`);
  return content;
}
