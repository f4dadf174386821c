/**
 * Who is logged in at the board. What a browser holds is a secret; here stands only its digest, so that
 * whoever reads the ledger cannot step into anybody's session.
 */
export interface Sessions {
  open(session: NewSession): Promise<void>;
  /** Null where there is none, or it is over; marks it as used now unless asked not to. */
  find(query: SessionQuery): Promise<Session | null>;
  close(digest: string): Promise<void>;
  /** A login that has begun: kept until the identity provider sends the browser back. */
  beginLogin(login: PendingLogin): Promise<void>;
  /** The login, once: whoever asks second gets null. */
  takeLogin(digest: string, notBeforeMs: number): Promise<PendingLogin | null>;
  /** Sessions and logins from before these times go. */
  purge(usedBeforeMs: number, openedBeforeMs: number): Promise<number>;
}

export interface NewSession {
  readonly digest: string;
  readonly subject: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly csrf: string;
  readonly openedAtMs: number;
}

export interface Session extends NewSession {
  readonly usedAtMs: number;
}

export interface SessionQuery {
  readonly digest: string;
  /** Not used since then: over. */
  readonly usedSinceMs: number;
  /** Opened before then: over. */
  readonly openedSinceMs: number;
  readonly nowMs: number;
  readonly isUse: boolean;
}

export interface PendingLogin {
  readonly digest: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly atMs: number;
}

/** A use is written down at most this often: not every click wants a write. */
export const USE_NOTED_EVERY_MS = 15_000;
/** Logins begun and not ended; beyond, the oldest give way. */
export const LOGINS_MAX = 10_000;
