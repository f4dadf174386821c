import { setTimeout as sleep } from 'node:timers/promises';
import { asList, asRecord, asText } from '../../wire/fhir/resource.js';
import { parseQuery, type Kept } from './search.js';
import type { EhrStore } from './store.js';

const TRIES_MAX = 3;
const TRY_AGAIN_MS = 200;
const ANSWER_MS_MAX = 5_000;

/**
 * R4 rest-hook subscriptions: requested becomes active at once, a hook that fails three times turns
 * the subscription to error, as the standard says. Only loopback is ever notified.
 */
export class Subscriptions {
  readonly #stopped = new AbortController();

  constructor(private readonly store: EhrStore) {
    store.onWrite((resource) => {
      if (resource.resourceType === 'Subscription') this.#activate(resource);
      else this.#announce(resource);
    });
  }

  stop(): void {
    this.#stopped.abort();
  }

  #activate(subscription: Kept): void {
    if (subscription['status'] === 'requested') {
      this.store.put({ ...subscription, status: 'active' }, subscription.id);
    }
  }

  #announce(resource: Kept): void {
    for (const subscription of this.store.all('Subscription')) {
      if (subscription['status'] === 'active' && this.#wants(subscription, resource)) {
        void this.#notify(subscription, resource);
      }
    }
  }

  #wants(subscription: Kept, resource: Kept): boolean {
    const [type = '', query = ''] = (asText(subscription['criteria']) ?? '').split('?');
    if (type !== resource.resourceType) return false;
    const parameters = new URLSearchParams(query);
    parameters.append('_id', resource.id);
    return this.store.matches(type, parseQuery(parameters)).length > 0;
  }

  async #notify(subscription: Kept, resource: Kept): Promise<void> {
    for (let tried = 0; tried < TRIES_MAX && !this.#stopped.signal.aborted; tried += 1) {
      if (tried > 0) await sleep(TRY_AGAIN_MS);
      if (await this.#send(subscription, resource)) return;
    }
    if (this.#stopped.signal.aborted) return;
    const error = 'the hook did not take the notification';
    this.store.put({ ...subscription, status: 'error', error }, subscription.id);
  }

  async #send(subscription: Kept, resource: Kept): Promise<boolean> {
    const channel = asRecord(subscription['channel']);
    const endpoint = asText(channel?.['endpoint']) ?? '';
    const payload = asText(channel?.['payload']);
    if (!isLoopback(endpoint)) return false;
    try {
      const answer = await fetch(
        payload === null ? endpoint : `${endpoint}/${resource.resourceType}/${resource.id}`,
        {
          method: payload === null ? 'POST' : 'PUT',
          headers: {
            ...headersOf(channel?.['header']),
            ...(payload && { 'content-type': payload }),
          },
          signal: AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
          ...(payload === null ? {} : { body: JSON.stringify(resource) }),
        },
      );
      await answer.arrayBuffer();
      return answer.ok;
    } catch {
      return false;
    }
  }
}

function headersOf(lines: unknown): Record<string, string> {
  return Object.fromEntries(
    asList(lines).flatMap((line) => {
      const [, name, value] = /^([^:]+):\s*(.*)$/.exec(String(line)) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

function isLoopback(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { hostname } = new URL(endpoint);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
