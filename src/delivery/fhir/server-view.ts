import { failureOf } from '../../core/failure.js';
import type { Log } from '../../core/log.js';
import type { FhirClient } from '../../wire/fhir/client.js';
import { EVERYTHING, takenBy, type Taken } from './carrier.js';

/** How long a server is taken by what it said of itself. */
export const CAPABILITIES_MS = 10 * 60_000;

export interface ServerViewOptions {
  readonly name: string;
  readonly client: Pick<FhirClient, 'capabilities'>;
  readonly log: Log;
  readonly now: () => number;
}

/** What the server takes, as it says itself; asked now and then, and told whenever it changes. */
export class ServerView {
  #seen: { readonly taken: Taken; readonly untilMs: number } | null = null;
  #told = '';

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

  /** In which form results reach this server, in a few words; null before it was first asked. */
  describe(): string | null {
    if (!this.#seen) return null;
    const { carrier, transactions } = this.#seen.taken;
    const way = transactions ? 'in one transaction' : 'one by one';
    return carrier === null ? 'takes no resource that could carry a result' : `${carrier}, ${way}`;
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
