import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** A real `leadwire serve`, as built, in a process and a folder of its own. */
export interface RunningService {
  readonly pid: number;
  readonly url: string;
  /** Null for a worker, which opens no MLLP door. */
  readonly mllpPort: number | null;
  readonly readyMs: number;
  /** Everything it has written so far, line by line. */
  readonly lines: readonly string[];
  /** Asks it to stop and answers with its exit code. */
  stop(): Promise<number | null>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

export interface ServiceSetup {
  readonly env?: Readonly<Record<string, string>>;
  /** Where the built main.js and its neighbours stand. */
  readonly root?: string;
  /** Runs as this user, where we may choose. */
  readonly uid?: number;
  readonly readyMsMax?: number;
}

const READY_MS_MAX = 60_000;
/** Small and quick: what these suites ask does not depend on how good the networks are. */
const QUICK_MODELS = { LEADWIRE_MODELS_DIR: resolve('test/models') };

export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'leadwire-'));
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

export async function runService(setup: ServiceSetup = {}): Promise<RunningService> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(setup.root ?? '.', 'dist/main.js'), 'serve'], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      LEADWIRE_HTTP_PORT: '0',
      LEADWIRE_MLLP_PORT: '0',
      ...(setup.root === undefined ? QUICK_MODELS : {}),
      ...setup.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(setup.uid === undefined ? {} : { uid: setup.uid, gid: setup.uid }),
  });
  const lines: string[] = [];
  const ports = await doorsOf(child, lines, setup.readyMsMax ?? READY_MS_MAX);
  const exited = once(child, 'exit') as Promise<[number | null]>;
  return {
    pid: child.pid ?? 0,
    url: `http://127.0.0.1:${ports.http}`,
    mllpPort: ports.mllp,
    readyMs: performance.now() - startedAt,
    lines,
    async stop() {
      child.kill('SIGTERM');
      return (await exited)[0];
    },
    async kill(signal) {
      child.kill(signal);
      await exited;
    },
  };
}

interface Doors {
  readonly http: number;
  readonly mllp: number | null;
}

/** The service tells where its doors are; nothing guesses a port. */
function doorsOf(child: ChildProcess, lines: string[], waitMs: number): Promise<Doors> {
  return new Promise((resolve, reject) => {
    const doors = new Map<string, number>();
    const give = (why: string): void => {
      clearTimeout(timer);
      reject(new Error(`${why}:\n${lines.slice(-20).join('\n')}`));
    };
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      give('the service was not ready in time');
    }, waitMs);
    child.once('exit', () => {
      give('the service ended before it was ready');
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        const told = parseLine(line);
        if (told?.name === 'doorOpened') {
          doors.set(told.door ?? '', Number(/\d+$/.exec(told.address ?? '')?.[0]));
        }
        const http = doors.get('http');
        if (told?.name !== 'ready' || http === undefined) return;
        clearTimeout(timer);
        resolve({ http, mllp: doors.get('mllp') ?? null });
      });
    }
  });
}

interface LogLine {
  readonly name: string;
  readonly door?: string;
  readonly address?: string;
}

function parseLine(line: string): LogLine | null {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return null;
  }
}
