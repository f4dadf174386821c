import { failureOf } from '../../../core/failure.js';
import type { Log } from '../../../core/log.js';
import type { Feeds } from '../../../ledger/feeds.js';
import type { Criterion } from './criterion.js';
import type { EhrSweep } from './ehr-sweep.js';
import type { SubscriptionKeeper } from './keeper.js';

export interface FeedStationOptions {
  readonly feeds: Pick<Feeds, 'lease' | 'release' | 'sweeps' | 'keepOnly'>;
  readonly criteria: readonly Criterion[];
  readonly sweep: Pick<EhrSweep, 'run'>;
  /** Null where the EHR tells us by somebody else's Subscription, or not at all. */
  readonly keeper: Pick<SubscriptionKeeper, 'look'> | null;
  readonly sweepEveryMs: number;
  readonly checkEveryMs: number;
  /** Who this worker is: one at a time does all this. */
  readonly owner: string;
  readonly log: Log;
  readonly now: () => number;
}

export interface FeedStation {
  /** Resolves when the turn that is under way has ended. */
  stop(): Promise<void>;
}

const LEASE = 'ehr-feed';
export const FEED_TURN_MS = 1_000;
export const FEED_LEASE_MS = 30_000;
/** A Subscription that was just asked for is looked at again after this. */
export const REQUESTED_CHECK_MS = 2_000;

/** Looks after our Subscriptions and sweeps behind them, for as long as it runs. */
export function startFeedStation(options: FeedStationOptions): FeedStation {
  const turns = new Turns(options);
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const turn = async (): Promise<void> => {
    await turns.take();
    if (stopped) return;
    timer = setTimeout(() => {
      turning = turn();
    }, FEED_TURN_MS);
  };
  let turning = turn();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await turning;
      await options.feeds.release(LEASE, options.owner).catch(() => undefined);
    },
  };
}

class Turns {
  #checkAtMs = 0;
  /** Of each criterion, when a sweep that failed may be tried again. */
  readonly #sweepAgainAtMs = new Map<string, number>();
  #isTidy = false;

  constructor(private readonly options: FeedStationOptions) {}

  /** Never rejects. While a long sweep goes on its lease is kept. */
  async take(): Promise<void> {
    const { feeds, owner, log } = this.options;
    try {
      if (!(await feeds.lease(LEASE, owner, FEED_LEASE_MS))) return;
    } catch (error) {
      log('feedFailed', { code: failureOf(error).code });
      return;
    }
    const keeping = setInterval(() => {
      feeds.lease(LEASE, owner, FEED_LEASE_MS).catch(() => undefined);
    }, FEED_LEASE_MS / 3);
    try {
      await this.#tidy();
      await this.#check();
      await this.#sweepDue();
    } catch (error) {
      log('feedFailed', { code: failureOf(error).code });
    } finally {
      clearInterval(keeping);
    }
  }

  async #tidy(): Promise<void> {
    if (this.#isTidy) return;
    await this.options.feeds.keepOnly(this.options.criteria.map(({ text }) => text));
    this.#isTidy = true;
  }

  async #check(): Promise<void> {
    const { keeper, criteria, checkEveryMs, now } = this.options;
    if (!keeper || now() < this.#checkAtMs) return;
    let waitMs = checkEveryMs;
    for (const criterion of criteria) {
      const { status } = await keeper.look(criterion);
      if (status === 'requested') waitMs = Math.min(waitMs, REQUESTED_CHECK_MS);
    }
    this.#checkAtMs = now() + waitMs;
  }

  async #sweepDue(): Promise<void> {
    const { feeds, criteria, sweep, sweepEveryMs, log, now } = this.options;
    const swept = new Map((await feeds.sweeps()).map((one) => [one.criteria, one]));
    for (const criterion of criteria) {
      const last = swept.get(criterion.text);
      const isDue =
        !last || now() - last.sweptAtMs >= sweepEveryMs || last.askedAtMs > last.sweptAtMs;
      if (!isDue || now() < (this.#sweepAgainAtMs.get(criterion.text) ?? 0)) continue;
      try {
        await sweep.run(criterion);
      } catch (error) {
        const { code, detail, retryAfterMs } = failureOf(error);
        const waitMs = Math.max(retryAfterMs ?? 0, Math.min(sweepEveryMs, RETRY_MS_MAX));
        this.#sweepAgainAtMs.set(criterion.text, now() + waitMs);
        log('sweepFailed', { kind: criterion.type, code, detail });
      }
    }
  }
}

const RETRY_MS_MAX = 10_000;
