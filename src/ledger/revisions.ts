import type { MergeNotice, ToldFinding } from '../core/ecg/notice.js';
import type { Identifier, PatientIdentity } from '../core/ecg/reading.js';

/**
 * What is true of an ECG may change after it was assessed:
 *
 *     corrected   its sender replaced it: another ECG stands for it now
 *     moved       the very same recording turned out to be another patient's
 *     withdrawn   its sender took it back
 *
 * An ECG that ended stays in the ledger with its assessments, bears no new delivery, and what was
 * delivered for it is taken back by deliveries of the kind `retraction`, one a destination.
 */
export type EndReason = 'corrected' | 'moved' | 'withdrawn';

export interface EcgEnd {
  readonly ecgId: string;
  readonly why: EndReason;
  /** The ECG that stands in its place; null where none does. */
  readonly byEcgId: string | null;
  /** The message that ended it. */
  readonly receiptId: string;
  readonly atMs: number;
}

export interface Revisions {
  /** Null while the ECG stands. */
  endOf(ecgId: string): Promise<EcgEnd | null>;
  /** The ECGs in whose place this one stands, oldest first. */
  replacedBy(ecgId: string): Promise<readonly EcgEnd[]>;
  /** Under which number a patient goes on; null where no merge was told. */
  survivorOf(patient: Identifier): Promise<PatientIdentity | null>;
}

/** A notice as it is committed: its times resolved, its source named. */
export type LedgerNotice = Withdrawal | MergeNotice | Diagnosis;

export interface Diagnosis {
  readonly kind: 'diagnosis';
  readonly patient: Identifier;
  readonly findings: readonly ToldFinding[];
  readonly atMs: number;
  readonly by: string;
}

export interface Withdrawal {
  readonly kind: 'withdrawal';
  readonly patient: Identifier | null;
  readonly order: Identifier | null;
  readonly acquiredMs: number | null;
  readonly namesEcg: boolean;
  /** The EHR's resource that was the ECG, where the EHR says so. */
  readonly sourceReference: string | null;
  readonly sourceVersion: string | null;
  /** Of the recording, where the message still carried it. */
  readonly fingerprint: string | null;
}
