import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { sharedPath } from './shared.js';
import { findProgram } from './throw-away.js';

/** A program of the rig; null where a machine has no rig or no Java. */
export function rig(command: string): string | null {
  return findProgram('java') === null ? null : sharedPath('rigs', 'hapi', command);
}

export function hasHapi(): boolean {
  return rig('fhir-server.sh') !== null;
}

/** One line an issue, as HAPI's validator words it. */
export async function validateWithHapi(...files: readonly string[]): Promise<readonly string[]> {
  const child = spawn(rig('validate.sh') ?? '', files, { stdio: ['ignore', 'pipe', 'ignore'] });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const [code] = (await once(child, 'close')) as [number];
  if (code > 1) throw new Error(`the validator ended with ${code}`);
  return lines;
}
