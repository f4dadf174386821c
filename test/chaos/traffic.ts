import { setTimeout as delay } from 'node:timers/promises';
import { createRandom, type Random } from '../../src/sandbox/random.js';
import type { ChaosEcg, EcgSource } from './ecgs.js';
import { openMllpDoor, openRestDoor, type Door } from './senders.js';
import type { Sent } from './verdict.js';

export interface TrafficOptions {
  readonly mllpPort: number;
  readonly httpPort: number;
  readonly seed: number;
  readonly ecgs: EcgSource;
  /** ECGs begun at most: the test ends by itself, whatever happens. */
  readonly ecgsMax: number;
  /** ECGs without a result at which the senders pause, as a department has so many patients. */
  readonly openMax: number;
  /** Whether the result of an ECG is in the EHR. */
  readonly stands: (key: string) => boolean;
}

/** A wait between two ECGs of one sender. */
const PACE_MS_MAX = 250;
const RESEND_MS = 100;
/** Attempts after which a sender that never hears an answer is taken for a failed test. */
const ATTEMPTS_MAX = 3_000;
/** So many senders of each kind. */
const CARTS = 6;
const UPLOADERS = 2;

/** How often a sender behaves like this. */
const SHARES = {
  /** Sends it once and does not care: its ECG may stand once or not at all. */
  forgetful: 0.1,
  /** Has its acknowledgement and sends it again all the same. */
  repeats: 0.1,
  /** The same ECG comes by the other door too. */
  bothDoors: 0.1,
};

interface Entry extends Sent {
  acknowledged: boolean;
  /** Its sender stopped without an acknowledgement. */
  givenUp: boolean;
}

/** A steady stream of ECGs by all doors, from senders that repeat what was not acknowledged. */
export class Traffic {
  readonly #options: TrafficOptions;
  readonly #random: Random;
  readonly #sent: Entry[] = [];
  readonly #refusals: string[] = [];
  readonly #doors: Door[] = [];
  readonly #loops: Promise<void>[];
  #ending = false;
  #abandoned = false;
  #resent = 0;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#random = createRandom(options.seed);
    const carts = Array.from({ length: CARTS }, () => openMllpDoor(options.mllpPort));
    const uploaders = Array.from({ length: UPLOADERS }, () => openRestDoor(options.httpPort));
    this.#doors.push(...carts, ...uploaders);
    this.#loops = this.#doors.map((door, i) => {
      const other = i < CARTS ? uploaders[i % UPLOADERS] : carts[i % CARTS];
      return this.#loop(door, other ?? door);
    });
  }

  get sent(): readonly Sent[] {
    return this.#sent;
  }

  /** Answers that no sender should ever get for a sound ECG. */
  get refusals(): readonly string[] {
    return this.#refusals;
  }

  /** ECGs on their way: acknowledged or still being sent, and without a result. */
  get open(): number {
    return this.#sent.filter(({ key, givenUp }) => !givenUp && !this.#options.stands(key)).length;
  }

  get resent(): number {
    return this.#resent;
  }

  /** Nothing new; resolves when all that was begun is acknowledged or given up. */
  async end(): Promise<void> {
    this.#ending = true;
    await Promise.all(this.#loops);
    for (const door of this.#doors) door.close();
  }

  /** For a run that failed: stops at once. */
  async abandon(): Promise<void> {
    this.#abandoned = true;
    await this.end();
  }

  async #loop(door: Door, otherDoor: Door): Promise<void> {
    const { openMax, ecgsMax, ecgs } = this.#options;
    while (!this.#ending) {
      await delay(this.#random.between(0, PACE_MS_MAX));
      if (this.open >= openMax) continue;
      if (this.#sent.length >= ecgsMax) return;
      const ecg = ecgs.next();
      const entry: Entry = { key: ecg.key, acknowledged: false, givenUp: false };
      this.#sent.push(entry);
      await this.#bring(ecg, entry, door, otherDoor);
      entry.givenUp = !entry.acknowledged;
    }
  }

  async #bring(ecg: ChaosEcg, entry: Entry, door: Door, otherDoor: Door): Promise<void> {
    const fate = this.#random.next();
    const { forgetful, repeats, bothDoors } = SHARES;
    if (fate < forgetful) {
      await this.#send(ecg, entry, door, 1);
    } else if (fate < forgetful + repeats) {
      await this.#send(ecg, entry, door, ATTEMPTS_MAX);
      await this.#send(ecg, entry, door, ATTEMPTS_MAX);
    } else if (fate < forgetful + repeats + bothDoors) {
      await Promise.all([
        this.#send(ecg, entry, door, ATTEMPTS_MAX),
        this.#send(ecg, entry, otherDoor, ATTEMPTS_MAX),
      ]);
    } else {
      await this.#send(ecg, entry, door, ATTEMPTS_MAX);
    }
  }

  async #send(ecg: ChaosEcg, entry: Entry, door: Door, attemptsMax: number): Promise<void> {
    for (let attempt = 1; attempt <= attemptsMax && !this.#abandoned; attempt += 1) {
      const answer = await door.send(ecg);
      if (answer.kind === 'acknowledged') {
        entry.acknowledged = true;
        return;
      }
      if (answer.kind === 'refused') {
        this.#refusals.push(`${door.name} ${ecg.key}: ${answer.detail}`);
        return;
      }
      this.#resent += 1;
      await delay(RESEND_MS);
    }
    if (attemptsMax > 1 && !this.#abandoned) {
      this.#refusals.push(`${door.name} ${ecg.key}: no answer in ${attemptsMax} attempts`);
    }
  }
}
