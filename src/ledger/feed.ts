/**
 * What changed, in the order in which it was committed, for whoever follows along: the board's pages.
 * A row names the group whose ECGs want to be read again and holds nothing of them.
 *
 * A number given at insertion is no order of commits: a slow transaction shows its low number late.
 * So the feed is read in the order of transactions, and only as far as none is still under way.
 */
export interface Feed {
  /** Where the feed ends now. What is committed after this call is behind it. */
  head(): Promise<string>;
  /** What stands behind a cursor, oldest first. */
  after(cursor: string, limit: number): Promise<FeedPage>;
  /** Rows older than this go; a cursor before them is lost from then on. */
  purge(olderThanMs: number): Promise<number>;
}

export interface FeedPage {
  /** True where the feed no longer reaches back to the cursor, or never had it: start anew. */
  readonly lost: boolean;
  readonly changes: readonly FeedChange[];
  /** Where to go on: behind the changes. */
  readonly cursor: string;
  /** True where the limit cut the page short. */
  readonly more: boolean;
}

export interface FeedChange {
  readonly what: FeedSubject;
  /** A patient's key, or an ECG's id where it has no patient; null where no ECG changed. */
  readonly group: string | null;
}

export type FeedSubject = 'ecg' | 'assessment' | 'alert' | 'correction' | 'delivery';
