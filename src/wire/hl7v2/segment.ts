import type { Charset } from './charset.js';
import { unescapeText, withoutControls, type Delimiters } from './text.js';

/** More repetitions of a field than this are not looked at. */
export const REPETITIONS_MAX = 200;
/** Up to here a plain loop is quicker than a view and a native search. */
const NEAR_BYTES = 48;

export interface Context {
  readonly bytes: Uint8Array;
  readonly delimiters: Delimiters;
  readonly charset: Charset;
}

/** A stretch of the message: a field, a repetition, a component or a subcomponent. */
export class Part {
  readonly #context: Context;
  constructor(
    context: Context,
    readonly start: number,
    readonly end: number,
  ) {
    this.#context = context;
  }

  get empty(): boolean {
    return this.start >= this.end;
  }

  repetitions(): Part[] {
    const parts: Part[] = [];
    let start = this.start;
    while (start <= this.end && parts.length < REPETITIONS_MAX) {
      const end = this.#next(this.#context.delimiters.repetition, start);
      parts.push(new Part(this.#context, start, end));
      start = end + 1;
    }
    return parts;
  }

  /** The n-th component of the first repetition. */
  component(n: number): Part {
    const { component, repetition } = this.#context.delimiters;
    const end = this.#next(repetition, this.start);
    return new Part(this.#context, this.start, end).#nth(component, n);
  }

  subcomponent(n: number): Part {
    return this.#nth(this.#context.delimiters.subcomponent, n);
  }

  #nth(delimiter: number, n: number): Part {
    let start = this.start;
    for (let i = 1; i < n; i += 1) {
      const end = this.#next(delimiter, start);
      if (end >= this.end) return new Part(this.#context, this.end, this.end);
      start = end + 1;
    }
    return new Part(this.#context, start, this.#next(delimiter, start));
  }

  #next(delimiter: number, from: number): number {
    return findByte(this.#context.bytes, delimiter, from, this.end);
  }

  /** Decoded, unescaped, trimmed; HL7's explicit null (`""`) is empty. */
  text(): string {
    if (this.empty) return '';
    const { bytes, charset, delimiters } = this.#context;
    const raw = charset.decode(bytes.subarray(this.start, this.end));
    const text = withoutControls(unescapeText(raw, delimiters, charset)).trim();
    return text === '""' ? '' : text;
  }

  equals(ascii: string): boolean {
    if (this.end - this.start !== ascii.length) return false;
    const { bytes } = this.#context;
    for (let i = 0; i < ascii.length; i += 1) {
      if (bytes[this.start + i] !== ascii.charCodeAt(i)) return false;
    }
    return true;
  }
}

export class Segment {
  readonly #context: Context;
  /** Where each field found so far starts; the entry behind the last one is where to go on. */
  readonly #starts: number[];
  #end: number;

  constructor(
    context: Context,
    readonly id: string,
    /** 1 for the first segment of this id in the message. */
    readonly ordinal: number,
    start: number,
    end: number,
  ) {
    this.#context = context;
    this.#end = end;
    this.#starts = [start + 4];
  }

  extendTo(end: number): void {
    this.#end = end;
    // A field that was found to end with the segment may now go on.
    this.#starts.length = 1;
  }

  field(n: number): Part {
    // The separator of MSH counts as its first field.
    const index = this.id === 'MSH' ? n - 2 : n - 1;
    const { bytes, delimiters } = this.#context;
    while (this.#starts.length <= index + 1) {
      const from = this.#starts.at(-1) as number;
      if (from > this.#end) break;
      this.#starts.push(findByte(bytes, delimiters.field, from, this.#end) + 1);
    }
    const start = this.#starts[index];
    const next = this.#starts[index + 1];
    if (start === undefined || next === undefined || start > this.#end) {
      return new Part(this.#context, this.#end, this.#end);
    }
    return new Part(this.#context, start, next - 1);
  }

  /** `OBX[7].5`, as failures name a place. */
  place(field?: number): string {
    return `${this.id}[${this.ordinal}]${field === undefined ? '' : `.${field}`}`;
  }
}

/** The first such byte in [from, end), else end: never a search of the whole message. */
function findByte(bytes: Uint8Array, byte: number, from: number, end: number): number {
  const near = Math.min(end, from + NEAR_BYTES);
  for (let at = from; at < near; at += 1) if (bytes[at] === byte) return at;
  if (near >= end) return end;
  const found = bytes.subarray(near, end).indexOf(byte);
  return found < 0 ? end : near + found;
}
