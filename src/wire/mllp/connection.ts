import type { Socket } from 'node:net';
import { frame, Framer, type FrameEvent } from '../hl7v2/framer.js';

export interface MllpPeer {
  readonly address: string;
}

export interface MllpReply {
  /** The answer; null where the sender asked for none. */
  readonly bytes: Uint8Array | null;
  /** Done once the answer has left and before the sender's next message is looked at. */
  readonly afterwards?: () => Promise<void>;
}

export interface MllpHandler {
  message(bytes: Uint8Array, peer: MllpPeer): Promise<MllpReply>;
  /** Only the beginning of a message beyond the bound was kept. */
  tooLarge(head: Uint8Array, byteCount: number, peer: MllpPeer): Promise<MllpReply>;
}

export type DropReason =
  | 'idle'
  | 'frame-unfinished'
  | 'garbage'
  | 'endless-frame'
  | 'answer-not-read'
  | 'handler-failed'
  | 'memory-full';

export interface ConnectionLimits {
  readonly frameBytesMax: number;
  readonly idleMsMax: number;
  /** From the start block to the end block. */
  readonly frameMsMax: number;
  /** How long a sender may leave its answer unread. */
  readonly answerMsMax: number;
  /** Bytes outside any frame, since the last frame. */
  readonly garbageBytesMax: number;
}

/** Bytes of messages held by all connections together: many long ones must not add up. */
export interface HeldBytes {
  total: number;
  readonly max: number;
}

type Work = Exclude<FrameEvent, { kind: 'garbage' }>;

/**
 * One sender. Its messages are handled one at a time and answered in order; while one is handled
 * the socket is paused, so what can pile up is one chunk and one unfinished frame.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #limits: ConnectionLimits;
  readonly #handler: MllpHandler;
  readonly #peer: MllpPeer;
  readonly #dropped: (why: DropReason) => void;
  readonly #framer: Framer;
  readonly #all: HeldBytes;
  #held = 0;
  #work: Work[] = [];
  #busy = false;
  #draining = false;
  #ended = false;
  #garbage = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    socket: Socket,
    peer: MllpPeer,
    limits: ConnectionLimits,
    handler: MllpHandler,
    all: HeldBytes,
    dropped: (why: DropReason) => void,
  ) {
    this.#socket = socket;
    this.#peer = peer;
    this.#limits = limits;
    this.#handler = handler;
    this.#all = all;
    this.#dropped = dropped;
    const { frameBytesMax } = limits;
    this.#framer = new Framer({ frameBytesMax, discardBytesMax: 4 * frameBytesMax });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    socket.on('data', (chunk) => {
      this.#take(chunk);
    });
    socket.on('end', () => {
      this.#ended = true;
      if (!this.#busy) socket.end();
    });
    socket.on('close', () => {
      clearTimeout(this.#timer);
      this.#ended = true;
      if (!this.#busy) this.#hold(0);
    });
    this.#arm(true);
  }

  /** Finishes the message in hand, then ends; further ones stay unanswered with their sender. */
  drain(): void {
    this.#draining = true;
    this.#work = [];
    if (!this.#busy) this.#socket.destroy();
  }

  #take(chunk: Uint8Array): void {
    const wasOpen = this.#framer.open;
    const events = this.#framer.push(chunk);
    for (const event of events) {
      if (event.kind === 'garbage') this.#garbage += event.byteCount;
      else this.#work.push(event);
    }
    this.#hold(this.#framer.heldBytes + this.#work.reduce((sum, one) => sum + bytesOf(one), 0));
    if (this.#all.total > this.#all.max) {
      this.#drop('memory-full');
    } else if (this.#work.length > 0) {
      this.#garbage = 0;
      if (!this.#busy) void this.#run();
    } else if (this.#garbage > this.#limits.garbageBytesMax) {
      this.#drop('garbage');
    } else if (!this.#busy) {
      this.#arm(!wasOpen);
    }
  }

  async #run(): Promise<void> {
    this.#busy = true;
    clearTimeout(this.#timer);
    this.#socket.pause();
    for (let work = this.#work.shift(); work; work = this.#work.shift()) {
      if (!(await this.#handle(work))) break;
    }
    this.#busy = false;
    this.#hold(this.#socket.destroyed ? 0 : this.#framer.heldBytes);
    if (this.#draining || this.#ended) {
      this.#socket.end();
      if (this.#draining) this.#socket.destroySoon();
    }
    if (this.#socket.destroyed) return;
    this.#arm(true);
    this.#socket.resume();
  }

  #hold(bytes: number): void {
    this.#all.total += bytes - this.#held;
    this.#held = bytes;
  }

  /** False when the connection is of no more use. */
  async #handle(work: Work): Promise<boolean> {
    try {
      const reply =
        work.kind === 'frame'
          ? await this.#handler.message(work.bytes, this.#peer)
          : await this.#handler.tooLarge(work.head, work.byteCount, this.#peer);
      if (reply.bytes) await this.#send(frame(reply.bytes));
      await reply.afterwards?.();
    } catch {
      // Without an answer the sender keeps its message and sends it again.
      this.#drop('handler-failed');
      return false;
    }
    if (work.kind === 'oversize' && !work.ended) {
      this.#drop('endless-frame');
      return false;
    }
    return true;
  }

  /** A sender that has gone away meanwhile gets no answer; its message is stored all the same. */
  #send(bytes: Uint8Array): Promise<void> {
    const socket = this.#socket;
    if (!socket.writable) return Promise.resolve();
    return new Promise((resolve) => {
      const unread = setTimeout(() => {
        this.#drop('answer-not-read');
      }, this.#limits.answerMsMax);
      const done = (): void => {
        clearTimeout(unread);
        socket.off('close', done);
        resolve();
      };
      socket.once('close', done);
      socket.write(bytes, done);
    });
  }

  /** An unfinished frame is timed from its start: a byte now and then does not keep it alive. */
  #arm(afresh: boolean): void {
    const { open } = this.#framer;
    if (open && !afresh) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#drop(open ? 'frame-unfinished' : 'idle');
      },
      open ? this.#limits.frameMsMax : this.#limits.idleMsMax,
    );
  }

  #drop(why: DropReason): void {
    if (this.#socket.destroyed) return;
    this.#work = [];
    this.#dropped(why);
    this.#socket.destroy();
  }
}

function bytesOf(work: Work): number {
  return work.kind === 'frame' ? work.bytes.length : work.head.length;
}
