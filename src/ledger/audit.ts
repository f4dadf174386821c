export interface Audit {
  record(entry: AuditEntry): Promise<void>;
  list(limit: number): Promise<(AuditEntry & { readonly atMs: number })[]>;
}

export interface AuditEntry {
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
}
