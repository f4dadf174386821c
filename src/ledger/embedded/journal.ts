import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, truncate, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../core/failure.js';
import type { Log } from '../../core/log.js';
import {
  decodeEntry,
  encodeEntry,
  entryBytes,
  findEntry,
  MARK_BYTES,
  markOf,
  PREFIX_BYTES,
  type JournalEntry,
} from './entry.js';

export interface JournalOptions {
  readonly folder: string;
  readonly log: Log;
  readonly segmentBytesMax?: number;
}

/** A segment is closed once it is this long: small enough to be read whole, and to be let go. */
export const SEGMENT_BYTES_MAX = 64 * 1024 * 1024;

/** Where an entry stands; positions sort as text in the order of the entries. */
export type Position = string;

const SEGMENT_DIGITS = 6;
const OFFSET_DIGITS = 10;

function positionOf(segment: number, offset: number): Position {
  const left = String(segment).padStart(SEGMENT_DIGITS, '0');
  return `${left}:${String(offset).padStart(OFFSET_DIGITS, '0')}`;
}

function parsePosition(position: Position): { segment: number; offset: number } {
  const [segment = '', offset = ''] = position.split(':');
  return { segment: Number(segment), offset: Number(offset) };
}

export function segmentOf(position: Position): number {
  return parsePosition(position).segment;
}

/**
 * The append-only truth of the embedded ledger. `append` resolves when the entry is on the disk, not
 * in its cache; what was cut off by a crash is a tail that nobody was told about.
 */
