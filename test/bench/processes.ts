import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** CPU time as the kernel counts it for whole processes: all threads, user and system. */
const UTIME = 11;
const STIME = 12;
const CUTIME = 13;
const CSTIME = 14;
const PARENT = 1;

let tickMs = 0;

function ticksToMs(ticks: number): number {
  if (tickMs === 0) {
    tickMs = 1000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  }
  return ticks * tickMs;
}

export function canReadCpu(): boolean {
  return existsSync('/proc/self/stat');
}

/** What follows the name, which may hold blanks and brackets; null for a process that is gone. */
function fieldsOf(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

function sum(fields: readonly string[], ...at: number[]): number {
  return at.reduce((total, i) => total + Number(fields[i]), 0);
}

export function cpuMsOf(pid: number): number {
  const fields = fieldsOf(pid);
  return fields ? ticksToMs(sum(fields, UTIME, STIME)) : 0;
}

/** A server with a process for each connection: itself, its children, and those that have ended. */
export function cpuMsOfFamily(pid: number): number {
  let ticks = sum(fieldsOf(pid) ?? [], UTIME, STIME, CUTIME, CSTIME) || 0;
  for (const name of readdirSync('/proc')) {
    const fields = /^\d+$/.test(name) ? fieldsOf(Number(name)) : null;
    if (fields && Number(fields[PARENT]) === pid) ticks += sum(fields, UTIME, STIME);
  }
  return ticksToMs(ticks);
}
