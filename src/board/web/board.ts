import { get } from './api.js';
import type { Banner, Row, Worklist } from './contract.js';
import { nowMs, setServerTime } from './now.js';

/** What the page knows of the department, and whether that is still true. */
export interface Connection {
  readonly state: 'starting' | 'live' | 'lost';
  /** When the service was last heard of, by its own clock. */
  readonly heardMs: number | null;
}

type Change =
  | { readonly kind: 'row'; readonly row: Row; readonly isFirst: boolean }
  | { readonly kind: 'other' };

const SILENCE_MS_MAX = 25_000;
const RETRY_MS = [500, 1000, 2000, 4000, 8000];
const LOOK_MS = 1000;

/**
 * The live worklist. It begins with the whole list and follows the stream of events from there. A
 * stream that breaks, or is silent for longer than two of its beats, counts as lost at once, and is
 * taken up again after the last event that was seen.
 */
export class Board {
  readonly rows = new Map<string, Row>();
  banners: readonly Banner[] = [];
  connection: Connection = { state: 'starting', heardMs: null };
  #stream: EventSource | null = null;
  #lastId: string | null = null;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #watchers = new Set<(change: Change) => void>();

  watch(watcher: (change: Change) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  start(): void {
    setInterval(() => {
      const { state, heardMs } = this.connection;
      if (state === 'live' && nowMs() - (heardMs ?? 0) > SILENCE_MS_MAX) this.#lose();
    }, LOOK_MS);
    void this.#open();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#stream?.close();
    this.#stream = null;
  }

  async #open(): Promise<void> {
    this.stop();
    try {
      if (this.#lastId === null) await this.#load();
    } catch {
      this.#lose();
      return;
    }
    const stream = new EventSource(`api/events?after=${encodeURIComponent(this.#lastId ?? '')}`);
    this.#stream = stream;
    stream.onopen = () => {
      this.#tries = 0;
      this.#hear();
    };
    stream.onerror = () => {
      this.#lose();
    };
    this.#on(stream, 'row', (data) => {
      this.#put(data as Row);
    });
    this.#on(stream, 'gone', (data) => {
      this.rows.delete((data as { ecgId: string }).ecgId);
    });
    this.#on(stream, 'banner', (data) => {
      this.banners = data as readonly Banner[];
    });
    this.#on(stream, 'beat', (data) => {
      setServerTime((data as { at: string }).at);
    });
    this.#on(stream, 'reset', () => {
      this.#lastId = null;
      void this.#open();
    });
  }

  #on(stream: EventSource, name: string, take: (data: unknown) => void): void {
    stream.addEventListener(name, (event: MessageEvent<string>) => {
      if (event.lastEventId !== '') this.#lastId = event.lastEventId;
      take(JSON.parse(event.data === '' ? 'null' : event.data));
      this.#hear();
    });
  }

  async #load(): Promise<void> {
    const list = await get<Worklist>('worklist');
    setServerTime(list.at);
    const known = new Set(this.rows.keys());
    const isFirst = this.connection.state === 'starting';
    this.rows.clear();
    for (const row of list.rows) this.#put(row, isFirst || known.has(row.ecgId));
    this.banners = list.banner;
    this.#lastId = list.lastEventId;
    this.#hear();
  }

  #put(row: Row, isFirst = false): void {
    this.rows.set(row.ecgId, row);
    this.#tell({ kind: 'row', row, isFirst });
  }

  /** What an answer of the service already says, before the stream repeats it. */
  change(ecgId: string, part: Partial<Row>): void {
    const row = this.rows.get(ecgId);
    if (row) this.#put({ ...row, ...part }, true);
  }

  #hear(): void {
    this.connection = { state: 'live', heardMs: nowMs() };
    this.#tell({ kind: 'other' });
  }

  #lose(): void {
    this.stop();
    this.connection = { state: 'lost', heardMs: this.connection.heardMs };
    this.#tell({ kind: 'other' });
    const delayMs = RETRY_MS[Math.min(this.#tries, RETRY_MS.length - 1)] ?? LOOK_MS;
    this.#tries += 1;
    this.#timer = setTimeout(() => void this.#open(), delayMs);
  }

  #tell(change: Change): void {
    for (const watcher of this.#watchers) watcher(change);
  }
}
