import type { Delivery, Estimate } from './contract.js';

/** What the service tells the analyst's desk and the models page. */
export interface MessageRow {
  readonly receiptId: string;
  readonly door: string;
  readonly sender: string | null;
  readonly messageId: string | null;
  readonly receivedAt: string;
  readonly outcome: string;
  readonly failure: {
    readonly code: string;
    readonly text: string;
    readonly location?: string | null;
  } | null;
  readonly latencyMs: number | null;
  readonly ecgId: string | null;
  readonly byteLength: number;
  readonly repeatOf: string | null;
  readonly sameIdOtherContent: boolean;
}

export interface Messages {
  readonly rows: readonly MessageRow[];
  readonly next: string | null;
}

export interface MessageDetail extends MessageRow {
  readonly decoded: readonly string[];
  readonly answer: string | null;
  readonly deliveries: readonly Delivery[];
}

export interface DeadLetter {
  readonly kind: string;
  readonly id: string;
  readonly since: string;
  readonly code: string | null;
  readonly detail: string | null;
  readonly location: string | null;
}

export interface Destination {
  readonly name: string;
  readonly kinds: readonly string[];
  readonly paused: boolean;
  readonly pending: number;
  readonly oldestMs: number | null;
  readonly lastDeliveredAt: string | null;
  /** False where it is not told what becomes of an alert, as it takes no changes. */
  readonly takesUpdates: boolean;
  readonly lastFailure: { readonly code: string; readonly text: string } | null;
}

export interface ModelDay {
  readonly day: string;
  readonly count: number;
  readonly positives: number;
  readonly abstained: number;
  readonly scoreHistogram: readonly number[];
  readonly byDevice: Readonly<Record<string, number>>;
  readonly byAge: Readonly<Record<string, number>>;
  readonly bySex: Readonly<Record<string, number>>;
  readonly agreement: Readonly<Record<string, number>>;
}

export interface CardDecisionPoint {
  readonly name: string;
  readonly threshold: number;
  readonly cohort: string;
  readonly sensitivity: Estimate;
  readonly specificity: Estimate;
}

export interface Card {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly intendedUse: string;
  readonly notIntendedUse: string;
  readonly standing: string;
  readonly labelProvenance: string;
  readonly training: { readonly data: string; readonly records: number };
  readonly findings: readonly {
    readonly id: string;
    readonly title: string;
    readonly decisionPoints: readonly CardDecisionPoint[];
  }[];
  readonly evaluation: readonly {
    readonly measure: string;
    readonly cohort: string;
    readonly records: number;
    readonly positives: number;
    readonly estimate: Estimate;
    readonly note?: string | null;
  }[];
  readonly limits: readonly string[];
  readonly licence: string;
}

/** What was true in the end, beside what the model had said. */
export interface OutcomeCount {
  readonly findingId: string;
  readonly says: 'present' | 'absent';
  readonly source: string;
  readonly count: number;
  readonly foundPositive: number;
  readonly foundNegative: number;
  readonly withheld: number;
}

export interface ModelReport {
  readonly card: Card;
  readonly mode: string;
  readonly days: readonly ModelDay[];
  readonly drift: {
    readonly inputs: readonly { readonly lead: string; readonly psi: number | null }[];
    readonly scores: readonly { readonly findingId: string; readonly psi: number | null }[];
    readonly enough: boolean;
  };
  readonly outcomes: readonly OutcomeCount[];
}
