/**
 * What else is known of a patient around the time of an ECG. It is shown beside the finding, with
 * its time and where it stands, and a policy may look at it; no model ever sees it.
 *
 * It is kept by patient, so that an ECG that turns out to be another patient's loses it with the
 * patient, and one blood test stands beside each ECG of its day.
 */
export interface Beside {
  /** Of the ECG's patient, from a day before it to half a day after; newest first. */
  ofEcg(ecgId: string): Promise<BesideItem[]>;
  /** Told twice is kept once; the second telling wins. Answers how many were new. */
  note(patientKey: string, items: readonly BesideItem[]): Promise<number>;
  /** ECGs of known patients whose evidence is to be read at the EHR now. */
  dueReads(nowMs: number, limit: number): Promise<BesideRead[]>;
  /** Read: due again then, or never more. */
  read(ecgId: string, againAtMs: number | null): Promise<void>;
  /** Could not be read: due again then, and counted as not read. */
  putOff(ecgId: string, againAtMs: number): Promise<void>;
}

export const BESIDE_KINDS = ['troponin', 'vital', 'complaint', 'earlier-ecg'] as const;
export type BesideKind = (typeof BESIDE_KINDS)[number];

export interface BesideItem {
  readonly kind: BesideKind;
  /** As its source codes it; null where it is words alone. */
  readonly code: string | null;
  readonly display: string;
  /** Text where the source gives no plain number: `<0.01`, a complaint in words. */
  readonly value: number | string | null;
  readonly unit: string | null;
  readonly atMs: number;
  /** The source's own flag: `H`, `LL`, `A`. */
  readonly interpretation: string | null;
  /** `Type/id` at the EHR, or the receipt that brought it. */
  readonly reference: string | null;
}

export interface BesideRead {
  readonly ecgId: string;
  /** How often it was read before. */
  readonly reads: number;
}
