import { asRecord } from '../../wire/fhir/resource.js';
import { Problem } from './problem.js';

/** How the sandbox misbehaves until told otherwise. Set by code or by `POST /_sandbox/trouble`. */
export interface Trouble {
  /** Waits this long before the work is done, and before it is answered. */
  readonly delayBeforeMs: number;
  readonly delayAfterMs: number;
  /** Answers this instead of doing the work; 0 for none. */
  readonly status: number;
  /** Does the work, then answers this; 0 for none. */
  readonly statusAfter: number;
  readonly retryAfterSeconds: number | null;
  /** Tears the connection down without having done the work, or having done it. */
  readonly reset: 'before' | 'after' | null;
  /** Never answers, without having done the work or having done it. */
  readonly hang: 'before' | 'after' | null;
  /** Time between looking and writing in which two conditional creates do not see each other. */
  readonly racyMs: number;
  readonly only: 'all' | 'read' | 'write';
  /** Ends after so many requests; null goes on. */
  readonly times: number | null;
}

export const NO_TROUBLE: Trouble = Object.freeze({
  delayBeforeMs: 0,
  delayAfterMs: 0,
  status: 0,
  statusAfter: 0,
  retryAfterSeconds: null,
  reset: null,
  hang: null,
  racyMs: 0,
  only: 'write',
  times: null,
});

/** Holds the trouble in force and counts down. */
export class TroubleMaker {
  #trouble: Trouble = NO_TROUBLE;
  #left = 0;

  set(trouble: Partial<Trouble>): void {
    this.#trouble = Object.freeze({ ...NO_TROUBLE, ...trouble });
    this.#left = this.#trouble.times ?? Infinity;
  }

  next(intent: 'read' | 'write'): Trouble {
    const { only } = this.#trouble;
    if (this.#left <= 0 || (only !== 'all' && only !== intent)) return NO_TROUBLE;
    this.#left -= 1;
    return this.#trouble;
  }
}

const NUMBERS = ['delayBeforeMs', 'delayAfterMs', 'status', 'statusAfter', 'racyMs'] as const;

export function parseTrouble(body: unknown): Partial<Trouble> {
  const given = asRecord(body);
  if (!given) throw new Problem(400, 'invalid', 'trouble is a JSON object');
  for (const [name, value] of Object.entries(given)) {
    if (!isTrouble(name, value)) throw new Problem(400, 'value', `${name} is no such trouble`);
  }
  return given;
}

function isTrouble(name: string, value: unknown): boolean {
  if (NUMBERS.some((one) => one === name)) return typeof value === 'number' && value >= 0;
  if (name === 'retryAfterSeconds' || name === 'times') {
    return value === null || typeof value === 'number';
  }
  if (name === 'reset' || name === 'hang')
    return value === null || value === 'before' || value === 'after';
  return name === 'only' && ['all', 'read', 'write'].some((one) => one === value);
}
