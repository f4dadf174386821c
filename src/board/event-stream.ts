import type { Response } from 'express';
import { failureOf } from '../core/failure.js';
import type { Log } from '../core/log.js';
import type { Banner } from './banner.js';
import type { Worklist, WorklistEvent } from './worklist.js';

export const LOOK_EVERY_MS = 250;
export const BEAT_EVERY_MS = 10_000;
export const BANNER_EVERY_MS = 5_000;
/** Pages that follow one process at a time. */
export const STREAMS_MAX = 500;
export const STREAMS_OF_ONE_MAX = 16;
export const SESSION_ASKED_EVERY_MS = 15_000;
/** A page that is this far behind is cut off: it comes again and goes on where it was. */
export const UNREAD_BYTES_MAX = 4 * 1024 * 1024;
/** Told to the page, which then comes back this soon. */
const RETRY_MS = 1_000;

export interface EventStreams {
  /** False where there are too many already. */
  open(response: Response, follower: Follower): Promise<boolean>;
  readonly count: number;
  close(): void;
}

export interface Follower {
  readonly after: string | null;
  /** Whose page it is; one person may follow on a few screens. */
  readonly session: string;
  /** Asked from time to time: a page that was logged out must not follow on. */
  readonly isStillIn: () => Promise<boolean>;
}

export interface EventStreamsOptions {
  readonly worklist: Worklist;
  readonly banner: () => Promise<readonly Banner[]>;
  readonly log: Log;
  readonly now: () => number;
}

/**
 * Server-sent events for every page of this process. One reader looks into the ledger while anybody
 * listens, and what it finds is told to all.
 */
export function createEventStreams(options: EventStreamsOptions): EventStreams {
  return new Streams(options);
}

class Streams implements EventStreams {
  readonly #open = new Set<Stream>();
  #timers: NodeJS.Timeout[] = [];
  #unsubscribe: () => void = () => undefined;
  #banner = '';
  #isLooking = false;
  #isAway = false;

  constructor(private readonly options: EventStreamsOptions) {}

  get count(): number {
    return this.#open.size;
  }

  async open(response: Response, follower: Follower): Promise<boolean> {
    const { after, session } = follower;
    const own = [...this.#open].filter((stream) => stream.follower.session === session);
    if (this.#open.size >= STREAMS_MAX || own.length >= STREAMS_OF_ONE_MAX) return false;
    const { worklist } = this.options;
    const stream = new Stream(response, follower);
    this.#open.add(stream);
    response.once('close', () => {
      this.#leave(stream);
    });
    if (this.#open.size === 1) this.#start();
    stream.begin();
    await worklist.catchUp();
    const tell = (event: WorklistEvent): void => {
      stream.tell(event, worklist.cursor);
    };
    if (after !== null && !(await worklist.tellSince(after, tell))) tell({ kind: 'reset' });
    stream.raw('banner', JSON.stringify(await this.options.banner()), null);
    return true;
  }

  close(): void {
    for (const stream of [...this.#open]) stream.end();
    this.#stop();
  }

  #start(): void {
    const { worklist } = this.options;
    this.#unsubscribe = worklist.subscribe((event, cursor) => {
      if (event.kind === 'trouble') void this.#tellBanner();
      else for (const stream of this.#open) stream.tell(event, cursor);
    });
    this.#timers = [
      setInterval(() => void this.#look(), LOOK_EVERY_MS),
      setInterval(() => void this.#tellBanner(), BANNER_EVERY_MS),
      setInterval(() => {
        this.#beat();
      }, BEAT_EVERY_MS),
      setInterval(() => void this.#askSessions(), SESSION_ASKED_EVERY_MS),
    ];
  }

  #stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
    this.#unsubscribe();
  }

  #leave(stream: Stream): void {
    this.#open.delete(stream);
    if (this.#open.size === 0) this.#stop();
  }

  /** A ledger that is away is told once; the pages see it by the banner, and by their age. */
  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.options.worklist.catchUp();
      this.#isAway = false;
    } catch (error) {
      if (!this.#isAway) this.options.log('ledgerAway', { code: failureOf(error).code });
      this.#isAway = true;
    } finally {
      this.#isLooking = false;
    }
  }

  async #askSessions(): Promise<void> {
    for (const stream of [...this.#open]) {
      if (!(await stream.follower.isStillIn().catch(() => true))) stream.end();
    }
  }

  async #tellBanner(): Promise<void> {
    const told = JSON.stringify(await this.options.banner());
    if (told === this.#banner) return;
    this.#banner = told;
    for (const stream of this.#open) stream.raw('banner', told, null);
  }

  /** No beat while the ledger is away: a page must not take an old list for the present. */
  #beat(): void {
    if (this.#isAway) return;
    const at = new Date(this.options.now()).toISOString();
    for (const stream of this.#open) {
      stream.raw('beat', JSON.stringify({ at }), this.options.worklist.cursor);
    }
  }
}

class Stream {
  constructor(
    private readonly response: Response,
    readonly follower: Follower,
  ) {}

  begin(): void {
    this.response.status(200).set({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    this.response.flushHeaders();
    this.response.write(`retry: ${RETRY_MS}\n\n`);
  }

  tell(event: WorklistEvent, cursor: string): void {
    switch (event.kind) {
      case 'row':
        this.raw('row', JSON.stringify(event.row), cursor);
        return;
      case 'gone':
        this.raw('gone', JSON.stringify({ ecgId: event.ecgId }), cursor);
        return;
      case 'reset':
        this.raw('reset', '{}', cursor);
        return;
      case 'trouble':
    }
  }

  raw(name: string, data: string, id: string | null): void {
    this.#write(`${id === null ? '' : `id: ${id}\n`}event: ${name}\ndata: ${data}\n\n`);
  }

  end(): void {
    this.response.end();
  }

  #write(text: string): void {
    if (this.response.writableEnded || this.response.destroyed) return;
    this.response.write(text);
    if (this.response.writableLength > UNREAD_BYTES_MAX) this.response.destroy();
  }
}
