import type { Generated } from 'kysely';
import type { FeedSubject } from '../feed.js';

/** The rows that only the board reads. */
export interface BoardTables {
  feed: FeedRow;
  sessions: SessionRow;
  logins: LoginRow;
  destination_pauses: { destination: string; actor: string; at_ms: number };
}

export interface FeedRow {
  id: Generated<number>;
  /** The transaction that wrote it. */
  xid: Generated<string>;
  at_ms: Generated<number>;
  what: FeedSubject;
  group_key: string | null;
}

export interface SessionRow {
  digest: string;
  subject: string;
  name: string;
  roles: string;
  csrf: string;
  opened_ms: number;
  used_ms: number;
}

export interface LoginRow {
  digest: string;
  state: string;
  nonce: string;
  verifier: string;
  at_ms: number;
}
