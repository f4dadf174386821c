import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Log } from '../../core/log.js';
import { Journal, segmentOf } from './journal.js';

interface Head {
  readonly n: number;
}

const FSYNC = { durable: true };

describe('the journal', () => {
  let folder: string;
  let events: string[];
  const log: Log = (event) => void events.push(event);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'leadwire-journal-'));
    events = [];
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const open = (segmentBytesMax?: number) =>
    Journal.open<Head>({ folder, log, ...(segmentBytesMax !== undefined && { segmentBytesMax }) });
  const body = (n: number) => Buffer.alloc(40 + n, n);
  const segment = (n = 1) => join(folder, `${String(n).padStart(6, '0')}.log`);

  async function write(count: number, segmentBytesMax?: number): Promise<string[]> {
    const journal = await open(segmentBytesMax);
    const positions = await Promise.all(
      Array.from({ length: count }, (_, n) => journal.append({ n }, body(n), FSYNC)),
    );
    await journal.close();
    return positions;
  }

  async function readAll(after: string | null = null): Promise<number[]> {
    const journal = await open();
    const found: number[] = [];
    for await (const entry of journal.entries(after)) {
      expect(entry.body).toEqual(body(entry.head.n));
      found.push(entry.head.n);
    }
    await journal.close();
    return found;
  }

  test('gives back what was written, in order, from any place', async () => {
    const positions = await write(5);
    await expect(readAll()).resolves.toEqual([0, 1, 2, 3, 4]);
    await expect(readAll(positions[2])).resolves.toEqual([3, 4]);
    const journal = await open();
    await expect(journal.read(positions[3] ?? '')).resolves.toEqual({
      head: { n: 3 },
      body: body(3),
    });
    await journal.close();
    expect(events).toEqual([]);
  });

  test('an entry without a body is as whole as any other', async () => {
    const journal = await open();
    for (let n = 0; n < 20; n += 1) await journal.append({ n }, new Uint8Array(0), FSYNC);
    await journal.close();
    const again = await open();
    let count = 0;
    for await (const { head, body: nothing } of again.entries(null)) {
      expect([head.n, nothing.length]).toEqual([count, 0]);
      count += 1;
    }
    expect([count, events]).toEqual([20, []]);
    await again.close();
  });

  test('torn at every byte of its last entry it keeps all earlier ones and goes on', async () => {
    const positions = await write(3);
    const whole = readFileSync(segment());
    const begin = Number((positions[2] ?? '').split(':')[1]);
    for (let end = begin + 1; end < whole.length; end += 1) {
      writeFileSync(segment(), whole.subarray(0, end));
      const journal = await open();
      await journal.append({ n: 9 }, body(9), FSYNC);
      await journal.close();
      await expect(readAll()).resolves.toEqual([0, 1, 9]);
    }
    expect(new Set(events)).toEqual(new Set(['journalTailCut']));
    expect(events).toHaveLength(whole.length - begin - 1);
  });

  test('any flipped byte costs at most the entry it is in, and is told', async () => {
    await write(4);
    const whole = readFileSync(segment());
    for (let at = 0; at < whole.length; at += 1) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 0x55;
      writeFileSync(segment(), damaged);
      events = [];
      const found = await readAll();
      expect(found.length).toBeGreaterThanOrEqual(3);
      if (found.length === 3) expect(events).toHaveLength(1);
    }
  });

  test('a message that looks like a journal entry is never taken for one', async () => {
    await write(1);
    const planted = readFileSync(segment());
    rmSync(segment());
    const journal = await open();
    await journal.append({ n: 0 }, body(0), FSYNC);
    await journal.append({ n: 1 }, planted, FSYNC);
    await journal.close();
    const whole = readFileSync(segment());
    writeFileSync(segment(), whole.subarray(0, whole.length - 1));
    await expect(readAll()).resolves.toEqual([0]);
  });

  test('segments roll at their size, and each can be let go but the one in use', async () => {
    const positions = await write(10, 200);
    const numbers = positions.map(segmentOf);
    expect(numbers.at(-1)).toBeGreaterThan(3);
    await expect(readAll()).resolves.toHaveLength(10);
    const journal = await open();
    await journal.remove(await journal.segments());
    await expect(journal.segments()).resolves.toEqual([numbers.at(-1)]);
    await expect(journal.read(positions[0] ?? '')).resolves.toBeNull();
    await journal.close();
  });

  test('an entry larger than a segment has one of its own', async () => {
    const journal = await open(100);
    const large = await journal.append({ n: 0 }, Buffer.alloc(5_000), FSYNC);
    const next = await journal.append({ n: 1 }, Buffer.alloc(10), FSYNC);
    expect([segmentOf(large), segmentOf(next)]).toEqual([1, 2]);
    await journal.close();
  });

  test('a segment whose creation was interrupted is made anew', async () => {
    await write(2);
    appendFileSync(segment(2), 'abc');
    await expect(readAll()).resolves.toEqual([0, 1]);
    expect(readdirSync(folder)).toEqual(['000001.log', '000002.log']);
  });

  test('a closed journal refuses instead of losing', async () => {
    const journal = await open();
    await journal.close();
    await expect(journal.append({ n: 0 }, body(0), FSYNC)).rejects.toMatchObject({
      failure: { code: 'ledger-away' },
    });
  });
});
