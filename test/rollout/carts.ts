import { setTimeout as delay } from 'node:timers/promises';
import { EcgSource, type ChaosEcg } from '../chaos/ecgs.js';
import { openMllpDoor, type Door } from '../chaos/senders.js';
import type { Sent } from '../chaos/verdict.js';

export interface CartsOptions {
  /** Of the Service, not of a pod. */
  readonly port: number;
  readonly seed: number;
  /** A wait between two ECGs of one cart. */
  readonly paceMs: number;
  /** Whether a result of this ECG stands in the EHR. */
  readonly stands: (key: string) => boolean;
}

export interface CartEntry extends Sent {
  readonly ecg: ChaosEcg;
  acknowledged: boolean;
  acknowledgedAtMs: number;
  /** What was going on, once for each time that no answer came or that it was no AA. */
  readonly unanswered: string[];
}

export const CARTS = 6;
/** As integration engines wait, and longer than the database may take for a statement. */
export const ANSWER_MS_MAX = 30_000;
const RESEND_MS = 250;
/** ECGs without a result at which the carts wait: a department has only so many patients. */
const OPEN_MAX = 40;

/** The carts of the department: each sends its ECG until it is acknowledged, then the next. */
export class Carts {
  readonly sent: CartEntry[] = [];
  readonly refusals: string[] = [];
  /** Named by whoever does something to the service. */
  during = 'calm';
  readonly #source: EcgSource;
  readonly #doors: readonly Door[];
  readonly #loops: Promise<void>[];
  #ending = false;
  #abandoned = false;

  constructor(private readonly options: CartsOptions) {
    this.#source = new EcgSource(options.seed, Date.now());
    this.#doors = Array.from({ length: CARTS }, () => openMllpDoor(options.port, ANSWER_MS_MAX));
    this.#loops = this.#doors.map((door) => this.#loop(door));
  }

  get acknowledged(): readonly CartEntry[] {
    return this.sent.filter(({ acknowledged }) => acknowledged);
  }

  get open(): number {
    return this.sent.filter(({ key }) => !this.options.stands(key)).length;
  }

  get resent(): number {
    return this.sent.reduce((sum, { unanswered }) => sum + unanswered.length, 0);
  }

  /** Nothing new; resolves when all that was begun is acknowledged. */
  async end(): Promise<void> {
    this.#ending = true;
    await Promise.all(this.#loops);
    for (const door of this.#doors) door.close();
  }

  async abandon(): Promise<void> {
    this.#abandoned = true;
    await this.end();
  }

  async #loop(door: Door): Promise<void> {
    while (!this.#ending) {
      await delay(this.options.paceMs);
      if (this.open < OPEN_MAX) await this.#bring(door);
    }
  }

  async #bring(door: Door): Promise<void> {
    const ecg = this.#source.next();
    const { key } = ecg;
    const entry = {
      key,
      ecg,
      acknowledged: false,
      acknowledgedAtMs: 0,
      unanswered: [] as string[],
    };
    this.sent.push(entry);
    while (!this.#abandoned) {
      const { during } = this;
      const answer = await door.send(ecg);
      if (answer.kind === 'acknowledged') {
        entry.acknowledged = true;
        entry.acknowledgedAtMs = Date.now();
        return;
      }
      if (answer.kind === 'refused') {
        this.refusals.push(`${key}: ${answer.detail}`);
        return;
      }
      entry.unanswered.push(during);
      await delay(RESEND_MS);
    }
  }
}
