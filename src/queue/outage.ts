import { FailureError } from '../core/failure.js';
import type { Log } from '../core/log.js';

/** Logs the change from there to away and back, however many requests notice it. */
export class Outage {
  #away = false;

  constructor(
    private readonly log: Log,
    private readonly address: string,
  ) {}

  /** Said once at the start, unless the store is awaited still. */
  opened(elapsedMs: number): void {
    if (!this.#away) this.log('queueOpened', { address: this.address, elapsedMs });
  }

  began(error: unknown): void {
    if (this.#away) return;
    this.#away = true;
    this.log('queueAway', { address: this.address, code: 'queue-away', detail: kindOf(error) });
  }

  over(): void {
    if (!this.#away) return;
    this.#away = false;
    this.log('queueOpened', { address: this.address });
  }
}

/** Our own words, a system error code, or a class name: a foreign message may quote anything. */
function kindOf(error: unknown): string {
  if (error instanceof FailureError) return error.failure.detail;
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}
