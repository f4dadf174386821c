/** Minimal lower layer protocol: 0x0B message 0x1C 0x0D. */
export const START_BLOCK = 0x0b;
export const END_BLOCK = 0x1c;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

/** Pieces smaller than this are gathered, so that a byte at a time costs bytes, not objects. */
const GATHER_BYTES = 64 * 1024;

export interface FramerOptions {
  /** A longer message is thrown away while it arrives; only its beginning is kept. */
  readonly frameBytesMax: number;
  /** How much of a too long message is kept: enough for its header. */
  readonly headBytesMax: number;
  /** A sender that goes on for longer than this is not going to stop. */
  readonly discardBytesMax: number;
}

export const FRAMER_DEFAULTS: FramerOptions = Object.freeze({
  frameBytesMax: 16 * 1024 * 1024,
  headBytesMax: 16 * 1024,
  discardBytesMax: 64 * 1024 * 1024,
});

export type FrameEvent =
  | { readonly kind: 'frame'; readonly bytes: Uint8Array }
  /** Bytes that belong to no message: before a start block, or a message begun and abandoned. */
  | { readonly kind: 'garbage'; readonly byteCount: number }
  /** `ended` is false when the sender passed discardBytesMax: the framer is then of no more use. */
  | {
      readonly kind: 'oversize';
      readonly head: Uint8Array;
      readonly byteCount: number;
      readonly ended: boolean;
    };

/**
 * Cuts a byte stream into messages; one for each connection. It walks through
 *
 *     outside --start block--> inside --end block--> ending --carriage return--> outside
 *
 * where an end block followed by anything else was a part of the message, except that an end block
 * followed by a start block ends it too: joining two messages could join two patients.
 */
export class Framer {
  readonly #options: FramerOptions;
  #state: 'outside' | 'inside' | 'ending' | 'useless' = 'outside';
  #pieces: Uint8Array[] = [];
  #gathered = 0;
  #gathering: Uint8Array | null = null;
  #kept = 0;
  #byteCount = 0;
  #tooLong = false;

  constructor(options: Partial<FramerOptions> = {}) {
    this.#options = { ...FRAMER_DEFAULTS, ...options };
  }

  /** True from a start block to its end block: the sender owes the rest. */
  get open(): boolean {
    return this.#state === 'inside' || this.#state === 'ending';
  }

  /** Bytes held of an unfinished message. */
  get heldBytes(): number {
    return this.#kept;
  }

  push(chunk: Uint8Array): FrameEvent[] {
    const events: FrameEvent[] = [];
    let at = 0;
    while (at < chunk.length && this.#state !== 'useless') {
      if (this.#state === 'outside') at = this.#skipToStart(chunk, at, events);
      else if (this.#state === 'inside') at = this.#takeToEnd(chunk, at, events);
      else at = this.#finish(chunk, at, events);
    }
    return events;
  }

  #skipToStart(chunk: Uint8Array, from: number, events: FrameEvent[]): number {
    const start = chunk.indexOf(START_BLOCK, from);
    const until = start < 0 ? chunk.length : start;
    let byteCount = 0;
    for (let i = from; i < until; i += 1) {
      // Line ends between messages are a habit of some senders and mean nothing.
      if (chunk[i] !== CARRIAGE_RETURN && chunk[i] !== LINE_FEED) byteCount += 1;
    }
    if (byteCount > 0) events.push({ kind: 'garbage', byteCount });
    if (start < 0) return chunk.length;
    this.#state = 'inside';
    return start + 1;
  }

  #takeToEnd(chunk: Uint8Array, from: number, events: FrameEvent[]): number {
    const end = chunk.indexOf(END_BLOCK, from);
    const until = end < 0 ? chunk.length : end;
    if (until > from) this.#keep(chunk.subarray(from, until));
    if (end >= 0) this.#state = 'ending';
    if (this.#byteCount > this.#options.discardBytesMax) {
      events.push(this.#oversize(false));
      this.#reset('useless');
    }
    return end < 0 ? until : end + 1;
  }

  #finish(chunk: Uint8Array, at: number, events: FrameEvent[]): number {
    const next = chunk[at];
    if (next === CARRIAGE_RETURN || next === START_BLOCK) {
      this.#emit(events);
      this.#reset(next === START_BLOCK ? 'inside' : 'outside');
      return at + 1;
    }
    this.#keep(END_BLOCK_PIECE);
    this.#state = 'inside';
    return at;
  }

