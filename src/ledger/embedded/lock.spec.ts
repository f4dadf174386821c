import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lockFolder } from './lock.js';

describe('the lock on the data folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'leadwire-lock-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Another process that holds the folder until it is killed. */
  async function holder(path: string) {
    const program = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('held'))`;
    const child = spawn(process.execPath, ['-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    return child;
  }

  test('a second process is refused while the first lives', async () => {
    const child = await holder(join(folder, 'lock.sock'));
    await expect(lockFolder(folder)).rejects.toMatchObject({ failure: { code: 'ledger-away' } });
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  test('a killed holder leaves nothing that a person must clean up', async () => {
    const child = await holder(join(folder, 'lock.sock'));
    child.kill('SIGKILL');
    await once(child, 'exit');
    const lock = await lockFolder(folder);
    await lock.release();
  });

  test('of many who find the socket of a killed holder exactly one wins', async () => {
    const child = await holder(join(folder, 'lock.sock'));
    child.kill('SIGKILL');
    await once(child, 'exit');
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
    const won = tries.filter(({ status }) => status === 'fulfilled');
    expect(won).toHaveLength(1);
    for (const each of tries) if (each.status === 'fulfilled') await each.value.release();
  });

  test.each([
    ['long ago', Infinity],
    ['just now', 2_700],
  ])('one that died while taking over, %s, stands in nobody’s way', async (_, agoMs) => {
    const child = await holder(join(folder, 'lock.sock'));
    child.kill('SIGKILL');
    await once(child, 'exit');
    const guard = join(folder, 'lock.taking');
    writeFileSync(guard, '');
    const diedAt = new Date(Math.max(0, Date.now() - agoMs));
    utimesSync(guard, diedAt, diedAt);
    const lock = await lockFolder(folder);
    await lock.release();
  });

  test('released, it can be had again; also in a folder too deep for a socket address', async () => {
    const deep = join(folder, 'a'.repeat(80), 'b'.repeat(80));
    mkdirSync(deep, { recursive: true });
    const first = await lockFolder(deep);
    await expect(lockFolder(deep)).rejects.toThrow('another process');
    await first.release();
    const second = await lockFolder(deep);
    await second.release();
  });
});
