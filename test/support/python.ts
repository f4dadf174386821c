import { spawnSync } from 'node:child_process';
import { describe } from '@jest/globals';
import { findPython } from './find-python.js';

/**
 * Readers that others wrote, as second opinions. The project needs no Python: a suite that asks one
 * is skipped by name where it is absent.
 */
export type RunPython = (script: string, ...args: readonly string[]) => unknown;

const OUTPUT_BYTES_MAX = 256 * 1_048_576;
const RUN_MS_MAX = 120_000;

export function describeWithPython(
  module: string,
  name: string,
  suite: (run: RunPython) => void,
): void {
  const python = findPython(module);
  if (python !== null) {
    describe(name, () => {
      suite((script, ...args) => run(python, script, args));
    });
    return;
  }
  process.stderr.write(`skipped: ${name} (no Python with ${module} here)\n`);
  describe.skip(name, () => {
    suite(() => null);
  });
}

/** What the script printed, as JSON. */
function run(python: string, script: string, args: readonly string[]): unknown {
  const { status, stdout, stderr } = spawnSync(python, ['-c', script, ...args], {
    encoding: 'utf8',
    maxBuffer: OUTPUT_BYTES_MAX,
    timeout: RUN_MS_MAX,
  });
  if (status !== 0) throw new Error(`Python failed: ${stderr.slice(-2000)}`);
  return JSON.parse(stdout);
}
