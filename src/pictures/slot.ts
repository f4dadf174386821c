import { fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { PictureAnswer, PictureRequest } from './messages.js';

/** Where the program of the reading process lies and how Node is to start it. */
export interface PictureProgram {
  readonly url: URL;
  /** Null takes over the arguments of this process. */
  readonly execArgv: readonly string[] | null;
}

/** Beside this file and written alike: compiled in the product, TypeScript where that is run. */
export const READING_PROCESS: PictureProgram = Object.freeze({
  url: new URL(
    import.meta.url.endsWith('.ts') ? './reading-process.ts' : './reading-process.js',
    import.meta.url,
  ),
  execArgv: null,
});

export interface SlotOptions {
  readonly heapMebibytesMax: number;
  readonly memoryBytesMax: number;
  readonly watchMs: number;
  readonly answered: (answer: PictureAnswer) => void;
  /** Said once: the process ended without being asked to, or had to be ended for its memory. */
  readonly ended: (how: 'crashed' | 'too-heavy') => void;
}

/** One running process. After `stop` nothing more is heard of it. */
export interface PictureSlot {
  send(request: PictureRequest): void;
  /** While a picture is read its memory is looked at. */
  watch(on: boolean): void;
  stop(): Promise<void>;
}

/**
 * A process and no thread: only a process can be ended in the middle of native code, has a memory of
 * its own that can be measured, and takes nothing with it when a decoder fails on hostile bytes.
 */
export function startSlot(program: PictureProgram, options: SlotOptions): PictureSlot {
  const child = fork(program.url, {
    execArgv: [
      ...(program.execArgv ?? process.execArgv),
      `--max-old-space-size=${options.heapMebibytesMax}`,
    ],
    // What reads files of others has no use for the secrets of this process.
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.unref();
  child.channel?.unref();
  let isOver = false;
  let timer: NodeJS.Timeout | null = null;
  const watch = (on: boolean): void => {
    if (timer) clearInterval(timer);
    timer = on ? setInterval(() => void look(), options.watchMs) : null;
  };
  const end = (how: 'crashed' | 'too-heavy'): void => {
    watch(false);
    if (isOver) return;
    isOver = true;
    options.ended(how);
  };
  const look = async (): Promise<void> => {
    if ((await residentBytes(child.pid)) > options.memoryBytesMax) end('too-heavy');
  };
  child.on('message', (answer: PictureAnswer) => {
    if (!isOver) options.answered(answer);
  });
  child.on('error', () => {
    end('crashed');
  });
  child.on('exit', () => {
    end('crashed');
  });
  return {
    // A process that has just ended is told of by its exit.
    send: (request) => child.send(request, () => undefined),
    watch,
    stop: async () => {
      watch(false);
      isOver = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await exited;
    },
  };
}

const PAGE_BYTES = 4096;

/** Linux tells it for the asking; elsewhere the bound of the heap and that of time stand alone. */
async function residentBytes(pid: number | undefined): Promise<number> {
  if (pid === undefined) return 0;
  try {
    const fields = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ');
    return Number(fields[1]) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
