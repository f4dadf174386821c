import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, test } from '@jest/globals';

/** What a newcomer does first, as they do it: the built program in a process of its own. */
interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Far beyond what either takes on a quiet machine: whoever shares this one slows them down. */
const ONCE_MS_MAX = 240_000;
const LIVE_MS_MAX = 180_000;

function start(...args: readonly string[]) {
  const child = spawn(process.execPath, ['dist/main.js', ...args], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (texts.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (texts.err += chunk.toString()));
  const ended = async (msMax: number): Promise<Ended> => {
    const timer = setTimeout(() => child.kill('SIGKILL'), msMax);
    const [code] = (await once(child, 'close')) as [number | null];
    clearTimeout(timer);
    return { code, ...texts };
  };
  return { child, ended };
}

describe('leadwire demo', () => {
  test(
    '--once ends well, with the truth beside the finding, each once, and no word too wide',
    async () => {
      const { code, out, err } = await start('demo', '--once').ended(ONCE_MS_MAX);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      const [, total] = /(\d+) of \1 as they should be/.exec(out) ?? [];
      expect(Number(total)).toBeGreaterThanOrEqual(15);
      const lines = out.split('\n');
      const from = lines.findIndex((line) => line.startsWith('#'));
      const table = lines.slice(from, lines.indexOf('', from));
      expect(Math.max(...table.map(({ length }) => length))).toBeLessThanOrEqual(80);
      const rows = table.filter((line) => /^\d/.test(line));
      expect(rows).toHaveLength(Number(total));
      for (const row of rows) expect(row).toMatch(/ (once|kept, no)$/);
      // The truth may be "normal"; what the service says never is.
      const said = rows.map((row) => row.slice(row.search(/ {2}(MLLP|REST|EHR)/)));
      expect(said.filter((one) => /normal/i.test(one))).toEqual([]);
      expect(out).toContain('No part of this is a cleared medical device');
    },
    ONCE_MS_MAX + 10_000,
  );

  test(
    'goes on until it is stopped, then tells what came and ends well',
    async () => {
      const { child, ended } = start('demo', '--rate', '120', '--seed', '5');
      const isDelivered = new Promise<void>((resolve) => {
        createInterface({ input: child.stdout }).on('line', (line) => {
          if (/ delivered +#\d+ +RiskAssessment\/\d+/.test(line)) resolve();
        });
      });
      const end = ended(LIVE_MS_MAX);
      await Promise.race([isDelivered, end]);
      child.kill('SIGINT');
      const { code, out, err } = await end;
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/\n\d+ ECGs came: [1-9]\d* results in the chart/);
    },
    LIVE_MS_MAX + 10_000,
  );

  test.each([
    ['--colour', "Unknown option '--colour'"],
    ['--rate=0', '--rate is 1 to 600'],
    ['--seed=x', '--seed is a whole number'],
  ])(
    'refuses %s and says what it takes',
    async (option, told) => {
      const { code, err } = await start('demo', option).ended(LIVE_MS_MAX);
      expect(code).toBe(1);
      expect(err).toContain(told);
      expect(err).toContain('leadwire demo [--once]');
    },
    70_000,
  );
});
