import { crc32 } from 'node:zlib';

/**
 * One entry of the journal:
 *
 *     mark (8) | bytes of head (4) | bytes of body (4) | CRC-32 (4) | head (JSON) | body
 *
 * The checksum covers both lengths and all that follows, so that neither a torn write nor a flipped
 * bit passes. The mark lets a reader find the next entry behind a damaged one; it is chosen at random
 * for each segment, so that no sender can hide an entry of its own inside a message.
 */
export interface JournalEntry<Head> {
  readonly head: Head;
  readonly body: Buffer;
}

export const MARK_BYTES = 8;
export const PREFIX_BYTES = MARK_BYTES + 12;

export function encodeEntry(mark: Buffer, head: unknown, body: Uint8Array): Buffer[] {
  const headBytes = Buffer.from(JSON.stringify(head));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  mark.copy(prefix);
  prefix.writeUInt32LE(headBytes.length, MARK_BYTES);
  prefix.writeUInt32LE(body.length, MARK_BYTES + 4);
  const lengths = prefix.subarray(MARK_BYTES, MARK_BYTES + 8);
  const sum = crc32(headBytes, crc32(lengths));
  // Of nothing at all crc32 may answer 0 instead of the sum so far.
  prefix.writeUInt32LE(body.length === 0 ? sum : crc32(body, sum), MARK_BYTES + 8);
  return [prefix, headBytes, Buffer.from(body.buffer, body.byteOffset, body.length)];
}

/** The entry that begins here and the offset behind it; null where none stands whole. */
export function decodeEntry<Head>(
  bytes: Buffer,
  offset: number,
): { readonly entry: JournalEntry<Head>; readonly end: number } | null {
  const lengths = offset + MARK_BYTES;
  const start = offset + PREFIX_BYTES;
  if (start > bytes.length) return null;
  const middle = start + bytes.readUInt32LE(lengths);
  const end = middle + bytes.readUInt32LE(lengths + 4);
  if (end > bytes.length) return null;
  const sum = crc32(bytes.subarray(start, end), crc32(bytes.subarray(lengths, lengths + 8)));
  if (sum !== bytes.readUInt32LE(lengths + 8)) return null;
  const head = JSON.parse(bytes.toString('utf8', start, middle)) as Head;
  return { entry: { head, body: bytes.subarray(middle, end) }, end };
}

/** Where the next whole entry begins, at or behind a place; null when there is none. */
export function findEntry(bytes: Buffer, mark: Buffer, from: number): number | null {
  let at = bytes.indexOf(mark, from);
  while (at >= 0 && decodeEntry(bytes, at) === null) at = bytes.indexOf(mark, at + 1);
  return at < 0 ? null : at;
}

/** A segment begins with its mark; where that is damaged, the first entry's copy stands in. */
export function markOf(segment: Buffer): Buffer {
  const first = segment.subarray(0, MARK_BYTES);
  const copy = segment.subarray(MARK_BYTES, 2 * MARK_BYTES);
  return decodeEntry(segment, MARK_BYTES) ? copy : first;
}

/** How many bytes to read to hold the entry whose prefix this is. */
export function entryBytes(prefix: Buffer): number | null {
  if (prefix.length < PREFIX_BYTES) return null;
  return PREFIX_BYTES + prefix.readUInt32LE(MARK_BYTES) + prefix.readUInt32LE(MARK_BYTES + 4);
}
