import type { ModelCard } from '../core/decision/card.js';
import type { Scored, Scorer } from '../core/decision/scorer.js';
import type { Ecg } from '../core/ecg/ecg.js';
import { fail, failure, FailureError, type Failure } from '../core/failure.js';
import type { Log } from '../core/log.js';
import { deepFreeze } from './card.js';
import { planThreads, readCpuLimit } from './cpu.js';
import type { ThreadMessage } from './messages.js';
import { modelSetOf, type RejectedModel } from './models-folder.js';
import { packEcg } from './packed-ecg.js';
import { SCORING_THREAD, startSlot, type Slot, type ThreadProgram } from './slot.js';

export interface ScorerOptions {
  readonly modelsDir: string;
  /** Null: as many as the CPU limit of this machine or container allows. */
  readonly threads: number | null;
  /** Cores that one run of a network may use; null: as the CPU limit allows. */
  readonly intraOpThreads: number | null;
  /** A score that takes longer is given up and its thread replaced. */
  readonly runMsMax: number;
  readonly log: Log;
  readonly program?: ThreadProgram;
}

/** Scores waiting for a free thread, all threads together. */
export const WAITING_MAX = 256;
/** How long one may wait for a free thread before its job is better tried again later. */
export const WAIT_MS_MAX = 60_000;
/** Opening and verifying every model may take this long. */
export const START_MS_MAX = 120_000;
/** A run inside the runtime's own code cannot be cut short: closing waits no longer for it. */
export const STOP_MS_MAX = 5_000;
/** A thread that dies again and again is started ever more slowly. */
export const RESTART_MS_FIRST = 100;
export const RESTART_MS_MAX = 10_000;

/** A score from its call to its answer: first waiting, then in a thread. */
interface Score {
  readonly ecg: Ecg;
  readonly resolve: (scored: Scored) => void;
  readonly reject: (why: FailureError) => void;
  timer: NodeJS.Timeout;
}

/**
 * A place for one thread, and the thread's state:
 *
 *     starting --ready--> idle --score--> busy --scored--> idle
 *     any of them --crash, time-out--> resting --after a pause--> starting
 */
interface Place {
  state: 'starting' | 'idle' | 'busy' | 'resting';
  slot: Slot | null;
  score: Score | null;
  number: number;
  deathsInRow: number;
  timer: NodeJS.Timeout | null;
}

/** Opens the models in scoring threads; resolves when every thread has verified them all. */
export async function openScorer(options: ScorerOptions): Promise<ScorerPool> {
  const plan = planThreads(readCpuLimit(), options.threads);
  const intraOpThreads = options.intraOpThreads ?? plan.intraOpThreads;
  const pool = new ScorerPool(options, plan.threads, intraOpThreads);
  try {
    await pool.opened;
  } catch (error) {
    await pool.close();
    throw error;
  }
  return pool;
}

export class ScorerPool implements Scorer {
  cards: readonly ModelCard[] = [];
  rejected: readonly RejectedModel[] = [];
  modelSet = '';
  readonly opened: Promise<void>;
  readonly #places: Place[];
  readonly #waiting: Score[] = [];
  readonly #stopping = new Set<Promise<void>>();
  #open: { resolve: () => void; reject: (why: FailureError) => void } | null = null;
  #isClosed = false;
  #numbers = 0;

