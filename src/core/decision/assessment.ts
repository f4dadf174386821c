import type { TimeFlag } from '../ecg/time.js';
import type { Agreement } from './agreement.js';
import type { FindingEvidence } from './evidence.js';
import type { Examination } from './examination.js';
import type { Coding, DecisionPoint, LabelProvenance, ModelMode, ModelStanding } from './card.js';

/** All findings about one ECG under one set of models and one policy, and what follows from them. */
export interface Assessment {
  readonly modelSet: string;
  readonly policyVersion: string;
  readonly findings: readonly Finding[];
  readonly abstentions: readonly Abstention[];
  /** Null where a version that read nothing off the trace made the assessment. */
  readonly examination: Examination | null;
  /** Null where a version that compared nothing made the assessment. */
  readonly agreement: Agreement | null;
  /** Findings at or above their threshold whose model is in alert mode, when all gates are open. */
  readonly alert: AlertDecision;
  /** True unless a policy in force and models that it was approved for stand behind the result. */
  readonly evaluationOnly: boolean;
  readonly timeFlags: readonly TimeFlag[];
}

export interface Finding {
  readonly modelId: string;
  readonly modelVersion: string;
  readonly standing: ModelStanding;
  readonly labelProvenance: LabelProvenance;
  readonly mode: ModelMode;
  readonly findingId: string;
  readonly title: string;
  /** The finding of the same model that it says more closely, if any: the artery, of the occlusion. */
  readonly refines?: string;
  readonly code: Coding;
  readonly beside: readonly Coding[];
  /** What is shown: the card's probability, shifted to the site's prevalence where it is known. */
  readonly probability: number;
  /** The card's own calibrated probability: this is what the threshold is held against. */
  readonly cardProbability: number;
  /** Null where nothing was shifted. */
  readonly shift: PriorShift | null;
  readonly spread: number | null;
  readonly threshold: number;
  /** Where the threshold comes from: the card's decision point, or the site. */
  readonly decisionPoint: DecisionPoint | null;
  readonly positive: boolean;
  readonly likelihood: Likelihood;
  /** Null where the card promises none or none could be had. */
  readonly evidence: FindingEvidence | null;
}

export interface PriorShift {
  readonly fromPrevalence: number;
  readonly toPrevalence: number;
}

/** HL7's risk-probability codes. */
export type Likelihood = 'negligible' | 'low' | 'moderate' | 'high' | 'certain';

/** A finding withheld, and why. Reads as "not known", never as "normal". */
export interface Abstention {
  readonly modelId: string | null;
  /** Null: all findings of the model. */
  readonly findingId: string | null;
  readonly reason: AbstentionReason;
  readonly detail: string;
  /** Only of a model in shadow: people are not told what it would not say either. */
  readonly inShadow?: true;
}

export type AbstentionReason =
  | 'age-outside-card'
  | 'demographics-unknown'
  | 'recording-too-short'
  | 'lead-incomplete'
  | 'quality'
  | 'paced'
  | 'unlike-training'
  | 'members-disagree'
  | 'model-failed';

export type AlertDecision =
  | { readonly raise: true; readonly findingIds: readonly string[] }
  | { readonly raise: false; readonly because: AlertHold };

/** Why nobody is paged: told on the board and in the chart, so that silence is never a riddle. */
export type AlertHold =
  | 'nothing-positive'
  | 'no-model-in-alert-mode'
  | 'policy-not-approved'
  | 'policy-expired'
  | 'policy-not-matching'
  | 'model-not-approved'
  | 'not-fresh'
  | 'clock-doubtful'
  | 'not-production'
  | 'no-patient'
  | 'already-assessed';
