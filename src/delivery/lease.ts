import { fail, failureOf } from '../core/failure.js';
import type { Deliveries, Delivery } from '../ledger/ledger.js';

/** A lease is renewed this often in its time, so that one failed renewal does not lose it. */
const RENEWALS_PER_LEASE = 3;

/**
 * Keeps a claim alive while its work goes on. Lost when the ledger names a newer claim, or when no
 * renewal came through for the length of a lease: then another may have it, and we cannot know.
 */
export class LeaseKeeper {
  readonly #timer: NodeJS.Timeout;
  #keptAtMs: number;
  #isLost = false;
  #renewing: Promise<void> = Promise.resolve();

  constructor(
    private readonly deliveries: Pick<Deliveries, 'renew' | 'sending'>,
    private readonly delivery: Pick<Delivery, 'id' | 'fence'>,
    private readonly leaseMs: number,
    private readonly now: () => number,
  ) {
    this.#keptAtMs = now();
    this.#timer = setInterval(() => {
      this.#renewing = this.#renew();
    }, leaseMs / RENEWALS_PER_LEASE);
  }

  /** Right before bytes leave: what the ledger does not hold as ours is not written. */
  async beforeWrite(): Promise<void> {
    if (this.#isLost || this.now() - this.#keptAtMs >= this.leaseMs) {
      throw fail('lease-lost', 'the lease ran out before the write');
    }
    await this.deliveries.sending(this.delivery.id, this.delivery.fence);
  }

  /** No renewal is under way any more when it resolves. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
  }

  async #renew(): Promise<void> {
    const atMs = this.now();
    try {
      await this.deliveries.renew(this.delivery.id, this.delivery.fence, this.leaseMs);
      this.#keptAtMs = atMs;
    } catch (error) {
      // A ledger that is away for a moment has not given the lease to anybody.
      if (failureOf(error).code === 'lease-lost') this.#isLost = true;
    }
  }
}