  constructor(
    private readonly options: ScorerOptions,
    readonly threads: number,
    private readonly intraOpThreads: number,
  ) {
    this.opened = new Promise((resolve, reject) => {
      this.#open = { resolve, reject };
    });
    this.#places = Array.from({ length: threads }, () => ({
      state: 'starting',
      slot: null,
      score: null,
      number: 0,
      deathsInRow: 0,
      timer: null,
    }));
    for (const place of this.#places) this.#start(place);
  }

  /** Throws FailureError (`scorer-not-ready`) when an ECG could not be scored in full now. */
  check(): void {
    const why = this.#notReady();
    if (why) throw new FailureError(why);
  }

  get depth(): { readonly waiting: number; readonly running: number } {
    const running = this.#places.filter(({ state }) => state === 'busy').length;
    return { waiting: this.#waiting.length, running };
  }

  score(ecg: Ecg): Promise<Scored> {
    const invalid = this.#closedOrInvalid();
    if (invalid) return Promise.reject(new FailureError(invalid));
    if (this.#waiting.length >= WAITING_MAX) {
      return Promise.reject(fail('scorer-busy', `${WAITING_MAX} scores are waiting already`));
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(score), 1);
        reject(fail('scorer-busy', `no scoring thread was free for ${WAIT_MS_MAX} ms`));
      }, WAIT_MS_MAX);
      const score: Score = { ecg, resolve, reject, timer };
      this.#waiting.push(score);
      this.#dispatch();
    });
  }

  /** Whatever is waiting or running is told so; its job is tried again by whoever comes next. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const closing = fail('scorer-not-ready', 'the scorer is closing');
    for (const score of this.#waiting.splice(0)) giveUp(score, closing);
    for (const place of this.#places) {
      if (place.timer) clearTimeout(place.timer);
      if (place.score) giveUp(place.score, closing);
      place.score = null;
      void this.#stop(place);
    }
    await within(STOP_MS_MAX, Promise.all(this.#stopping));
  }

  #notReady(): Failure | null {
    const invalid = this.#closedOrInvalid();
    if (invalid) return invalid;
    const isAnyUp = this.#places.some(({ state }) => state === 'idle' || state === 'busy');
    return isAnyUp ? null : failure('scorer-not-ready', 'no scoring thread is up');
  }

  /** While one model is rejected nothing is scored: a result must not lack a model in silence. */
  #closedOrInvalid(): Failure | null {
    if (this.#isClosed) return failure('scorer-not-ready', 'the scorer is closed');
    const [first] = this.rejected;
    if (!first) return null;
    return failure('scorer-not-ready', `model ${first.folder}: ${first.failure.detail}`);
  }

  #dispatch(): void {
    for (const place of this.#places) {
      if (place.state !== 'idle' || !place.slot) continue;
      const score = this.#waiting.shift();
      if (!score) return;
      clearTimeout(score.timer);
      place.state = 'busy';
      place.score = score;
      place.number = this.#numbers += 1;
      score.timer = setTimeout(() => {
        const { runMsMax } = this.options;
        this.#replace(place, failure('scorer-timed-out', `a score took over ${runMsMax} ms`));
      }, this.options.runMsMax);
      place.slot.send({ number: place.number, ecg: packEcg(score.ecg) });
    }
  }

  #start(place: Place): void {
    place.state = 'starting';
    place.timer = setTimeout(() => {
      this.#replace(place, failure('scorer-timed-out', 'a scoring thread did not start'));
    }, START_MS_MAX);
    place.slot = startSlot(
      this.options.program ?? SCORING_THREAD,
      { modelsDir: this.options.modelsDir, intraOpThreads: this.intraOpThreads },
      {
        message: (message) => {
          this.#heard(place, message);
        },
        ended: (why) => {
          this.#replace(place, why);
        },
      },
    );
  }

  #heard(place: Place, message: ThreadMessage): void {
    if (message.kind === 'scored') {
      if (!place.score || place.number !== message.number) return;
      clearTimeout(place.score.timer);
      place.score.resolve(message.scored);
      place.score = null;
      place.deathsInRow = 0;
    } else if (!this.#isSameSet(message)) {
      this.#replace(place, failure('scorer-not-ready', 'the models changed on disk'));
      return;
    } else if (place.timer) {
      clearTimeout(place.timer);
    }
    place.state = 'idle';
    if (this.#places.every(({ state }) => state !== 'starting')) this.#open?.resolve();
    this.#dispatch();
  }

  /** The first thread says which models there are; a later one that differs is no replacement. */
  #isSameSet({ cards, rejected }: Extract<ThreadMessage, { kind: 'ready' }>): boolean {
    const modelSet = modelSetOf(cards);
    if (this.modelSet !== '') {
      return modelSet === this.modelSet && rejected.length === this.rejected.length;
    }
    this.modelSet = modelSet;
    this.cards = deepFreeze(cards);
    this.rejected = rejected;
    for (const { id, version } of cards) {
      this.options.log('modelReady', { name: `${id}@${version}` });
    }
    for (const { folder, failure: why } of rejected) {
      this.options.log('modelRejected', { name: folder, code: why.code, detail: why.detail });
    }
    return true;
  }

  #replace(place: Place, why: Failure): void {
    if (this.#isClosed) return;
    this.options.log('scorerReplaced', { code: why.code, detail: why.detail });
    if (place.timer) clearTimeout(place.timer);
    if (place.score) giveUp(place.score, new FailureError(why));
    place.score = null;
    this.#open?.reject(new FailureError(why));
    const pauseMs = Math.min(RESTART_MS_MAX, RESTART_MS_FIRST * 2 ** place.deathsInRow);
    place.deathsInRow = Math.min(place.deathsInRow + 1, 16);
    // Only when the old thread is gone: a place never holds the models in memory twice.
    void this.#stop(place).then(() => {
      if (this.#isClosed) return;
      place.timer = setTimeout(() => {
        this.#start(place);
      }, pauseMs);
    });
  }

  async #stop(place: Place): Promise<void> {
    const { slot } = place;
    place.state = 'resting';
    place.slot = null;
    if (!slot) return;
    const stopped = slot.stop().finally(() => this.#stopping.delete(stopped));
    this.#stopping.add(stopped);
    await stopped;
  }
}

function giveUp(score: Score, why: FailureError): void {
  clearTimeout(score.timer);
  score.reject(why);
}

async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
