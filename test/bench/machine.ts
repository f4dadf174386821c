import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { findProgram } from '../support/throw-away.js';

export interface Machine {
  readonly date: string;
  readonly cores: number;
  readonly processor: string;
  readonly memoryGib: number;
  readonly versions: string;
  /** Processes that wanted a core in the last minute before the run: above 0, others were at work. */
  readonly loadBefore: number;
}

export function describeMachine(): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGib: Math.round(totalmem() / 2 ** 30),
    versions: [`Node ${process.version}`, ...servers()].join(', '),
    loadBefore: loadavg()[0] ?? 0,
  };
}

function servers(): string[] {
  return [
    ['PostgreSQL', 'postgres', /(\d+(?:\.\d+)+)/],
    ['Redis', 'redis-server', /v=(\S+)/],
  ].flatMap(([name, program, pattern]) => {
    const path = findProgram(String(program));
    if (path === null) return [];
    const said = execFileSync(path, ['--version'], { encoding: 'utf8' });
    return [`${String(name)} ${(pattern as RegExp).exec(said)?.[1] ?? ''}`];
  });
}
