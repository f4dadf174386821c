import type { Log } from '../core/log.js';
import { unpackWaveform } from '../core/ecg/pack.js';
import type { Reading } from '../core/ecg/reading.js';
import { fail, ok, refuse, type Failure, type Result } from '../core/failure.js';
import type { Picture } from '../formats/picture/kind.js';
import { pictureReading } from '../formats/picture/reading.js';
import { READER_LIMITS } from './limits.js';
import type { PictureAnswer } from './messages.js';
import {
  READING_PROCESS,
  startSlot,
  type PictureProgram,
  type PictureSlot,
  type SlotEnd,
} from './slot.js';

/** Reads pictures one after the other, outside of this process. */
export interface PictureReader {
  /** Rejects with `picture-reader-busy` where too many wait already. */
  read(picture: Picture): Promise<Result<Reading>>;
  close(): Promise<void>;
}

export interface PictureReaderOptions {
  readonly log: Log;
  readonly program?: PictureProgram;
  readonly limits?: Partial<Record<keyof typeof READER_LIMITS, number>>;
}

export function createPictureReader(options: PictureReaderOptions): PictureReader {
  return new ProcessReader(options);
}

interface Waiting {
  readonly picture: Picture;
  readonly answer: (result: Result<Reading>) => void;
  readonly giveUp: (why: Error) => void;
  /** Ends its waiting for a turn. */
  readonly timer: NodeJS.Timeout;
}

interface Running extends Omit<Waiting, 'timer'> {
  readonly number: number;
  readonly timer: NodeJS.Timeout;
}

/** The process begins with the first picture and is made anew where one ended it. */
class ProcessReader implements PictureReader {
  readonly #limits: Record<keyof typeof READER_LIMITS, number>;
  readonly #program: PictureProgram;
  readonly #waiting: Waiting[] = [];
  #slot: PictureSlot | null = null;
  #running: Running | null = null;
  #number = 0;
  #isClosed = false;

  constructor(private readonly options: PictureReaderOptions) {
    this.#limits = { ...READER_LIMITS, ...options.limits };
    this.#program = options.program ?? READING_PROCESS;
  }

  read(picture: Picture): Promise<Result<Reading>> {
    if (this.#isClosed || this.#waiting.length >= this.#limits.waitingMax) {
      return Promise.reject(busy());
    }
    return new Promise((answer, giveUp) => {
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        giveUp(busy());
      }, this.#limits.waitMsMax);
      const waiting: Waiting = { picture, answer, giveUp, timer };
      this.#waiting.push(waiting);
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const slot = this.#slot;
    this.#slot = null;
    const running = this.#finish();
    running?.giveUp(busy());
    for (const { timer, giveUp } of this.#waiting.splice(0)) {
      clearTimeout(timer);
      giveUp(busy());
    }
    await slot?.stop();
  }

  #next(): void {
    if (this.#running !== null || this.#isClosed) return;
    const waiting = this.#waiting.shift();
    if (!waiting) return;
    clearTimeout(waiting.timer);
    const slot = (this.#slot ??= this.#begin());
    const number = (this.#number += 1);
    const seconds = this.#limits.readMsMax / 1000;
    const timer = setTimeout(() => {
      this.#end(
        slot,
        'picture-too-slow',
        `the picture could not be read within ${seconds} seconds`,
      );
    }, this.#limits.readMsMax);
    this.#running = { ...waiting, number, timer };
    slot.watch(true);
    slot.send({ number, ...waiting.picture });
  }

  #begin(): PictureSlot {
    const { heapMebibytesMax, memoryBytesMax, processorMsMax, watchMs } = this.#limits;
    const slot = startSlot(this.#program, {
      heapMebibytesMax,
      memoryBytesMax,
      processorMsMax,
      watchMs,
      answered: (answer) => {
        if (slot === this.#slot) this.#answered(answer);
      },
      ended: (how) => {
        const [code, detail] = why(how, this.#limits);
        this.#end(slot, code, detail);
      },
    });
    return slot;
  }

  #answered(answer: PictureAnswer): void {
    if (answer.number !== this.#running?.number) return;
    this.#slot?.watch(false);
    const running = this.#finish();
    running?.answer(toReading(running.picture, answer));
    this.#next();
  }

  /** The picture that was being read is to blame; those that wait get a new process. */
  #end(slot: PictureSlot, code: Failure['code'], detail: string): void {
    if (slot !== this.#slot) return;
    this.#slot = null;
    void slot.stop();
    this.options.log('pictureReaderEnded', { code, detail });
    this.#finish()?.answer(refuse(code, detail));
    this.#next();
  }

  #finish(): Running | null {
    const running = this.#running;
    this.#running = null;
    if (running) clearTimeout(running.timer);
    return running;
  }
}

function toReading({ kind }: Picture, answer: PictureAnswer): Result<Reading> {
  if (!answer.found) return refuse(answer.code, answer.detail);
  const ecg = unpackWaveform(answer.ecg.waveform, answer.ecg.beside);
  return ecg.ok ? ok(pictureReading(kind, ecg.value, answer.page)) : ecg;
}

function why(
  how: SlotEnd,
  { memoryBytesMax, processorMsMax }: Record<keyof typeof READER_LIMITS, number>,
): readonly [Failure['code'], string] {
  switch (how) {
    case 'too-slow':
      return [
        'picture-too-slow',
        `reading the picture takes more than ${processorMsMax / 1000} seconds of a processor`,
      ];
    case 'too-heavy': {
      const mebibytes = Math.round(memoryBytesMax / 1_048_576);
      return [
        'picture-too-heavy',
        `reading the picture takes more than ${mebibytes} MiB of memory`,
      ];
    }
    case 'crashed':
      return ['picture-too-heavy', 'reading the picture ended the process that read it'];
  }
}

function busy(): Error {
  return fail('picture-reader-busy', 'too many pictures wait to be read: send it again');
}
