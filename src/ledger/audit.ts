/** Who did what to which record, and whether it was let. Rows are added and never changed. */
export interface Audit {
  record(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  list(limit: number): Promise<Audited[]>;
  /** Oldest first behind a row's number, for an export that goes on where it stopped. */
  after(id: number, limit: number): Promise<Audited[]>;
}

export interface AuditEntry {
  /** A user, `api`, `rest-hook`, or `leadwire` itself. */
  readonly actor: string;
  /** `read receipt`, `acknowledge alert`: a verb and the kind of thing. */
  readonly action: string;
  /** Our id of the thing: `receipt-...`, `alert-...`; never a patient's number or name. */
  readonly subject: string;
  readonly outcome?: AuditOutcome;
  /** The way in: `api`, `board`, `ehr`, `timer`. */
  readonly via?: string | null;
  /** Network address of the caller, where there was one. */
  readonly address?: string | null;
}

export type AuditOutcome = 'done' | 'refused' | 'failed';

export interface Audited extends Required<AuditEntry> {
  readonly id: number;
  readonly atMs: number;
}
