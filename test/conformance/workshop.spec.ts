import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { findPython } from '../support/find-python.js';

/** A quiet machine takes half a minute; a busy one more. */
const TIME_MAX_MS = 600_000;

const python = findPython('torch', 'onnxruntime', 'scipy', 'wfdb', 'pytest');
const name = 'the workshop of the networks, in Python';
const where = python === null ? describe.skip : describe;
if (python === null) process.stderr.write(`skipped: ${name} (no torch here)\n`);

where(name, () => {
  test(
    'keeps patients whole, resumes, exports what PyTorch says and writes a card from data',
    () => {
      const run = spawnSync(
        python ?? '',
        ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', 'tests'],
        {
          cwd: 'models/training',
          encoding: 'utf8',
        },
      );
      expect(run.status === 0 ? '' : run.stdout.slice(-4000)).toBe('');
      expect(run.stdout).toMatch(/\d+ passed/);
    },
    TIME_MAX_MS,
  );
});
