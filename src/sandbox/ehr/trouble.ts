import { asRecord } from '../../wire/fhir/resource.js';
import { Problem } from './problem.js';

/** How the sandbox misbehaves until told otherwise. Set by code or by `PUT /sandbox/trouble`. */
export interface Trouble {
  /** Waits this long before the work is done, and before it is answered. */
  readonly delayBeforeMs: number;
  readonly delayAfterMs: number;
  /** Answers this instead of doing the work; 0 for none. The HL7 inbox says AE for 5xx, else AR. */
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
  readonly only: (typeof MEETS)[number];
  /** Ends after so many requests; null goes on. */
  readonly times: number | null;
  /** So many of the next notifications are never sent, sent twice, or sent behind the next one. */
  readonly loseNotifications: number;
  readonly repeatNotifications: number;
  readonly reorderNotifications: number;
  /** Turns every subscription off at once, as a server does that has given up on its subscriber. */
  readonly turnOffSubscriptions: boolean;
}

/** What a trouble befalls: requests that read or write, the HL7 inbox, the token endpoint. */
const MEETS = ['all', 'read', 'write', 'inbox', 'token'] as const;
export type Meets = Exclude<(typeof MEETS)[number], 'all'>;

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
  loseNotifications: 0,
  repeatNotifications: 0,
  reorderNotifications: 0,
  turnOffSubscriptions: false,
});

export type NotificationFate = 'sent' | 'lost' | 'repeated' | 'behind';

/** Holds the trouble in force and counts down. */
export class TroubleMaker {
  #trouble: Trouble = NO_TROUBLE;
  #left = 0;
  #lose = 0;
  #repeat = 0;
  #reorder = 0;

  get inForce(): Trouble {
    return this.#trouble;
  }

  set(trouble: Partial<Trouble>): void {
    this.#trouble = Object.freeze({ ...NO_TROUBLE, ...trouble });
    this.#left = this.#trouble.times ?? Infinity;
    this.#lose = this.#trouble.loseNotifications;
    this.#repeat = this.#trouble.repeatNotifications;
    this.#reorder = this.#trouble.reorderNotifications;
  }

  next(what: Meets): Trouble {
    const { only } = this.#trouble;
    if (this.#left <= 0 || (only !== 'all' && only !== what)) return NO_TROUBLE;
    this.#left -= 1;
    return this.#trouble;
  }

  nextNotification(): NotificationFate {
    if (this.#lose > 0) {
      this.#lose -= 1;
      return 'lost';
    }
    if (this.#repeat > 0) {
      this.#repeat -= 1;
      return 'repeated';
    }
    if (this.#reorder > 0) {
      this.#reorder -= 1;
      return 'behind';
    }
    return 'sent';
  }
}

const AMOUNTS = [
  'delayBeforeMs',
  'delayAfterMs',
  'status',
  'statusAfter',
  'racyMs',
  'loseNotifications',
  'repeatNotifications',
  'reorderNotifications',
];

export function parseTrouble(body: unknown): Partial<Trouble> {
  const given = asRecord(body);
  if (!given) throw new Problem(400, 'invalid', 'trouble is a JSON object');
  for (const [name, value] of Object.entries(given)) {
    if (!isTrouble(name, value)) {
      throw new Problem(
        400,
        'value',
        `${name.slice(0, 64)} is no such trouble, or has no such value`,
      );
    }
  }
  return given;
}

function isTrouble(name: string, value: unknown): boolean {
  if (AMOUNTS.includes(name)) return isAmount(value);
  if (name === 'retryAfterSeconds' || name === 'times') return value === null || isAmount(value);
  if (name === 'reset' || name === 'hang') {
    return value === null || value === 'before' || value === 'after';
  }
  if (name === 'turnOffSubscriptions') return typeof value === 'boolean';
  return name === 'only' && MEETS.some((one) => one === value);
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0;
}
