export interface LedgerHealth {
  /** Throws FailureError (`ledger-away`, `ledger-full`) when a commit could not be promised now. */
  check(): Promise<void>;
  /** Share of the ledger's disk in use, 0 to 1; null where the ledger is on another machine. */
  diskUsed(): Promise<number | null>;
  counts(): Promise<LedgerCounts>;
}

/** Finished rows are counted for the last day only: a scrape must not read a year. */
export interface LedgerCounts {
  readonly receiptsByOutcome: Readonly<Record<string, number>>;
  readonly assessmentsByState: Readonly<Record<string, number>>;
  readonly deliveriesByState: Readonly<Record<string, number>>;
  /** Age of the oldest open row of each stage, in milliseconds; 0 where none is open. */
  readonly oldestMs: { readonly fetch: number; readonly score: number; readonly deliver: number };
  readonly senders: readonly { readonly sender: string; readonly lastSeenMs: number }[];
}
