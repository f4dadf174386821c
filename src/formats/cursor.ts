/**
 * Reads numbers from a stretch of bytes and never beyond it. Past the end every number is 0 and
 * `overrun` is set: a reader of a record asks once, at its end, and not after each of its fields.
 */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly #view: DataView;
  readonly #littleEndian: boolean;
  at: number;
  overrun = false;

  constructor(bytes: Uint8Array, from = 0, end = bytes.length, littleEndian = true) {
    this.bytes = bytes;
    this.end = Math.min(end, bytes.length);
    this.at = Math.min(from, this.end);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#littleEndian = littleEndian;
  }

  get left(): number {
    return this.end - this.at;
  }

  u8(): number {
    return this.#advance(1) ? this.#view.getUint8(this.at - 1) : 0;
  }

  u16(): number {
    return this.#advance(2) ? this.#view.getUint16(this.at - 2, this.#littleEndian) : 0;
  }

  i16(): number {
    return this.#advance(2) ? this.#view.getInt16(this.at - 2, this.#littleEndian) : 0;
  }

  u32(): number {
    return this.#advance(4) ? this.#view.getUint32(this.at - 4, this.#littleEndian) : 0;
  }

  skip(count: number): void {
    this.#advance(count);
  }

  /** The next bytes, as a view of the same memory; none of them where not all are there. */
  take(count: number): Uint8Array {
    return this.#advance(count)
      ? this.bytes.subarray(this.at - count, this.at)
      : this.bytes.subarray(this.at, this.at);
  }

  #advance(count: number): boolean {
    if (count > this.end - this.at) {
      this.overrun = true;
      this.at = this.end;
      return false;
    }
    this.at += count;
    return true;
  }
}
