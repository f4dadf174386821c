import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { toOru, type OruEnvelope } from '../../src/formats/hl7v2/write.js';
import { openHl7Listener } from '../../src/ingest/hl7v2/listener.js';
import { createRandom, type Random } from '../../src/sandbox/random.js';
import { readAcknowledgement } from '../../src/wire/hl7v2/acknowledgement.js';
import { frame, Framer } from '../../src/wire/hl7v2/framer.js';
import type { MllpServer } from '../../src/wire/mllp/server.js';
import { memoryHall } from '../support/memory-hall.js';
import { sampleReading } from '../support/reading.js';
import { misframed, mutated } from './mutate.js';

export interface FuzzOptions {
  readonly count: number;
  readonly seed: number;
}

export interface FuzzReport {
  readonly sent: number;
  /** Good messages, sent after each bad one, that got their answer at once. */
  readonly answered: number;
  /** Good messages that a broken frame before them had swallowed; the next one was answered. */
  readonly swallowed: number;
  readonly reconnects: number;
  /** By MSA-1, over everything that was answered. */
  readonly answers: Readonly<Record<string, number>>;
  /** False when a fresh connection got no answer: the door is dead. */
  readonly alive: boolean;
  /** Live heap after the last frame against after the first tenth, both after a collection. */
  readonly heapGrowthBytes: number;
  readonly elapsedMs: number;
}

/** A swallowed message is answered never; a long wait for it would be most of the run. */
const FIRST_ANSWER_MS_MAX = 250;
const ANSWER_MS_MAX = 5_000;
/** Just above the longest message, so that some mutations pass it. */
const FRAME_BYTES_MAX = 18 * 1024;

/** Throws broken frames at a live door, a good message behind each, and counts what comes back. */
export async function fuzzFrames({ count, seed }: FuzzOptions): Promise<FuzzReport> {
  const startedMs = performance.now();
  const random = createRandom(seed);
  const hall = memoryHall({ keep: false });
  const server = await openHl7Listener({
    host: '127.0.0.1',
    port: 0,
    frameBytesMax: FRAME_BYTES_MAX,
    submit: hall.submit,
    recordAnswer: (receiptId, answer) => hall.recordAnswer(receiptId, answer),
    contentFaultAnswer: 'AA',
    now: Date.now,
    log: () => undefined,
  });
  const run = new Run(server, random);
  let heapBefore = 0;
  let sent = 0;
  for (; sent < count && run.alive; sent += 1) {
    if (sent === Math.floor(count / 10)) heapBefore = liveHeapBytes();
    await run.one(sent);
  }
  const heapGrowthBytes = liveHeapBytes() - heapBefore;
  run.end();
  await server.close(500);
  return { sent, ...run.report, heapGrowthBytes, elapsedMs: performance.now() - startedMs };
}

/** `node --expose-gc` without the flag on the command line. */
function liveHeapBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

class Run {
  readonly #server: MllpServer;
  readonly #random: Random;
  readonly #originals: readonly Uint8Array[];
  readonly #good: (controlId: string) => Uint8Array;
  readonly #answers: Record<string, number> = {};
  #sender: Sender | null = null;
  #answered = 0;
  #swallowed = 0;
  #reconnects = -1;
  alive = true;

  constructor(server: MllpServer, random: Random) {
    this.#server = server;
    this.#random = random;
    const good = Buffer.from(sample('PROBE')).toString('latin1');
    this.#good = (controlId) => Buffer.from(good.replace('|PROBE|', `|${controlId}|`), 'latin1');
    this.#originals = [
      sample('M1'),
      sample('M2', { amplitudeUnit: 'millivolt', version: '2.3' }),
      sample('M3', { acceptAck: 'AL', applicationAck: 'NE' }),
      Buffer.concat([
        Buffer.from('BHS|^~\\&\r'),
        sample('B1'),
        sample('B2'),
        Buffer.from('BTS|2\r'),
      ]),
      Buffer.from('MSH|^~\\&|A|B|C|D|1||ADT^A01|M4|P|2.5\rPID|1\r'),
    ];
  }

  get report(): Omit<FuzzReport, 'sent' | 'heapGrowthBytes' | 'elapsedMs'> {
    return {
      answered: this.#answered,
      swallowed: this.#swallowed,
      reconnects: Math.max(0, this.#reconnects),
      answers: this.#answers,
      alive: this.alive,
    };
  }

  async one(number: number): Promise<void> {
    const original = this.#originals[Math.floor(this.#random.between(0, this.#originals.length))];
    const bad = misframed(mutated(original ?? Buffer.alloc(0), this.#random), this.#random);
    const sender = await this.#connected();
    for (const piece of pieces(bad, this.#random)) sender.write(piece);
    if (await this.#probe(sender, `P${number}`, FIRST_ANSWER_MS_MAX)) {
      this.#answered += 1;
      return;
    }
    // The good message may have become the end of a broken frame; the one behind it is whole.
    if (await this.#probe(await this.#connected(), `Q${number}`)) {
      this.#swallowed += 1;
      return;
    }
    this.#sender?.end();
    this.alive = await this.#probe(await this.#connected(), `R${number}`);
  }

  end(): void {
    this.#sender?.end();
  }

  async #probe(
    sender: Sender,
    controlId: string,
    waitMsMax: number = ANSWER_MS_MAX,
  ): Promise<boolean> {
    sender.write(frame(this.#good(controlId)));
    return sender.answerTo(controlId, waitMsMax);
  }

  async #connected(): Promise<Sender> {
    if (this.#sender?.usable) return this.#sender;
    this.#reconnects += 1;
    const socket = connect({ host: '127.0.0.1', port: this.#server.port });
    socket.setNoDelay(true);
    await once(socket, 'connect');
    this.#sender = new Sender(socket, this.#answers);
    return this.#sender;
  }
}

function sample(controlId: string, more: Partial<OruEnvelope> = {}): Uint8Array {
  return toOru(sampleReading({ count: 100, sampleRateHz: 100 }), {
    controlId,
    sendingApplication: 'CART',
    sendingFacility: 'ED',
    receivingApplication: 'LEADWIRE',
    receivingFacility: 'HOSP',
    sentAt: '20260131120000',
    ...more,
  });
}

function pieces(bytes: Buffer, random: Random): Buffer[] {
  const cut = Math.floor(random.between(0, bytes.length + 1));
  return random.between(0, 1) < 0.5 ? [bytes] : [bytes.subarray(0, cut), bytes.subarray(cut)];
}

class Sender {
  readonly #socket: Socket;
  readonly #framer = new Framer();
  readonly #seen = new Set<string>();
  #wake: () => void = () => undefined;

  constructor(socket: Socket, answers: Record<string, number>) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#wake();
    });
    socket.on('data', (chunk) => {
      for (const event of this.#framer.push(chunk)) {
        const answer = event.kind === 'frame' ? readAcknowledgement(event.bytes) : null;
        if (!answer) continue;
        answers[answer.code] = (answers[answer.code] ?? 0) + 1;
        this.#seen.add(answer.controlId);
      }
      this.#wake();
    });
  }

  get usable(): boolean {
    return this.#socket.writable && !this.#socket.destroyed;
  }

  write(bytes: Uint8Array): void {
    if (this.usable) this.#socket.write(bytes);
  }

  async answerTo(controlId: string, waitMsMax: number): Promise<boolean> {
    const deadlineMs = performance.now() + waitMsMax;
    while (!this.#seen.has(controlId)) {
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0 || !this.usable) return false;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#seen.clear();
    return true;
  }

  end(): void {
    this.#socket.destroy();
  }
}
