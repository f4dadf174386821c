import type { Identifier, PatientIdentity, WrittenTime } from './reading.js';

/** What a message may say about ECGs and patients that came before it, bringing no ECG itself. */
export type Notice = WithdrawalNotice | MergeNotice | DiagnosisNotice;

/** An ECG is taken back by whoever sent it. Which one is meant follows from what it says of it. */
export interface WithdrawalNotice {
  readonly kind: 'withdrawal';
  readonly patient: PatientIdentity | null;
  readonly order: Identifier | null;
  readonly acquired: WrittenTime | null;
  /** True where the message says that it is about an ECG; else only its order number tells. */
  readonly namesEcg: boolean;
}

/** Several numbers turned out to be one patient's. */
export interface MergeNotice {
  readonly kind: 'merge';
  /** Under which the patient goes on. */
  readonly into: PatientIdentity;
  /** Under which nothing new is to stand. */
  readonly from: readonly Identifier[];
}

/** What was true in the end: a word about the ECGs of a patient that were taken shortly before. */
export interface DiagnosisNotice {
  readonly kind: 'diagnosis';
  readonly patient: PatientIdentity;
  readonly findings: readonly ToldFinding[];
  readonly at: WrittenTime;
  /** The resource that says so. */
  readonly by: string;
}

export interface ToldFinding {
  readonly findingId: string;
  readonly says: 'present' | 'absent';
  /** `system|code`. */
  readonly code: string;
}

/** More numbers of one patient than this are not joined by one message. */
export const MERGED_NUMBERS_MAX = 20;
