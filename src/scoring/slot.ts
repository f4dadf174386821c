import { Worker } from 'node:worker_threads';
import type { Failure } from '../core/failure.js';
import { failure, failureOf } from '../core/failure.js';
import type { ScoreRequest, ThreadBirth, ThreadMessage } from './messages.js';

/** Where the program of a scoring thread lies and how Node is to start it. */
export interface ThreadProgram {
  readonly url: URL;
  /** Null takes over the arguments of this process. */
  readonly execArgv: readonly string[] | null;
}

/** Beside this file and written alike: compiled in the product, TypeScript where that is run. */
export const SCORING_THREAD: ThreadProgram = Object.freeze({
  url: new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url),
  execArgv: null,
});

export interface SlotEvents {
  readonly message: (message: ThreadMessage) => void;
  /** Said once: the thread ended without being asked to. */
  readonly ended: (why: Failure) => void;
}

/** One running thread. After `stop` nothing more is heard of it. */
export interface Slot {
  send(request: ScoreRequest): void;
  stop(): Promise<void>;
}

export function startSlot(program: ThreadProgram, birth: ThreadBirth, events: SlotEvents): Slot {
  const worker = new Worker(program.url, {
    workerData: birth,
    ...(program.execArgv === null ? {} : { execArgv: [...program.execArgv] }),
    // A thread that parses files of others has no use for the secrets of this process.
    env: {},
  });
  let isOver = false;
  const end = (detail: string): void => {
    if (isOver) return;
    isOver = true;
    events.ended(failure('scorer-crashed', detail));
  };
  worker.on('message', (message: ThreadMessage) => {
    if (!isOver) events.message(message);
  });
  worker.on('error', (error) => {
    end(`scoring thread failed (${failureOf(error).detail})`);
  });
  worker.on('messageerror', () => {
    end('scoring thread sent what cannot be read');
  });
  worker.on('exit', (code) => {
    end(`scoring thread ended with code ${code}`);
  });
  return {
    send: (request) => {
      worker.postMessage(request, [request.ecg.microvolts.buffer]);
    },
    stop: async () => {
      isOver = true;
      await worker.terminate();
    },
  };
}
