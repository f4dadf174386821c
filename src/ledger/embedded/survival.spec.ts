import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ledgerTemplate } from '../../../test/support/template.js';
import { newScene, type Scene } from './scene.fixtures.js';

/** As accepting.fixtures.ts ends when it is refused. */
const REFUSED = 75;
const PROGRAM = fileURLToPath(new URL('accepting.fixtures.ts', import.meta.url));
const LOADER = new URL('../../../test/support/ts-loader.js', import.meta.url).href;
const hasStrace = spawnSync('strace', ['-V']).status === 0;
if (!hasStrace) process.stderr.write('skipped: the count of fsyncs (no strace here)\n');

jest.setTimeout(60_000);

describe('the embedded ledger survives', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = newScene();
  });
  afterEach(() => {
    scene.remove();
  });

  async function accepting(count: number, through: readonly string[] = []): Promise<ChildProcess> {
    const program = [process.execPath, '--import', LOADER, PROGRAM];
    const folders = [scene.dataDir, await ledgerTemplate()];
    const command = [...through, ...program, ...folders, String(count)];
    return spawn(command[0] ?? '', command.slice(1), {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
  }

  async function linesOf(
    child: ChildProcess,
    until: (lines: string[]) => boolean,
  ): Promise<string[]> {
    const lines: string[] = [];
    if (!child.stdout) throw new Error('no output');
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (until(lines)) child.kill('SIGKILL');
    }
    return lines.filter((line) => line.startsWith('receipt-'));
  }

  test('SIGKILL in the middle of a stream: every acknowledged ECG is there', async () => {
    const acknowledged: string[] = [];
    for (const after of [3, 9]) {
      const child = await accepting(1_000);
      acknowledged.push(...(await linesOf(child, (lines) => lines.length > after)));
    }
    const ledger = await scene.open();
    expect(acknowledged.length).toBeGreaterThanOrEqual(12);
    for (const id of acknowledged) {
      const receipt = await ledger.receipts.get(id);
      expect(receipt).toMatchObject({ outcome: 'ecg', byteLength: 20_000 });
      await expect(ledger.receipts.bytes(id)).resolves.toHaveLength(20_000);
      await expect(ledger.assessments.ofEcg(receipt?.ecgId ?? '')).resolves.not.toBeNull();
    }
    await ledger.close();
  });

  (hasStrace ? test : test.skip)('every acknowledged ECG was fsynced first', async () => {
    const trace = join(scene.dataDir, 'trace');
    const strace = [
      'strace',
      '-f',
      '-qq',
      '-e',
      'trace=fsync,fdatasync,write',
      '-s',
      '16',
      '-o',
      trace,
    ];
    const child = await accepting(20, strace);
    expect(await linesOf(child, () => false)).toHaveLength(20);
    const calls = readFileSync(trace, 'utf8').split('\n');
    let synced = 0;
    let acknowledged = 0;
    let isReady = false;
    for (const call of calls) {
      if (/write\(1, "ready/.test(call)) isReady = true;
      if (isReady && /f(data)?sync(\(| resumed).*= 0$/.test(call)) synced += 1;
      if (/write\(1, "receipt-/.test(call)) {
        acknowledged += 1;
        expect(synced).toBeGreaterThanOrEqual(acknowledged);
      }
    }
    expect(acknowledged).toBe(20);
  });

  test('a second process is refused while the first lives', async () => {
    const ledger = await scene.open();
    const child = await accepting(1);
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(REFUSED);
    await expect(scene.open()).rejects.toMatchObject({ failure: { code: 'ledger-away' } });
    await ledger.close();
    await (await scene.open()).close();
  });
});
