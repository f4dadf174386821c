import { ok, refuse, type Result } from '../../core/failure.js';
import { Cursor } from '../cursor.js';
import { crcCcitt } from './crc.js';

/** A section without its header. */
export interface Section {
  readonly id: number;
  readonly protocolVersion: number;
  readonly bytes: Uint8Array;
}

export interface ScpRecord {
  readonly sections: ReadonlyMap<number, Section>;
}

const RECORD_HEADER_BYTES = 6;
export const SECTION_HEADER_BYTES = 16;
const POINTER_BYTES = 10;
const NAME = 'SCPECG';
const POINTERS_MAX = 1024;
/** Above lie sections of makers and, since version 3, of long recordings. */
const SECTION_ID_MAX = 11;
/** Without these there is no ECG, or a wrong one; the others may be lost. */
const ESSENTIAL_ID_MAX = 6;

export function isScp(bytes: Uint8Array): boolean {
  const cursor = new Cursor(bytes, 2);
  const recordBytes = cursor.u32();
  cursor.skip(2);
  const [id, length] = [cursor.u16(), cursor.u32()];
  cursor.skip(2);
  const name = String.fromCharCode(...cursor.take(NAME.length));
  const first = { id: cursor.u16(), length: cursor.u32(), index: cursor.u32() };
  if (cursor.overrun || id !== 0 || length < SECTION_HEADER_BYTES + POINTER_BYTES) return false;
  // The name came with version 1.3. Before, section 0 could be told by its pointer to itself.
  const pointsToItself = first.id === 0 && first.index === RECORD_HEADER_BYTES + 1;
  return name === NAME || (pointsToItself && first.length === length && recordBytes >= length);
}

/**
 * The sections of a record. Each byte that is used has to be covered by a checksum that is right: of
 * the record or of its section. Other readers only warn, and read on. But a byte that changed on its
 * way breaks both sums and may have moved a lead, and nothing else in the file tells of it: such a
 * record is refused. One sum that is wrong while the other holds is its writer's fault and harmless,
 * and so are sums that were all left empty.
 */
export function readRecord(bytes: Uint8Array): Result<ScpRecord> {
  const broken = (why: string): Result<ScpRecord> => refuse('encoding-broken', why);
  const cursor = new Cursor(bytes);
  const [sum, recordBytes] = [cursor.u16(), cursor.u32()];
  if (cursor.overrun || recordBytes > bytes.length) return broken('the SCP record is cut short');
  const record = bytes.subarray(0, recordBytes);
  const recordHolds = crcCcitt(record, 2) === sum;
  const pointers = pointersOf(record);
  if (pointers === null) return broken('section 0 of the SCP record is broken');
  const sumless = !recordHolds && isSumless(record, sum, pointers);
  const trusted = (at: number, length: number): boolean =>
    recordHolds || sumless || sectionHolds(record, at, length);
  const [own] = pointers;
  if (!own || !trusted(own.at, own.length)) return broken('the checksum of section 0 is wrong');
  const sections = new Map<number, Section>();
  for (const { id, at, length } of pointers) {
    if (id === 0 || id > SECTION_ID_MAX || sections.has(id)) continue;
    const isEssential = id <= ESSENTIAL_ID_MAX;
    if (length < SECTION_HEADER_BYTES || at + length > record.length) {
      if (isEssential) return broken(`section ${id} lies outside of the SCP record`);
      continue;
    }
    const header = new Cursor(record, at + 2);
    const [headerId, headerLength] = [header.u16(), header.u32()];
    header.skip(1);
    if (headerId !== id) {
      if (isEssential) return broken(`section ${id} is not where section 0 says`);
      continue;
    }
    const used = Math.max(SECTION_HEADER_BYTES, Math.min(length, headerLength));
    if (!trusted(at, used)) {
      if (isEssential) return broken(`the checksum of section ${id} is wrong`);
      continue;
    }
    const protocolVersion = header.u8();
    const content = record.subarray(at + SECTION_HEADER_BYTES, at + used);
    sections.set(id, { id, protocolVersion, bytes: content });
  }
  return ok({ sections });
}

interface Pointer {
  readonly id: number;
  readonly length: number;
  /** From 0, where the standard counts from 1. */
  readonly at: number;
}

/** Section 0 itself first, then what it points to. */
function pointersOf(record: Uint8Array): Pointer[] | null {
  const header = new Cursor(record, RECORD_HEADER_BYTES + 2);
  const [id, length] = [header.u16(), header.u32()];
  const end = RECORD_HEADER_BYTES + length;
  if (header.overrun || id !== 0 || end > record.length) return null;
  const pointers: Pointer[] = [{ id: 0, length, at: RECORD_HEADER_BYTES }];
  const cursor = new Cursor(record, RECORD_HEADER_BYTES + SECTION_HEADER_BYTES, end);
  while (cursor.left >= POINTER_BYTES && pointers.length < POINTERS_MAX) {
    const pointer = { id: cursor.u16(), length: cursor.u32(), at: cursor.u32() - 1 };
    if (pointer.length > 0 && pointer.at >= 0 && pointer.id > 0) pointers.push(pointer);
  }
  return pointers;
}

function sectionHolds(record: Uint8Array, at: number, length: number): boolean {
  return crcCcitt(record, at + 2, at + length) === new Cursor(record, at).u16();
}

/** All sums zero, or all of them ones: the writer made none. */
function isSumless(record: Uint8Array, sum: number, pointers: readonly Pointer[]): boolean {
  if (sum !== 0 && sum !== 0xffff) return false;
  return pointers.every(({ at }) => new Cursor(record, at).u16() === sum);
}
