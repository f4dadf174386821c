import { EventEmitter } from 'node:events';
import type { PGlite } from '@electric-sql/pglite';
import type { PostgresPool } from 'kysely';
import { EmbeddedSession, type Statement, type StatementResult } from './session.js';

/** One session a database, however many views look at it. */
const sessions = new WeakMap<PGlite, EmbeddedSession>();

/**
 * A `pg.Pool` in shape, over a database that has one session. Kysely and BullMQ take it for a real
 * one: every client has its own transactions, kept from interleaving by holding the session from
 * BEGIN to COMMIT. So a transaction must never wait for another client's statement.
 */
export function createEmbeddedPool(db: PGlite, view: { readonly schema: string }): EmbeddedPool {
  return new EmbeddedPool(sessionOf(db), view.schema);
}

export function sessionOf(db: PGlite): EmbeddedSession {
  const known = sessions.get(db);
  if (known) return known;
  const session = new EmbeddedSession(db);
  sessions.set(db, session);
  return session;
}

export class EmbeddedPool extends EventEmitter {
  /** Read by BullMQ: a session in our own process cannot drop silently. */
  readonly options = { keepAlive: true };
  readonly #session: EmbeddedSession;
  readonly #schema: string;
  #ended = false;

  constructor(session: EmbeddedSession, schema: string) {
    super();
    this.#session = session;
    this.#schema = schema;
  }

  connect(): Promise<EmbeddedClient> {
    if (this.#ended) return Promise.reject(new Error('the pool was ended'));
    return Promise.resolve(new EmbeddedClient(this.#session, this.#schema));
  }

  async query<R = Record<string, unknown>>(
    statement: string | Statement,
    values?: readonly unknown[],
  ): Promise<StatementResult<R>> {
    const client = await this.connect();
    try {
      return await client.query<R>(statement, values);
    } finally {
      client.release();
    }
  }

  /** Kysely's own type lists the commands one by one and knows cursors, which nothing here uses. */
  forKysely(): PostgresPool {
    return this as unknown as PostgresPool;
  }

  /** The database belongs to the ledger and stays open. */
  end(): Promise<void> {
    this.#ended = true;
    return Promise.resolve();
  }
}

/** LISTEN or UNLISTEN and its channel, behind any comments. */
const LISTEN = /^(?:\s|--[^\n]*\n)*(un)?listen\s+("[^"]+"|\w+|\*)/i;

export class EmbeddedClient extends EventEmitter {
  readonly #session: EmbeddedSession;
  readonly #schema: string;
  readonly #channels = new Set<string>();
  #stopListening: (() => void) | null = null;
  /** Set while a transaction of this client holds the session. */
  #leave: (() => void) | null = null;
  /** Statements of one client run in the order they were given, as on a real connection. */
  #last: Promise<unknown> = Promise.resolve();
  #released = false;

  constructor(session: EmbeddedSession, schema: string) {
    super();
    this.#session = session;
    this.#schema = schema;
  }

  query<R = Record<string, unknown>>(
    statement: string | Statement,
    values?: readonly unknown[],
  ): Promise<StatementResult<R>> {
    if (this.#released) return Promise.reject(new Error('the client was released'));
    const text = typeof statement === 'string' ? statement : statement.text;
    const given = typeof statement === 'string' ? values : (values ?? statement.values);
    const answer = this.#last.then(() => this.#run({ text, ...(given && { values: given }) }));
    this.#last = answer.catch(() => undefined);
    return answer as Promise<StatementResult<R>>;
  }

  /** Returns at once, like node-postgres; an open transaction is rolled back. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#stopListening?.();
    void this.#last.then(async () => {
      if (this.#leave) await this.#run({ text: 'ROLLBACK' });
    });
  }

  async #run(statement: Statement): Promise<StatementResult> {
    const listening = LISTEN.exec(statement.text);
    if (listening?.[1]) return this.#unlisten(listening[2] ?? '*');
    const leave = this.#leave ?? (await this.#session.enter());
    try {
      const result = await this.#session.run(this.#schema, statement);
      if (listening?.[2]) this.#listen(listening[2]);
      return result;
    } finally {
      this.#leave = this.#session.inTransaction ? leave : null;
      if (!this.#leave) leave();
    }
  }

  /** The session hears every channel that any client listens to; each client keeps its own list. */
  #listen(name: string): void {
    this.#channels.add(channelOf(name));
    this.#stopListening ??= this.#session.onNotification((channel, payload) => {
      if (this.#channels.has(channel)) this.emit('notification', { channel, payload });
    });
  }

  /** Told to the session it would silence the other clients too. */
  #unlisten(name: string): StatementResult {
    if (name === '*') this.#channels.clear();
    else this.#channels.delete(channelOf(name));
    return { rows: [], rowCount: null, command: 'UNLISTEN', fields: [] };
  }
}

/** As PostgreSQL folds names: to lower case unless quoted. */
function channelOf(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1) : name.toLowerCase();
}
