import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { temporaryFolder } from '../support/service.js';

const folder = temporaryFolder();
afterAll(() => {
  folder.remove();
});

/** It keeps a device id and what is still to be sent in the home folder: no trace, no report. */
test('the ONNX runtime that runs the networks reports to nobody', () => {
  const home = join(folder.path, 'home');
  mkdirSync(home);
  const { status } = spawnSync(process.execPath, ['dist/main.js', 'models', 'verify'], {
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      TMPDIR: home,
      LEADWIRE_MODELS_DIR: resolve('test/models'),
    },
  });
  expect(status).toBe(0);
  expect(readdirSync(home, { recursive: true })).toEqual([]);
});
