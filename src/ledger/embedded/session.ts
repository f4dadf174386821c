import { protocol, type PGlite } from '@electric-sql/pglite';
import pg from 'pg';

/** The shape in which node-postgres answers. */
export interface StatementResult<R = Record<string, unknown>> {
  readonly rows: R[];
  readonly rowCount: number | null;
  readonly command: string;
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
}

export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
}

const { serialize, messages } = protocol;
type Field = InstanceType<typeof messages.Field>;

/**
 * The one database session that a PGlite instance has, spoken to in the wire protocol. A statement
 * travels as a single packet, and its values are encoded and decoded by node-postgres's own rules,
 * so that both back ends give the same JavaScript values.
 */
export class EmbeddedSession {
  readonly #db: PGlite;
  #inTransaction = false;
  /** The search_path last set; null when a statement may have changed it. */
  #schema: string | null = null;
  #last: Promise<void> = Promise.resolve();
  #onDamage: () => void = () => undefined;

  constructor(db: PGlite) {
    this.#db = db;
  }

  get inTransaction(): boolean {
    return this.#inTransaction;
  }

  /** Waits for its turn, first come first served; the session is the caller's until it leaves. */
  async enter(): Promise<() => void> {
    const before = this.#last;
    let leave: () => void = () => undefined;
    this.#last = new Promise((resolve) => {
      leave = resolve;
    });
    await before;
    return leave;
  }

  /** Only for whoever holds the session. */
  async run(schema: string, statement: Statement): Promise<StatementResult> {
    // Inside a transaction the path stands already: a SET there would be undone by a rollback.
    if (this.#schema !== schema && !this.#inTransaction) {
      await this.#send(serialize.query(`SET search_path TO ${pg.escapeIdentifier(schema)}`));
      this.#schema = schema;
    }
    if (statement.text.includes('search_path')) this.#schema = null;
    const values = statement.values ?? [];
    const results = await this.#send(
      values.length === 0
        ? serialize.query(statement.text)
        : Buffer.concat([
            serialize.parse({ text: statement.text }),
            serialize.bind({ values: values.map(encode) }),
            serialize.describe({ type: 'P' }),
            serialize.execute(),
            serialize.sync(),
          ]),
    );
    return results.at(-1) ?? { rows: [], rowCount: null, command: '', fields: [] };
  }

  /** Told when the engine itself fails, or finds its own files damaged. */
  onDamage(listener: () => void): void {
    this.#onDamage = listener;
  }

  onNotification(listener: (channel: string, payload: string) => void): () => void {
    return this.#db.onNotification(listener);
  }

  async #send(packet: Uint8Array): Promise<StatementResult[]> {
    if (this.#db.closed) throw new Error('the embedded database is closed');
    const answer = await this.#exchange(packet);
    const results: StatementResult[] = [];
    let rows: Record<string, unknown>[] = [];
    let fields: readonly Field[] = [];
    let error: InstanceType<typeof messages.DatabaseError> | null = null;
    for (const message of answer) {
      if (message instanceof messages.RowDescriptionMessage) {
        fields = message.fields;
      } else if (message instanceof messages.DataRowMessage) {
        rows.push(decodeRow(fields, message.fields));
      } else if (message instanceof messages.CommandCompleteMessage) {
        results.push({ ...parseTag(message.text), rows, fields });
        rows = [];
        fields = [];
      } else if (message instanceof messages.ReadyForQueryMessage) {
        this.#inTransaction = message.status !== 'I';
      } else if (message instanceof messages.DatabaseError) {
        error ??= message;
      }
    }
    if (error && DAMAGED.has(error.code ?? '')) this.#onDamage();
    if (error) throw error;
    return results;
  }

  async #exchange(packet: Uint8Array): Promise<Awaited<ReturnType<PGlite['execProtocolStream']>>> {
    try {
      return await this.#db.execProtocolStream(packet, { throwOnError: false, syncToFs: false });
    } catch (error) {
      this.#onDamage();
      throw error;
    }
  }
}

/** data_corrupted, index_corrupted */
const DAMAGED = new Set(['XX001', 'XX002']);

/** `INSERT 0 3` and `SELECT 3` end in a count, `BEGIN` does not. */
function parseTag(tag: string): { command: string; rowCount: number | null } {
  const words = tag.split(' ');
  const count = words.at(-1) ?? '';
  return { command: words[0] ?? '', rowCount: /^\d+$/.test(count) ? Number(count) : null };
}

const parserOf = pg.types.getTypeParser as (oid: number) => (text: string) => unknown;

function decodeRow(
  fields: readonly Field[],
  texts: readonly (string | null)[],
): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  fields.forEach((field, i) => {
    const text = texts[i] ?? null;
    row[field.name] = text === null ? null : parserOf(field.dataTypeID)(text);
  });
  return row;
}

type Encoded = string | Uint8Array | null;

/** As node-postgres does it: text for everything but bytes. */
function encode(value: unknown): Encoded {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return encodeArray(value);
  if (typeof value === 'object') return JSON.stringify(value);
  return (value as number | boolean | bigint).toString();
}

function encodeArray(items: readonly unknown[]): string {
  const texts = items.map((item) => {
    if (Array.isArray(item)) return encodeArray(item);
    const encoded = encode(item);
    if (encoded === null) return 'NULL';
    const text =
      typeof encoded === 'string' ? encoded : `\\x${Buffer.from(encoded).toString('hex')}`;
    return `"${text.replace(/[\\"]/g, '\\$&')}"`;
  });
  return `{${texts.join(',')}}`;
}
