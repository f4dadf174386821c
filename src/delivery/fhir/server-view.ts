import { failureOf } from '../../core/failure.js';
import type { Log } from '../../core/log.js';
import type { FhirClient } from '../../wire/fhir/client.js';
import type { AlertType } from './form.js';
import { EVERYTHING, takenBy, type Taken } from './carrier.js';

/** How long a server is taken by what it said of itself. */
export const CAPABILITIES_MS = 10 * 60_000;

/** For how long a server that refused a change of an alert is not asked for another. */
export const UPDATES_REFUSED_MS = 60 * 60_000;

export interface ServerViewOptions {
  readonly name: string;
  /** As what alerts stand there. */
  readonly alert: AlertType;
  readonly client: Pick<FhirClient, 'capabilities'>;
  readonly log: Log;
  readonly now: () => number;
}

/** What the server takes, as it says itself; asked now and then, and told whenever it changes. */
export class ServerView {
  #seen: { readonly taken: Taken; readonly untilMs: number } | null = null;
  #told = '';
  #refusesUpdates = false;
  #refusesUntilMs = 0;

  constructor(private readonly options: ServerViewOptions) {}

  async taken(): Promise<Taken> {
    const { now } = this.options;
    const nowMs = now();
    if (this.#seen && nowMs < this.#seen.untilMs) return this.#seen.taken;
    const taken = await this.#ask();
    this.#seen = { taken, untilMs: nowMs + CAPABILITIES_MS };
    this.#tell();
    return taken;
  }

  /** Whether a change of an alert is worth a request. */
  async takesUpdates(): Promise<boolean> {
    const { updates } = await this.taken();
    return updates(this.options.alert) && this.options.now() >= this.#refusesUntilMs;
  }

  /** What the server made of a change that it was sent. */
  updated(isTaken: boolean): void {
    this.#refusesUpdates = !isTaken;
    this.#refusesUntilMs = isTaken ? 0 : this.options.now() + UPDATES_REFUSED_MS;
    this.#tell();
  }

  /** In which form results reach this server, in a few words; null before it was first asked. */
  describe(): string | null {
    if (!this.#seen) return null;
    const { carrier, transactions, updates } = this.#seen.taken;
    const way = transactions ? 'in one transaction' : 'one by one';
    const form =
      carrier === null ? 'takes no resource that could carry a result' : `${carrier}, ${way}`;
    const isFixed = this.#refusesUpdates || !updates(this.options.alert);
    return isFixed ? `${form}; takes no updates of alerts` : form;
  }

  #tell(): void {
    const { name, log } = this.options;
    const told = this.describe() ?? '';
    if (told === this.#told) return;
    this.#told = told;
    log('carrierChosen', { name, detail: told });
  }

  /** A server that refuses to describe itself is taken for a whole one. */
  async #ask(): Promise<Taken> {
    try {
      return takenBy(await this.options.client.capabilities());
    } catch (error) {
      if (failureOf(error).class !== 'permanent') throw error;
      return EVERYTHING;
    }
  }
}
