import type { Log } from '../core/log.js';
import { failureOf } from '../core/failure.js';
import type { Ledger } from '../ledger/ledger.js';
import { byUrgency } from './priority.js';
import { toRow, type Row } from './row.js';

/** So many patients are shown at most; the banner says when there are more. */
export const ROWS_MAX = 2_000;
/** ECGs read from the ledger at a time: what is in memory on the way to a row stays small. */
const LOADED_AT_ONCE = 50;
const CHANGES_AT_ONCE = 500;
/** Further behind than this, a page reads the whole list faster than what changed. */
const GROUPS_BEHIND_MAX = 1_000;

export type WorklistEvent =
  | { readonly kind: 'row'; readonly row: Row }
  | { readonly kind: 'gone'; readonly ecgId: string }
  /** A delivery was parked or goes on: the banner may have changed. */
  | { readonly kind: 'trouble' }
  | { readonly kind: 'reset' };

export type Listener = (event: WorklistEvent, cursor: string) => void;

export interface Worklist {
  /** As everything committed before the call makes it, most urgent first. */
  snapshot(): Promise<Snapshot>;
  /** Hears what changes from now on. */
  subscribe(listener: Listener): () => void;
  /** Tells, all at once, what a page behind this cursor has missed; false where it must start anew. */
  tellSince(cursor: string, tell: (event: WorklistEvent) => void): Promise<boolean>;
  /** Reads what is new; told to listeners before it resolves. */
  catchUp(): Promise<void>;
  readonly cursor: string;
  /** True where there are more patients than are kept. */
  readonly isCut: boolean;
}

export interface Snapshot {
  readonly cursor: string;
  readonly rows: readonly Row[];
}

export interface WorklistOptions {
  readonly ledger: Pick<Ledger, 'board' | 'feed'>;
  readonly horizonMs: number;
  readonly log: Log;
  readonly now: () => number;
}

/**
 * The rows of all pages of this process, kept by following the feed: a change is read once, however
 * many look on, and a page that asks reads nothing that is known already.
 */
export function createWorklist(options: WorklistOptions): Worklist {
  return new FollowedWorklist(options);
}

interface Shown {
  readonly row: Row;
  readonly currentMs: number;
}

class FollowedWorklist implements Worklist {
  readonly #shown = new Map<string, Shown>();
  readonly #listeners = new Set<Listener>();
  #cursor: string | null = null;
  #isCut = false;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  constructor(private readonly options: WorklistOptions) {}

  get cursor(): string {
    return this.#cursor ?? '';
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  async snapshot(): Promise<Snapshot> {
    await this.catchUp();
    const rows = [...this.#shown.values()].map(({ row }) => row).sort(byUrgency);
    return { cursor: this.cursor, rows };
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A round that is under way may have read before the caller's commit: the next one counts. */
  catchUp(): Promise<void> {
    if (!this.#running) {
      this.#running = this.#round().finally(() => {
        this.#running = null;
      });
      return this.#running;
    }
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = null;
        return this.catchUp();
      });
    return this.#next;
  }

  async tellSince(cursor: string, tell: (event: WorklistEvent) => void): Promise<boolean> {
    const { feed, board } = this.options.ledger;
    const groups = new Set<string>();
    let at = cursor;
    for (let more = true; more;) {
      const page = await feed.after(at, CHANGES_AT_ONCE);
      if (page.lost) return false;
      for (const { group } of page.changes) if (group !== null) groups.add(group);
      if (groups.size > GROUPS_BEHIND_MAX) return false;
      ({ cursor: at, more } = page);
    }
    const all = await board.members([...groups]);
    // From here on nothing is awaited, so that no row told is older than one told before it.
    for (const { group, ecgId } of all) {
      if (this.#shown.get(group)?.row.ecgId !== ecgId) tell({ kind: 'gone', ecgId });
    }
    for (const group of groups) {
      const shown = this.#shown.get(group);
      if (shown) tell({ kind: 'row', row: shown.row });
    }
    return true;
  }

  async #round(): Promise<void> {
    if (this.#cursor === null) await this.#reload();
    const { feed } = this.options.ledger;
    for (let more = true; more;) {
      const page = await feed.after(this.cursor, CHANGES_AT_ONCE);
      if (page.lost) {
        await this.#reload();
        this.#tell({ kind: 'reset' });
        return;
      }
      const groups = page.changes.flatMap(({ group }) => group ?? []);
      const isTrouble = page.changes.some(({ what }) => what === 'delivery');
      const events = await this.#refresh([...new Set(groups)]);
      // Only now: a page that is told a cursor has seen all that is before it.
      ({ cursor: this.#cursor, more } = page);
      for (const event of events) this.#tell(event);
      if (isTrouble) this.#tell({ kind: 'trouble' });
    }
    this.#expire();
  }

  async #reload(): Promise<void> {
    const { feed, board } = this.options.ledger;
    // Before the rows are read: what changes meanwhile is read twice and not missed.
    const cursor = await feed.head();
    const current = await board.current({ sinceMs: this.#sinceMs(), limit: ROWS_MAX + 1 });
    this.#isCut = current.length > ROWS_MAX;
    this.#shown.clear();
    await this.#load(current.slice(0, ROWS_MAX).map(({ ecgId }) => ecgId));
    this.#cursor = cursor;
  }

  async #refresh(groups: readonly string[]): Promise<WorklistEvent[]> {
    if (groups.length === 0) return [];
    const { board } = this.options.ledger;
    const before = new Map(groups.map((group) => [group, this.#shown.get(group)?.row.ecgId]));
    const limit = groups.length;
    const current = await board.current({ sinceMs: this.#sinceMs(), limit, groups });
    for (const group of groups) this.#shown.delete(group);
    await this.#load(current.map(({ ecgId }) => ecgId));
    this.#cut();
    return groups.flatMap((group): WorklistEvent[] => {
      const row = this.#shown.get(group)?.row;
      const old = before.get(group);
      const gone = old !== undefined && old !== row?.ecgId;
      return [
        ...(gone ? [{ kind: 'gone' as const, ecgId: old }] : []),
        ...(row ? [{ kind: 'row' as const, row }] : []),
      ];
    });
  }

  async #load(ecgIds: readonly string[]): Promise<void> {
    for (let at = 0; at < ecgIds.length; at += LOADED_AT_ONCE) {
      const some = ecgIds.slice(at, at + LOADED_AT_ONCE);
      for (const ecg of await this.options.ledger.board.load(some)) {
        this.#shown.set(ecg.group, { row: toRow(ecg), currentMs: ecg.currentMs });
      }
    }
  }

  /** The patients who came in longest ago give way. */
  #cut(): void {
    if (this.#shown.size <= ROWS_MAX) return;
    const oldest = [...this.#shown].sort(([, a], [, b]) => a.currentMs - b.currentMs);
    for (const [group] of oldest.slice(0, this.#shown.size - ROWS_MAX)) this.#shown.delete(group);
    this.#isCut = true;
  }

  #expire(): void {
    const sinceMs = this.#sinceMs();
    for (const [group, { row, currentMs }] of this.#shown) {
      if (currentMs >= sinceMs) continue;
      this.#shown.delete(group);
      this.#tell({ kind: 'gone', ecgId: row.ecgId });
    }
  }

  #sinceMs(): number {
    return this.options.now() - this.options.horizonMs;
  }

  #tell(event: WorklistEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event, this.cursor);
      } catch (error) {
        this.#listeners.delete(listener);
        this.options.log('requestFailed', { code: failureOf(error).code });
      }
    }
  }
}
