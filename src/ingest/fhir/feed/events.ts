import { failureOf } from '../../../core/failure.js';
import type { Log } from '../../../core/log.js';
import type { Feeds, HeardRecord, Lacking } from '../../../ledger/feeds.js';
import type { FhirClient, SearchQuery } from '../../../wire/fhir/client.js';
import type { FhirResource } from '../../../wire/fhir/resource.js';
import { referenceArrival, type AdmissionParts } from './admission.js';
import { parseTopicNotification, type TopicNotification } from './topic-notification.js';

export interface EventKeeperOptions extends Pick<AdmissionParts, 'intake' | 'now'> {
  readonly client: Pick<FhirClient, 'invoke'>;
  readonly feeds: Pick<Feeds, 'hear' | 'heardOf' | 'settle' | 'askSweep'>;
  readonly serverUrls: readonly string[];
  readonly heartbeatMs: number;
  readonly log: Log;
}

/** So many heartbeats may be late or lost. */
const BEATS_MISSED_MAX = 2.5;
/** Asked for at a time; what is still missing is asked for at the next look. */
export const EVENTS_ASKED_MAX = 500;

/**
 * Watches over the numbers of a topic's events. A gap that two looks in a row find is fetched with
 * `$events`; where the EHR has no such thing the sweep is asked to look. A Subscription that used to
 * send heartbeats and is silent is dead, whatever it says of itself.
 */
export class EventKeeper {
  /** Where the gap of each Subscription began at the look before: what is under way may still come. */
  readonly #gaps = new Map<string, number>();
  /** The silence that was told already. */
  readonly #silent = new Map<string, number>();
  readonly #since = new Map<string, number>();

  constructor(private readonly options: EventKeeperOptions) {}

  async watch(
    reference: string,
    before: readonly Lacking[],
  ): Promise<{ readonly isDead: boolean; readonly without: readonly Lacking[] }> {
    const without = new Set(before.filter((one) => one.startsWith('$')));
    if (!without.has('$status') && !(await this.#asked(reference))) without.add('$status');
    const heard = await this.options.feeds.heardOf(reference);
    if (heard) await this.#close(reference, heard, without);
    const sinceMs = this.#since.get(reference) ?? this.options.now();
    this.#since.set(reference, sinceMs);
    if ((heard?.handshakeAtMs ?? null) === null) without.add('handshake');
    if ((heard?.heartbeatAtMs ?? null) === null && this.#isLong(sinceMs)) without.add('heartbeat');
    return { isDead: this.#isDead(reference, heard), without: [...without].sort() };
  }

  /** `$status` tells how many events there were, also those after the last that came. */
  async #asked(reference: string): Promise<boolean> {
    const { feeds, now } = this.options;
    const answer = await this.#invoke(reference, '$status', {});
    if (!answer) return false;
    const status = this.#parse(answer);
    if (status && status.eventCount !== null) {
      const { eventCount } = status;
      await feeds.hear(reference, { kind: 'status', atMs: now(), eventCount, numbers: [] });
    }
    return true;
  }

  async #close(reference: string, heard: HeardRecord, without: Set<Lacking>): Promise<void> {
    const { feeds, log, now } = this.options;
    let { throughNumber } = heard;
    for (const number of heard.numbers) if (number === throughNumber + 1) throughNumber = number;
    await feeds.settle(reference, throughNumber);
    if (throughNumber >= heard.lastNumber) {
      this.#gaps.delete(reference);
      return;
    }
    const isOld = this.#gaps.get(reference) === throughNumber;
    this.#gaps.set(reference, throughNumber);
    if (!isOld) return;
    const next = heard.numbers.find((number) => number > throughNumber) ?? heard.lastNumber + 1;
    const from = throughNumber + 1;
    const to = Math.min(next - 1, throughNumber + EVENTS_ASKED_MAX);
    log('eventsMissed', { name: reference, count: to - from + 1 });
    if (!without.has('$events') && (await this.#fetch(reference, from, to))) return;
    without.add('$events');
    await feeds.askSweep(now());
    await feeds.settle(reference, to);
  }

  /** False where the EHR has no `$events`. What it no longer holds is the sweep's to find. */
  async #fetch(reference: string, from: number, to: number): Promise<boolean> {
    const { feeds, intake, log, now } = this.options;
    const answer = await this.#invoke(reference, '$events', {
      eventsSinceNumber: String(from),
      eventsUntilNumber: String(to),
      content: 'id-only',
    });
    if (!answer) return false;
    const found = (this.#parse(answer)?.events ?? []).filter(
      ({ number }) => number >= from && number <= to,
    );
    for (const { focus } of found) {
      if (focus === null) continue;
      await intake.submitReference(referenceArrival(focus, null, now()), focus);
    }
    if (found.length < to - from + 1) await feeds.askSweep(now());
    await feeds.settle(reference, to);
    log('eventsRecovered', { name: reference, count: found.length });
    return true;
  }

  async #invoke(
    reference: string,
    operation: '$status' | '$events',
    query: SearchQuery,
  ): Promise<FhirResource | null> {
    try {
      return await this.options.client.invoke(reference, operation, query);
    } catch (error) {
      const { code } = failureOf(error);
      if (code === 'destination-refused' || code === 'source-gone') return null;
      throw error;
    }
  }

  /** `$events` answers with a notification, `$status` with a list of what stands at its head. */
  #parse(answer: FhirResource): TopicNotification | null {
    return parseTopicNotification(answer, this.options.serverUrls);
  }

  #isLong(sinceMs: number): boolean {
    const { heartbeatMs, now } = this.options;
    return now() - sinceMs > heartbeatMs * BEATS_MISSED_MAX;
  }

  #isDead(reference: string, heard: HeardRecord | null): boolean {
    if (heard === null || heard.heartbeatAtMs === null) return false;
    if (!this.#isLong(heard.lastAtMs)) return false;
    if (this.#silent.get(reference) === heard.lastAtMs) return false;
    this.#silent.set(reference, heard.lastAtMs);
    this.options.log('subscriptionSilent', {
      name: reference,
      elapsedMs: this.options.now() - heard.lastAtMs,
    });
    return true;
  }
}
