/**
 * What was true in the end, as somebody who knew said it: the answer that findings are measured by and
 * networks are trained on. Nothing is ever overwritten: of several words about one finding the
 * reader weighs source and time.
 */
export interface Outcome {
  readonly ecgId: string;
  /** The assessment that stood when it was said; null where it is about the ECG alone. */
  readonly assessmentId: string | null;
  /** A finding of a card: `omi`, `ami`, `culprit-rca`. */
  readonly findingId: string;
  readonly says: 'present' | 'absent';
  /** Who said so: a user of the board, a resource of the EHR, the name of a file. */
  readonly by: string;
  readonly source: OutcomeSource;
  /** In their own words, where they gave any. Patient data: stays in the ledger. */
  readonly reason: string | null;
  /** The code it was taken from, as `system|code`. */
  readonly code: string | null;
  readonly atMs: number;
}

export type OutcomeSource = 'board' | 'fhir' | 'cds-hooks' | 'file';

export interface Outcomes {
  /** Durable when it resolves; false when the very same word was recorded before. */
  record(outcome: Outcome): Promise<boolean>;
  /** Oldest first. */
  ofEcg(ecgId: string): Promise<readonly Outcome[]>;
  /** All that was recorded, oldest first, page by page: `after` is the `next` of the page before. */
  export(after: string | null, limit: number): Promise<OutcomePage>;
}

export interface OutcomePage {
  readonly outcomes: readonly Outcome[];
  /** Null on the last page. */
  readonly next: string | null;
}
