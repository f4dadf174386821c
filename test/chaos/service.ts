import { resolve } from 'node:path';
import { openSync, closeSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Blow } from './boundary.js';
import { startChild, type Child, type Exit } from './child.js';

export interface ServiceOptions {
  /** The built main.js. */
  readonly main: string;
  readonly env: Readonly<Record<string, string>>;
  readonly blow: Blow | null;
  /** Its log lines are added to this file. */
  readonly logFile: string;
}

/** One life of one service process. */
export interface Life {
  readonly exited: Promise<Exit>;
  readonly running: boolean;
  /** True once its doors are open; false when it ended before that. */
  readonly ready: Promise<boolean>;
  /** The moment its blow fell; null when it ended without. */
  readonly struck: Promise<string | null>;
  kill(signal: NodeJS.Signals): void;
}

const KILLER = fileURLToPath(new URL('./killer.js', import.meta.url));
/** Never comes: the killer then only tells of readiness and follows the harness. */
const NO_BLOW: Blow = {
  moment: 'crashed',
  occurrence: Number.MAX_SAFE_INTEGER,
  delayMs: 0,
  signal: 'SIGKILL',
};

export function startService(options: ServiceOptions): Life {
  const log = openSync(options.logFile, 'a');
  const child = startChild(process.execPath, ['--import', KILLER, options.main, 'serve'], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      LEADWIRE_MODELS_DIR: resolve('test/models'),
      ...options.env,
      CHAOS_PLAN: JSON.stringify(options.blow ?? NO_BLOW),
    },
    stdio: ['ignore', log, log, 'pipe'],
  });
  closeSync(log);
  const { ready, struck } = listen(child);
  return {
    exited: child.exited,
    get running() {
      return child.running;
    },
    ready,
    struck,
    kill: (signal) => {
      child.kill(signal);
    },
  };
}

interface Told {
  readonly kind: 'ready' | 'struck';
  readonly moment?: string;
}

function listen(child: Child): Pick<Life, 'ready' | 'struck'> {
  const lines = createInterface({ input: child.process.stdio[3] as Readable });
  lines.on('error', () => undefined);
  let tellReady: (ready: boolean) => void = () => undefined;
  let tellStruck: (moment: string | null) => void = () => undefined;
  lines.on('line', (line) => {
    const told = JSON.parse(line) as Told;
    if (told.kind === 'ready') tellReady(true);
    else tellStruck(told.moment ?? null);
  });
  lines.on('close', () => {
    tellReady(false);
    tellStruck(null);
  });
  return {
    ready: new Promise((resolve) => (tellReady = resolve)),
    struck: new Promise((resolve) => (tellStruck = resolve)),
  };
}

/** The last lines that say something is wrong, for the report of a failure. */
export function complaints(logFile: string, count: number): string[] {
  return readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !/"level":"(info|debug)"/.test(line))
    .slice(-count);
}