export class Journal<Head> {
  readonly #folder: string;
  readonly #log: Log;
  readonly #segmentBytesMax: number;
  #segment = 0;
  #file: FileHandle | null = null;
  #mark: Buffer = Buffer.alloc(MARK_BYTES);
  #bytes = 0;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(options: JournalOptions) {
    this.#folder = options.folder;
    this.#log = options.log;
    this.#segmentBytesMax = options.segmentBytesMax ?? SEGMENT_BYTES_MAX;
  }

  static async open<Head>(options: JournalOptions): Promise<Journal<Head>> {
    const journal = new Journal<Head>(options);
    await mkdir(options.folder, { recursive: true });
    const newest = (await journal.segments()).at(-1);
    if (newest === undefined) await journal.#roll();
    else await journal.#resume(newest);
    return journal;
  }

  /** Entries stand in the order of the calls. Light notes do without the wait for the disk. */
  append(head: Head, body: Uint8Array, { durable }: { durable: boolean }): Promise<Position> {
    const position = this.#last.then(() => this.#write(head, body, durable));
    this.#last = position.catch(() => undefined);
    return position;
  }

  /** Makes every later position sort behind this one, also where the journal lost its end. */
  async goBehind(position: Position | null): Promise<void> {
    if (position === null || position < positionOf(this.#segment, this.#bytes)) return;
    this.#segment = Math.max(this.#segment, segmentOf(position));
    await this.#roll();
  }

  /** Null where the entry is gone or damaged. */
  async read(position: Position): Promise<JournalEntry<Head> | null> {
    const { segment, offset } = parsePosition(position);
    const file = await open(this.#path(segment), 'r').catch(() => null);
    if (!file) return null;
    try {
      const prefix = Buffer.alloc(PREFIX_BYTES);
      const { bytesRead } = await file.read(prefix, 0, PREFIX_BYTES, offset);
      const length = entryBytes(prefix.subarray(0, bytesRead));
      const { size } = await file.stat();
      if (length === null || offset + length > size) return null;
      const bytes = Buffer.alloc(length);
      await file.read(bytes, 0, length, offset);
      return decodeEntry<Head>(bytes, 0)?.entry ?? null;
    } finally {
      await file.close();
    }
  }

  /** Every whole entry behind a position (null: from the beginning). Damage is told and skipped. */
  async *entries(
    after: Position | null,
  ): AsyncGenerator<JournalEntry<Head> & { readonly position: Position }> {
    const from = after === null ? null : parsePosition(after);
    for (const segment of await this.segments()) {
      if (from && segment < from.segment) continue;
      const bytes = await readFile(this.#path(segment));
      const mark = markOf(bytes);
      let at = segment === from?.segment ? from.offset : MARK_BYTES;
      while (at < bytes.length) {
        const found = decodeEntry<Head>(bytes, at);
        const position = positionOf(segment, at);
        if (found && position !== after) yield { ...found.entry, position };
        const next = found?.end ?? findEntry(bytes, mark, at + 1) ?? bytes.length;
        if (!found) this.#log('journalDamaged', { id: position, bytes: next - at });
        at = next;
      }
    }
  }

  /** Numbers of the segments, oldest first. */
  async segments(): Promise<number[]> {
    const names = await readdir(this.#folder);
    return names
      .map((name) => /^(\d{6})\.log$/.exec(name)?.[1])
      .filter((digits) => digits !== undefined)
      .map(Number)
      .sort((a, b) => a - b);
  }

  /** Lets go of segments; the one being written is never among them. */
  async remove(segments: readonly number[]): Promise<void> {
    for (const segment of segments) {
      if (segment !== this.#segment) await rm(this.#path(segment), { force: true });
    }
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file?.close();
    this.#file = null;
  }

  async #write(head: Head, body: Uint8Array, durable: boolean): Promise<Position> {
    if (this.#bytes + body.length > this.#segmentBytesMax && this.#bytes > MARK_BYTES) {
      await this.#roll();
    }
    if (!this.#file) throw fail('ledger-away', 'the journal is closed');
    const parts = encodeEntry(this.#mark, head, body);
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const offset = this.#bytes;
    try {
      const { bytesWritten } = await this.#file.writev(parts);
      if (bytesWritten !== length)
        throw Object.assign(new Error('short write'), { code: 'ENOSPC' });
      if (durable) await this.#file.datasync();
    } catch (error) {
      await this.#abandon(offset);
      throw writeFailure(error);
    }
    this.#bytes = offset + length;
    return positionOf(this.#segment, offset);
  }

  /** A failed write must not stay in the way of the next; when even that fails, a new segment does. */
  async #abandon(offset: number): Promise<void> {
    try {
      await this.#file?.truncate(offset);
      await this.#file?.datasync();
    } catch {
      this.#bytes = this.#segmentBytesMax;
    }
  }

  async #roll(): Promise<void> {
    const mark = randomBytes(MARK_BYTES);
    const path = this.#path(this.#segment + 1);
    try {
      const file = await open(path, 'ax');
      await file.write(mark);
      await file.datasync();
      await syncFolder(this.#folder);
      await this.#file?.close();
      this.#file = file;
    } catch (error) {
      await rm(path, { force: true });
      throw writeFailure(error);
    }
    this.#segment += 1;
    this.#mark = mark;
    this.#bytes = MARK_BYTES;
  }

  /** Goes on behind the last whole entry; what an interrupted write left there is cut off. */
  async #resume(segment: number): Promise<void> {
    this.#segment = segment;
    const path = this.#path(segment);
    const bytes = await readFile(path);
    if (bytes.length < MARK_BYTES) {
      await rm(path);
      this.#segment -= 1;
      return this.#roll();
    }
    const mark = markOf(bytes);
    let end = MARK_BYTES;
    for (;;) {
      const next: number | null = decodeEntry(bytes, end)?.end ?? findEntry(bytes, mark, end);
      if (next === null) break;
      end = next;
    }
    if (end < bytes.length) {
      await truncate(path, end);
      this.#log('journalTailCut', { bytes: bytes.length - end });
    }
    this.#mark = mark;
    this.#bytes = end;
    this.#file = await open(path, 'a');
    await this.#file.datasync();
    await syncFolder(this.#folder);
  }

  #path(segment: number): string {
    return join(this.#folder, `${String(segment).padStart(SEGMENT_DIGITS, '0')}.log`);
  }
}

/** A new file is only safe once its folder's entry is on the disk too. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function writeFailure(error: unknown): Error {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? fail('ledger-full', 'no space left for the journal', { cause: error })
    : fail('ledger-away', `the journal cannot be written (${code ?? 'unknown'})`, { cause: error });
}
