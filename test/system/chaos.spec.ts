import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { describeWith } from '../support/describe-with.js';

const KILLS = 8;
const RUN_MS_MAX = 300_000;

/** The crash test as anyone would run it, in its short form. */
async function chaos(...args: string[]): Promise<{ code: number | null; output: string }> {
  const loader = './test/support/ts-loader.js';
  const command = ['--import', loader, 'test/chaos/main.ts', '--seed', '11', ...args];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const [code] = (await once(child, 'exit')) as [number | null];
  return { code, output };
}

describe('a service that is killed at every step an ECG takes', () => {
  it(
    'loses no acknowledged ECG and doubles no result, on the embedded stores',
    async () => {
      const args = ['--only', 'kills', '--stack', 'embedded', '--kills', `${KILLS}`];
      const { code, output } = await chaos(...args);
      expect(output).toMatch(/ok {2}kills, embedded/);
      expect(code).toBe(0);
    },
    RUN_MS_MAX,
  );

  it(
    'would be caught if it acknowledged before it commits',
    async () => {
      const { code, output } = await chaos('--only', 'mutants', '--stack', 'embedded');
      expect(output).toMatch(/ok {2}caught: a build that acknowledges before it commits/);
      expect(code).toBe(0);
    },
    RUN_MS_MAX,
  );
});

describeWith(
  'redis',
  'a service on Redis and PostgreSQL that is killed at every step an ECG takes',
  () => {
    it(
      'loses no acknowledged ECG and doubles no result',
      async () => {
        const args = ['--only', 'kills', '--stack', 'redis-postgres', '--kills', `${KILLS}`];
        const { code, output } = await chaos(...args);
        expect(output).toMatch(/(ok|skipped:) {1,2}kills, redis-postgres/);
        expect(code).toBe(0);
      },
      RUN_MS_MAX,
    );
  },
);
