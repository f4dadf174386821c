import { failureOf } from '../../../core/failure.js';
import type { Log } from '../../../core/log.js';
import type { Feeds } from '../../../ledger/feeds.js';
import type { FhirClient, SearchPage, SearchQuery } from '../../../wire/fhir/client.js';
import { admitFound, foundOf, type AdmissionParts, type Found } from './admission.js';
import type { Criterion } from './criterion.js';

export interface EhrSweepOptions extends AdmissionParts {
  readonly client: Pick<FhirClient, 'search' | 'nextPage'>;
  readonly feeds: Pick<Feeds, 'known' | 'sweeps' | 'saveSweep'>;
  readonly overlapMs: number;
  /** How far the first sweep of all looks back. */
  readonly backMs: number;
  readonly pageCount?: number;
  readonly log: Log;
}

/** Asked for by `_count`; a server may give fewer. */
export const SWEEP_PAGE_COUNT = 100;
/** More pages in a stretch of time and the stretch is halved: order cannot be trusted, time can. */
export const SWEEP_PAGES_MAX = 20;
/** A stretch is not cut shorter than this; what is in it is read to this many pages. */
export const SWEEP_STRETCH_MS_MIN = 1_000;
export const SWEEP_CROWD_PAGES_MAX = 400;
/** A notification may be on its way that long; what is older was told by none. */
export const CAUGHT_AFTER_MS = 30_000;

/**
 * Looks for what notifications lost: everything of a criterion that was updated since the last look,
 * and a little before it. Each stretch of time is read to its end before it counts as swept, so that
 * a sweep that is broken off is done again and not gone on with.
 */
export class EhrSweep {
  /** Some servers refuse a search that names the elements wanted. */
  #asksElements = true;

  constructor(private readonly options: EhrSweepOptions) {}

  /** How many ECGs it found that were not known. */
  async run(criterion: Criterion): Promise<number> {
    const { feeds, overlapMs, backMs, log, now } = this.options;
    const startedMs = now();
    const last = (await feeds.sweeps()).find(({ criteria }) => criteria === criterion.text);
    const fromMs = (last?.throughMs ?? startedMs - backMs) - overlapMs;
    const round = new Round(criterion, this.options, startedMs, (query) =>
      this.#search(criterion, query),
    );
    await round.sweep(fromMs, null);
    log('swept', { kind: criterion.type, count: round.fresh, elapsedMs: now() - startedMs });
    return round.fresh;
  }

  async #search({ type }: Criterion, query: SearchQuery): Promise<SearchPage> {
    const { client } = this.options;
    if (this.#asksElements) {
      try {
        return await client.search(type, { ...query, _elements: 'id,meta' });
      } catch (error) {
        if (failureOf(error).code !== 'destination-refused') throw error;
        this.#asksElements = false;
      }
    }
    return client.search(type, query);
  }
}

class Round {
  fresh = 0;

  constructor(
    private readonly criterion: Criterion,
    private readonly options: EhrSweepOptions,
    private readonly startedMs: number,
    private readonly search: (query: SearchQuery) => Promise<SearchPage>,
  ) {}

  /** Up to `toMs`, or to the moment at which the server answers. */
  async sweep(fromMs: number, toMs: number | null): Promise<void> {
    const first = await this.search(this.#query(fromMs, toMs));
    const untilMs = toMs ?? first.serverMs ?? this.options.now();
    const isShort = untilMs - fromMs <= SWEEP_STRETCH_MS_MIN;
    const newestMs = await this.#read(first, isShort ? SWEEP_CROWD_PAGES_MAX : SWEEP_PAGES_MAX);
    if (newestMs === 'crowded' && !isShort) {
      const middleMs = Math.floor((fromMs + untilMs) / 2);
      await this.sweep(fromMs, middleMs);
      await this.sweep(middleMs, toMs);
      return;
    }
    if (newestMs === 'crowded') this.options.log('sweepCrowded', { kind: this.criterion.type });
    await this.#through(toMs ?? first.serverMs ?? (newestMs === 'crowded' ? null : newestMs));
  }

  #query(fromMs: number, toMs: number | null): SearchQuery {
    const limits = [`ge${new Date(fromMs).toISOString()}`];
    if (toMs !== null) limits.push(`lt${new Date(toMs).toISOString()}`);
    return {
      ...this.criterion.query,
      _lastUpdated: limits,
      _count: String(this.options.pageCount ?? SWEEP_PAGE_COUNT),
    };
  }

  /** The newest time of update seen; null where there was none. */
  async #read(first: SearchPage, pagesMax: number): Promise<number | null | 'crowded'> {
    let newestMs: number | null = null;
    let page = first;
    for (let pages = 1; ; pages += 1) {
      const found = page.resources.flatMap((one) =>
        one.resourceType === this.criterion.type ? (foundOf(one) ?? []) : [],
      );
      await this.#admit(found);
      for (const { updatedMs } of found) newestMs = Math.max(newestMs ?? 0, updatedMs ?? 0);
      if (page.next === null) return newestMs;
      if (pages >= pagesMax) return 'crowded';
      page = await this.options.client.nextPage(page.next);
    }
  }

  async #admit(found: readonly Found[]): Promise<void> {
    const { log, now } = this.options;
    const fresh = await admitFound(found, this.options);
    this.fresh += fresh.length;
    const atMs = now();
    const caught = fresh.filter(({ updatedMs }) => atMs - (updatedMs ?? atMs) > CAUGHT_AFTER_MS);
    if (caught.length > 0) log('sweepCaught', { kind: this.criterion.type, count: caught.length });
  }

  /** Without a word of the server's clock only what was seen is known to be behind us. */
  async #through(throughMs: number | null): Promise<void> {
    const { feeds } = this.options;
    const { text: criteria } = this.criterion;
    const last = (await feeds.sweeps()).find((one) => one.criteria === criteria);
    const reachedMs = throughMs ?? last?.throughMs;
    if (reachedMs === undefined) return;
    await feeds.saveSweep({ criteria, throughMs: reachedMs, sweptAtMs: this.startedMs });
  }
}
