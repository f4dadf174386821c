import { FailureError, fail } from '../core/failure.js';
import { REQUESTS_MAX } from './bounds.js';
import type { Outage } from './outage.js';

/**
 * Every request to the store goes through here, so that none holds its caller for longer than the
 * bound. While one request is overdue the others are refused at once: a store that hangs costs one
 * wait, not one wait for every message.
 */
export class Gate {
  #inFlight = 0;
  #overdue = 0;

  constructor(
    private readonly answerMsMax: number,
    private readonly outage: Outage,
  ) {}

  async pass<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#overdue > 0) throw fail('queue-away', 'an earlier request is still unanswered');
    if (this.#inFlight >= REQUESTS_MAX) throw fail('queue-away', 'too many requests in flight');
    this.#inFlight++;
    const asked = ask().finally(() => this.#inFlight--);
    const answer = await this.#within(asked).catch((error: unknown) => {
      throw this.#refusal(error);
    });
    this.outage.over();
    return answer;
  }

  async #within<T>(asked: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.#overdue++;
        const settled = () => {
          this.#overdue--;
        };
        asked.then(settled, settled);
        reject(fail('queue-away', `no answer within ${this.answerMsMax} ms`));
      }, this.answerMsMax);
    });
    try {
      return await Promise.race([asked, bound]);
    } finally {
      clearTimeout(timer);
    }
  }

  #refusal(error: unknown): Error {
    if (error instanceof FailureError && error.failure.code !== 'queue-away') return error;
    this.outage.began(error);
    if (error instanceof FailureError) return error;
    return fail('queue-away', 'the store refused the request', { cause: error });
  }
}

/** Whether it came to an end in time; how it ended is not asked. */
export async function settlesWithin(promise: Promise<unknown>, boundMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<false>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, boundMs);
  });
  try {
    return await Promise.race([promise.then(() => true), bound]);
  } finally {
    clearTimeout(timer);
  }
}
