import type { Concord } from '../core/decision/concord.js';
import type { InputStatistics } from '../core/decision/scorer.js';

/** What each model answered, over time: told apart by device, age and sex, and by no patient. */
export interface ModelRuns {
  /** Newest first, page by page; bands and numbers alone. */
  page(query: RunQuery): Promise<readonly ModelRun[]>;
  /** How findings of a model stand against what was said to be true. */
  outcomes(modelId: string, sinceMs: number): Promise<readonly OutcomeCount[]>;
}

export interface RunQuery {
  readonly modelId: string;
  /** Of this version alone. */
  readonly modelVersion?: string;
  readonly fromMs: number;
  /** Up to, and not with. */
  readonly toMs: number;
  readonly limit: number;
  readonly oldestFirst?: boolean;
  readonly offset?: number;
  readonly withInputs?: boolean;
}

export interface ModelRun {
  readonly atMs: number;
  readonly device: string | null;
  readonly ageBand: string | null;
  readonly sex: string | null;
  /** By finding; null where nothing was answered, or by a version before that kept none. */
  readonly scores: Readonly<Record<string, RunScore>> | null;
  /** Why it was withheld. */
  readonly abstained: string | null;
  readonly agreement: Concord | null;
  readonly inputs: InputStatistics | null;
}

export interface RunScore {
  readonly p: number;
  readonly positive: boolean;
}

export interface OutcomeCount {
  readonly findingId: string;
  readonly says: 'present' | 'absent';
  readonly source: string;
  readonly count: number;
  readonly foundPositive: number;
  readonly foundNegative: number;
  readonly withheld: number;
}