  #emit(events: FrameEvent[]): void {
    if (this.#byteCount > this.#options.frameBytesMax) {
      events.push(this.#oversize(true));
      return;
    }
    const bytes = join(this.#held(), this.#kept);
    const restart = lastRestart(bytes);
    if (restart > 0) events.push({ kind: 'garbage', byteCount: restart });
    events.push({ kind: 'frame', bytes: restart > 0 ? bytes.subarray(restart + 1) : bytes });
  }

  #oversize(ended: boolean): FrameEvent {
    const head = join(this.#held(), this.#kept);
    return { kind: 'oversize', head, byteCount: this.#byteCount, ended };
  }

  #keep(piece: Uint8Array): void {
    this.#byteCount += piece.length;
    if (this.#byteCount > this.#options.frameBytesMax) this.#keepHead(piece);
    else this.#keepWhole(piece);
  }

  /** What is kept of a message over the bound never grows past its head. */
  #keepHead(piece: Uint8Array): void {
    const { headBytesMax } = this.#options;
    if (this.#tooLong && this.#kept >= headBytesMax) return;
    this.#tooLong = true;
    const held = join(this.#held(), this.#kept);
    // Copies, so that the kept beginning does not hold the rest in memory.
    const head = held.slice(0, headBytesMax);
    const more = piece.slice(0, headBytesMax - head.length);
    this.#pieces = [head, more];
    this.#kept = head.length + more.length;
  }

  #keepWhole(piece: Uint8Array): void {
    this.#kept += piece.length;
    if (piece.length >= GATHER_BYTES) {
      this.#closeGathering();
      this.#pieces.push(piece);
      return;
    }
    if (this.#gathering && this.#gathered + piece.length > GATHER_BYTES) this.#closeGathering();
    if (!this.#gathering && this.#pieces.length === 0 && this.#kept === piece.length) {
      // The first piece of a message is often the whole of it: not worth a copy yet.
      this.#pieces.push(piece);
      return;
    }
    this.#gathering ??= new Uint8Array(GATHER_BYTES);
    this.#gathering.set(piece, this.#gathered);
    this.#gathered += piece.length;
  }

  #closeGathering(): void {
    if (!this.#gathering) return;
    this.#pieces.push(this.#gathering.subarray(0, this.#gathered));
    this.#gathering = null;
    this.#gathered = 0;
  }

  #held(): Uint8Array[] {
    this.#closeGathering();
    return this.#pieces;
  }

  #reset(state: 'outside' | 'inside' | 'useless'): void {
    this.#state = state;
    this.#pieces = [];
    this.#gathering = null;
    this.#gathered = 0;
    this.#kept = 0;
    this.#byteCount = 0;
    this.#tooLong = false;
  }
}

const END_BLOCK_PIECE = Uint8Array.of(END_BLOCK);

function join(pieces: readonly Uint8Array[], byteCount: number): Uint8Array {
  const only = pieces[0];
  if (only && pieces.length === 1) return only;
  const whole = new Uint8Array(byteCount);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/**
 * Where a sender gave up in mid-message and began anew: the last start block with a header behind
 * it. A bare vertical tab is left alone, because text pasted into a note brings them along.
 */
function lastRestart(bytes: Uint8Array): number {
  for (let at = bytes.lastIndexOf(START_BLOCK); at >= 0; at -= 1) {
    if (bytes[at] === START_BLOCK && HEADS.has(threeLetters(bytes, at + 1))) return at;
  }
  return -1;
}

const threeLetters = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);

/** The segments that a message, a batch or a file of batches can begin with. */
const HEADS: ReadonlySet<number> = new Set(
  ['MSH', 'BHS', 'FHS'].map((id) => threeLetters(new TextEncoder().encode(id), 0)),
);

/** Puts a message into its frame. */
export function frame(message: Uint8Array): Uint8Array {
  const framed = new Uint8Array(message.length + 3);
  framed[0] = START_BLOCK;
  framed.set(message, 1);
  framed[message.length + 1] = END_BLOCK;
  framed[message.length + 2] = CARRIAGE_RETURN;
  return framed;
}
