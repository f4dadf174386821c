import type { Ecg } from '../core/ecg/ecg.js';
import type { AlertRecord } from './alerts.js';
import type { AssessmentRecord, EcgEntry } from './ledger.js';
import type { EndReason } from './revisions.js';

/** What the board shows, read in lists: many ECGs at a time, none with its samples. */
export interface BoardReads {
  /**
   * The ECG that stands for each group now: the latest that did not end, else the latest. Newest
   * first, taken since then; of these groups alone where some are named.
   */
  current(query: CurrentQuery): Promise<readonly CurrentEcg[]>;
  /** All of it that a row is made of; an ECG that is gone is left out. */
  load(ecgIds: readonly string[]): Promise<readonly BoardEcg[]>;
  /** Every ECG of these groups, by group; the latest ones where there are very many. */
  members(groups: readonly string[]): Promise<readonly Omit<CurrentEcg, 'currentMs'>[]>;
  /** ECGs of the same patient taken before this one, the latest first. */
  earlier(ecgId: string, limit: number): Promise<readonly CurrentEcg[]>;
}

export interface CurrentQuery {
  readonly sinceMs: number;
  readonly limit: number;
  readonly groups?: readonly string[];
}

export interface CurrentEcg {
  readonly ecgId: string;
  /** The patient's key, or the ECG's own id where it has no patient. */
  readonly group: string;
  /** When it was taken; where its clock is in doubt, when it came. */
  readonly currentMs: number;
}

export interface BoardEcg extends CurrentEcg {
  readonly about: EcgAbout;
  readonly arrivedAtMs: number;
  /** Who sent it first. */
  readonly sender: string | null;
  readonly ended: EndReason | null;
  readonly assessment: AssessmentRecord | null;
  /** One of the patient that is open, else the last of this ECG. */
  readonly alert: AlertRecord | null;
}

/** An ECG without its samples. */
export interface EcgAbout extends Omit<EcgEntry, 'ecg'> {
  readonly ecg: Omit<Ecg, 'leads' | 'extraLeads'>;
}
