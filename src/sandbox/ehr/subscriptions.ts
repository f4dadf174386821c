import { setTimeout as sleep } from 'node:timers/promises';
import { asText } from '../../wire/fhir/resource.js';
import { Problem } from './problem.js';
import { parseQuery, type Kept } from './search.js';
import type { EhrStore } from './store.js';
import { planOf, wants, type Content, type SubscriptionPlan } from './subscription-plan.js';
import {
  toNotification,
  type NotificationType,
  type NumberedEvent,
  type StatusFacts,
} from './topic-notification.js';
import { topicsOf } from './topics.js';
import type { TroubleMaker } from './trouble.js';

const TRIES_MAX = 3;
const TRY_AGAIN_MS = 200;
/** Held back to be sent behind the next one, which may never come. */
const HELD_MS_MAX = 1_000;
const EVENTS_KEPT_MAX = 1_000;

/** What is known of one subscription besides the resource itself. */
interface Standing {
  eventCount: number;
  readonly events: NumberedEvent[];
  /** Notifications leave one after the other. */
  queue: Promise<unknown>;
  held: (() => void) | null;
  heartbeat: NodeJS.Timeout | null;
}

/**
 * Requested becomes active: at once for the plain criteria of R4, after a handshake for a topic. A
 * hook that fails three times turns its subscription to error, as the standard says, and it stays so
 * until somebody writes `requested` again.
 */
export class Subscriptions {
  readonly #stopped = new AbortController();
  readonly #standings = new Map<string, Standing>();

  constructor(
    private readonly store: EhrStore,
    private readonly maker: TroubleMaker,
    private readonly baseUrl: () => string,
  ) {
    store.onWrite((resource) => {
      if (resource.resourceType === 'Subscription') this.#written(resource);
      else this.#announce(resource);
    });
  }

  #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  stop(): void {
    this.#stopped.abort();
    for (const { heartbeat } of this.#standings.values()) if (heartbeat) clearTimeout(heartbeat);
  }

  /** Throws a Problem for one that cannot be served. */
  check(subscription: Readonly<Record<string, unknown>>): void {
    const { topic } = planOf(subscription);
    if (topic !== null && !topicsOf(this.store).some(({ url }) => url === topic)) {
      throw new Problem(422, 'not-supported', 'no such topic', ['Subscription.criteria']);
    }
  }

  turnOffAll(): void {
    for (const one of this.store.all('Subscription')) {
      if (one['status'] === 'active') this.store.put({ ...one, status: 'off' }, one.id);
    }
  }

  facts(
    subscription: Kept,
    type: NotificationType,
    events: readonly NumberedEvent[],
    content: Content,
  ): StatusFacts {
    return {
      baseUrl: this.baseUrl(),
      subscriptionId: subscription.id,
      topic: asText(subscription['criteria']) ?? '',
      status: asText(subscription['status']) ?? '',
      error: asText(subscription['error']),
      type,
      eventCount: this.#standingOf(subscription.id).eventCount,
      events,
      content,
    };
  }

  /** Those kept whose numbers lie between the two, both included. */
  eventsOf(id: string, from: number, to: number): readonly NumberedEvent[] {
    return this.#standingOf(id).events.filter(({ number }) => number >= from && number <= to);
  }

