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

export type SlotEnd = 'crashed' | 'too-heavy' | 'too-slow';

export interface SlotOptions {
  readonly heapMebibytesMax: number;
  readonly memoryBytesMax: number;
  readonly processorMsMax: number;
  readonly watchMs: number;
  readonly answered: (answer: PictureAnswer) => void;
  /** Said once: the process ended without being asked to, or has to be ended for what it takes. */
  readonly ended: (how: SlotEnd) => void;
}

/** One running process. After `stop` nothing more is heard of it. */
export interface PictureSlot {
  send(request: PictureRequest): void;
  /** While a picture is read its memory and its time are looked at. */
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
  let processorMsBefore: number | null = null;
  const watch = (on: boolean): void => {
    if (timer) clearInterval(timer);
    processorMsBefore = null;
    timer = on ? setInterval(() => void look(), options.watchMs) : null;
  };
  const end = (how: SlotEnd): void => {
    watch(false);
    if (isOver) return;
    isOver = true;
    options.ended(how);
  };
  const look = async (): Promise<void> => {
    const { residentBytes, processorMs } = await takenBy(child.pid);
    if (timer === null) return;
    processorMsBefore ??= processorMs;
    if (residentBytes > options.memoryBytesMax) end('too-heavy');
    else if (processorMs - processorMsBefore > options.processorMsMax) end('too-slow');
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
      // Whoever waits for its end must not end first.
      child.ref();
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await exited;
    },
  };
}

const PAGE_BYTES = 4096;
const TICK_MS = 10;
/** Places in /proc/PID/stat, counted behind the name, which may hold blanks. */
const STAT = { userTicks: 11, systemTicks: 12, residentPages: 21 };

interface Taken {
  readonly residentBytes: number;
  readonly processorMs: number;
}

/** Linux tells it for the asking; elsewhere the bounds of the heap and of the clock stand alone. */
async function takenBy(pid: number | undefined): Promise<Taken> {
  try {
    const stat = await readFile(`/proc/${pid ?? 0}/stat`, 'utf8');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const field = (at: number): number => fields[at] ?? 0;
    return {
      residentBytes: field(STAT.residentPages) * PAGE_BYTES,
      processorMs: (field(STAT.userTicks) + field(STAT.systemTicks)) * TICK_MS,
    };
  } catch {
    return { residentBytes: 0, processorMs: 0 };
  }
}
