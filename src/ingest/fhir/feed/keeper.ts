import { failureOf } from '../../../core/failure.js';
import type { Log } from '../../../core/log.js';
import type { Feeds, Lacking, SubscriptionRecord } from '../../../ledger/feeds.js';
import type { FhirClient } from '../../../wire/fhir/client.js';
import type { FhirResource } from '../../../wire/fhir/resource.js';
import type { Criterion } from './criterion.js';
import type { EventKeeper } from './events.js';
import {
  asksTheSame,
  firstOf,
  statusIn,
  tagQuery,
  toSubscription,
  type SubscriptionWish,
} from './own-subscription.js';

export interface KeeperOptions {
  readonly client: Pick<FhirClient, 'read' | 'search' | 'create' | 'update'>;
  readonly feeds: Pick<Feeds, 'subscriptions' | 'saveSubscription'>;
  readonly wish: SubscriptionWish;
  /** Watches over the events of a topic; null for plain criteria, which have none. */
  readonly events: EventKeeper | null;
  readonly log: Log;
  readonly now: () => number;
}

/**
 * Finds our Subscription of one criterion at the EHR, makes it where there is none, and asks for it
 * again whenever it stands in `error` or `off`, says something else than we want, or is silent:
 *
 *     remembered? -> found by our tag? -> created
 *     active                -> watched over
 *     error, off, differing -> written again as `requested`
 */
export class SubscriptionKeeper {
  constructor(private readonly options: KeeperOptions) {}

  /** Answers what stands; a Subscription still `requested` is worth another look soon. */
  async look(criterion: Criterion): Promise<SubscriptionRecord> {
    const { feeds, log, now } = this.options;
    const before = await this.#remembered(criterion);
    let after: SubscriptionRecord;
    try {
      after = { ...(await this.#settled(criterion, before)), checkedAtMs: now() };
    } catch (error) {
      const { code, class: kind, detail } = failureOf(error);
      const status = kind === 'permanent' ? 'refused' : 'unknown';
      after = { ...before, status, checkedAtMs: now() };
      if (status === 'unknown') log('feedFailed', { code, detail });
      else if (before.status !== 'refused') log('subscriptionRefused', { code, detail });
    }
    await feeds.saveSubscription(after);
    this.#tell(before, after);
    return after;
  }

  async #remembered({ text }: Criterion): Promise<SubscriptionRecord> {
    const known = await this.options.feeds.subscriptions();
    return (
      known.find(({ criteria }) => criteria === text) ?? {
        criteria: text,
        reference: null,
        status: 'absent',
        without: [],
        repairs: 0,
        checkedAtMs: 0,
      }
    );
  }

  async #settled(criterion: Criterion, before: SubscriptionRecord): Promise<SubscriptionRecord> {
    const wished = toSubscription(criterion, this.options.wish);
    const standing = await this.#standing(wished, before.reference);
    if (!standing) return this.#make(wished, before);
    const reference = `Subscription/${standing.id ?? ''}`;
    const status = statusIn(standing);
    const record = { ...before, reference };
    if (!asksTheSame(standing, wished) || status === 'error' || status === 'off') {
      return this.#repair(standing, wished, record);
    }
    if (status !== 'active') return { ...record, status: 'requested' };
    const watched = await this.#watch(reference, before.without);
    if (watched.isDead) return this.#repair(standing, wished, record);
    return { ...record, status: 'active', without: watched.without };
  }

  async #standing(wished: FhirResource, reference: string | null): Promise<FhirResource | null> {
    const { client } = this.options;
    if (reference !== null) {
      try {
        return await client.read(reference);
      } catch (error) {
        if (failureOf(error).code !== 'source-gone') throw error;
      }
    }
    const { resources } = await client.search('Subscription', { _tag: tagQuery(wished) });
    return firstOf(resources);
  }

  async #make(wished: FhirResource, before: SubscriptionRecord): Promise<SubscriptionRecord> {
    const condition = new URLSearchParams({ _tag: tagQuery(wished) }).toString();
    const { reference } = await this.options.client.create(wished, condition);
    this.options.log('subscriptionMade', { name: reference });
    return { ...before, reference, status: 'requested', without: [] };
  }

  async #repair(
    standing: FhirResource,
    wished: FhirResource,
    record: SubscriptionRecord,
  ): Promise<SubscriptionRecord> {
    const { client, log } = this.options;
    const told = { name: record.reference ?? '', outcome: statusIn(standing) };
    if (record.status === 'active') log('subscriptionDown', told);
    await client.update({ ...wished, id: standing.id });
    log('subscriptionRepaired', told);
    return { ...record, status: 'requested', repairs: record.repairs + 1 };
  }

  async #watch(
    reference: string,
    without: readonly Lacking[],
  ): Promise<{ readonly isDead: boolean; readonly without: readonly Lacking[] }> {
    const { events } = this.options;
    return events ? events.watch(reference, without) : { isDead: false, without: [] };
  }

  #tell(before: SubscriptionRecord, after: SubscriptionRecord): void {
    const { log } = this.options;
    if (after.status === 'active' && before.status !== 'active') {
      log('subscriptionActive', { name: after.reference ?? '' });
    }
    for (const name of after.without) {
      if (!before.without.includes(name)) log('subscriptionLacks', { name });
    }
  }
}