  #standingOf(id: string): Standing {
    const known = this.#standings.get(id);
    if (known) return known;
    const made = {
      eventCount: 0,
      events: [],
      queue: Promise.resolve(),
      held: null,
      heartbeat: null,
    };
    this.#standings.set(id, made);
    return made;
  }

  #written(subscription: Kept): void {
    if (subscription['status'] !== 'requested') return;
    const plan = planIn(subscription);
    if (!plan) this.#fail(subscription.id, 'it cannot be served');
    else if (plan.topic === null) this.#become(subscription.id, 'active');
    else void this.#shakeHands(subscription, plan);
  }

  async #shakeHands(subscription: Kept, plan: SubscriptionPlan): Promise<void> {
    const greeting = this.facts(subscription, 'handshake', [], 'empty');
    const taken = await this.#insist(plan, () => toNotification(greeting));
    if (this.#isStopped()) return;
    if (!taken) {
      this.#fail(subscription.id, 'the handshake was not answered');
      return;
    }
    this.#become(subscription.id, 'active');
    this.#beat(subscription.id, plan);
  }

  #become(id: string, status: string): void {
    const current = this.store.find('Subscription', id);
    if (current?.['status'] !== 'requested') return;
    this.store.put({ ...current, status, error: undefined }, id);
  }

  #fail(id: string, error: string): void {
    const current = this.store.find('Subscription', id);
    if (!current || current['status'] === 'off') return;
    this.store.put({ ...current, status: 'error', error }, id);
  }

  #active(id: string): Kept | null {
    const current = this.store.find('Subscription', id);
    return current?.['status'] === 'active' ? current : null;
  }

  /** Whatever is sent puts the next heartbeat off. */
  #beat(id: string, plan: SubscriptionPlan): void {
    const standing = this.#standingOf(id);
    if (standing.heartbeat) clearTimeout(standing.heartbeat);
    standing.heartbeat = null;
    const { heartbeatSeconds } = plan;
    if (plan.topic === null || heartbeatSeconds === null || this.#isStopped()) return;
    standing.heartbeat = setTimeout(() => {
      const subscription = this.#active(id);
      if (!subscription) return;
      this.#enqueue(id, plan, () =>
        toNotification(this.facts(subscription, 'heartbeat', [], 'empty')),
      );
    }, heartbeatSeconds * 1000).unref();
  }

  #announce(resource: Kept): void {
    const topics = new Map(topicsOf(this.store).map(({ url, type }) => [url, type]));
    for (const subscription of this.store.all('Subscription')) {
      if (subscription['status'] !== 'active') continue;
      const plan = planIn(subscription);
      if (!plan) continue;
      const topicType = plan.topic === null ? null : (topics.get(plan.topic) ?? '');
      const matches = (type: string, query: URLSearchParams): boolean =>
        this.store.matches(type, parseQuery(query)).length > 0;
      if (wants(plan, topicType, resource, matches)) this.#happened(subscription, plan, resource);
    }
  }

  /** The event has its number from here on, whether or not its notification arrives. */
  #happened(subscription: Kept, plan: SubscriptionPlan, resource: Kept): void {
    const { id } = subscription;
    const standing = this.#standingOf(id);
    standing.eventCount += 1;
    const event = { number: standing.eventCount, at: resource.meta.lastUpdated, resource };
    standing.events.push(event);
    if (standing.events.length > EVENTS_KEPT_MAX) standing.events.shift();
    const facts = this.facts(subscription, 'event-notification', [event], plan.content);
    const body = (): unknown => (plan.topic === null ? resource : toNotification(facts));
    const send = (): void => {
      this.#enqueue(id, plan, body, resource);
    };
    const fate = this.maker.nextNotification();
    if (fate === 'lost') return;
    if (fate === 'behind') {
      this.#holdBack(standing, send);
      return;
    }
    send();
    if (fate === 'repeated') send();
    standing.held?.();
  }

  #holdBack(standing: Standing, send: () => void): void {
    standing.held?.();
    const release = (): void => {
      if (standing.held !== release) return;
      standing.held = null;
      send();
    };
    standing.held = release;
    setTimeout(release, HELD_MS_MAX).unref();
  }

  #enqueue(id: string, plan: SubscriptionPlan, body: () => unknown, resource?: Kept): void {
    const standing = this.#standingOf(id);
    standing.queue = standing.queue.then(async () => {
      if (!this.#active(id) || this.#isStopped()) return;
      const taken = await this.#insist(plan, body, resource);
      if (this.#isStopped()) return;
      if (taken) this.#beat(id, plan);
      else this.#fail(id, 'the hook did not take the notification');
    });
  }

  async #insist(plan: SubscriptionPlan, body: () => unknown, resource?: Kept): Promise<boolean> {
    for (let tried = 0; tried < TRIES_MAX && !this.#isStopped(); tried += 1) {
      if (tried > 0) await sleep(TRY_AGAIN_MS);
      if (await post(plan, body(), resource ?? null, this.#stopped.signal)) return true;
    }
    return false;
  }
}

function planIn(subscription: Kept): SubscriptionPlan | null {
  try {
    return planOf(subscription);
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

/** Plain R4 names the resource in the address; a topic posts its Bundle to the endpoint itself. */
async function post(
  plan: SubscriptionPlan,
  body: unknown,
  resource: Kept | null,
  stopped: AbortSignal,
): Promise<boolean> {
  const { topic, endpoint, payload, content, headers, timeoutSeconds } = plan;
  const named = topic === null && content !== 'empty' && resource !== null;
  const { resourceType, id } = resource ?? {};
  const sent = named && content === 'id-only' ? { resourceType, id } : body;
  const isBare = topic === null && content === 'empty';
  try {
    const answer = await fetch(named ? `${endpoint}/${resourceType}/${id}` : endpoint, {
      method: named ? 'PUT' : 'POST',
      headers: { ...headers, ...(payload === null || isBare ? {} : { 'content-type': payload }) },
      signal: AbortSignal.any([stopped, AbortSignal.timeout(timeoutSeconds * 1000)]),
      redirect: 'manual',
      ...(isBare ? {} : { body: JSON.stringify(sent) }),
    });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}
