import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { silentLog, type LogEvent } from '../core/log.js';
import { openQueue } from './backends.js';
import { ANSWER_MS_MAX, CLOSE_MS_MAX } from './bounds.js';
import { proxyTo, through, type Proxy } from './proxy.suite.js';
import type { WorkQueue } from './queue.js';
import { Gate, Handled, QUICK, Rows, SWEEP, until } from './rig.suite.js';
import { startSweep } from './sweep.js';

/** What may be lost to a loaded machine on top of a bound. */
const SLACK_MS = 400;
const DOOMED = 'src/queue/doomed-worker.suite.ts';

/** The promises of a store that another process serves, and that can therefore be away. */
export function outagePromises(startStore: () => Promise<{ url: string; stop(): Promise<void> }>) {
  let store: { url: string; stop(): Promise<void> };
  let proxy: Proxy;
  let queue: WorkQueue;
  const events: LogEvent[] = [];

  beforeAll(async () => {
    store = await startStore();
  });
  beforeEach(async () => {
    events.length = 0;
    proxy = await proxyTo(store.url);
    const log = (event: LogEvent) => void events.push(event);
    queue = await openQueue({ url: through(proxy, store.url), timing: QUICK, log });
  });
  afterEach(async () => {
    await queue.close();
    await proxy.cut().catch(() => undefined);
  });
  afterAll(async () => {
    await store.stop();
  });

  it('holds a caller for no longer than the bound when the store hangs, and only one', async () => {
    proxy.silence(true);
    expect(await refusedAfterMs(queue, 'row-a')).toBeLessThan(ANSWER_MS_MAX + SLACK_MS);
    for (let i = 0; i < 20; i++) {
      expect(await refusedAfterMs(queue, 'row-b')).toBeLessThan(ANSWER_MS_MAX / 2);
    }
    await expect(queue.check()).rejects.toThrow('queue-away');
    expect(events.filter((event) => event === 'queueAway')).toHaveLength(1);
  });

  it('takes work up again by itself when the store is back', async () => {
    const handled = new Handled();
    await queue.work('score', 2, handled.handler);
    await queue.enqueue('score', 'row-before');
    await handled.until(1);
    await proxy.cut();
    await expect(queue.enqueue('score', 'row-0')).rejects.toThrow('queue-away');
    const rows = new Rows('score', 1);
    const sweep = startSweep({ ledger: rows, queue, log: silentLog, ...SWEEP });
    await proxy.open();
    await until(() => Promise.resolve(handled.ids.includes('row-0')));
    rows.end('row-0');
    await sweep.stop();
    await queue.check();
    const told = events.filter((event) => event === 'queueAway' || event === 'queueOpened');
    expect(told.slice(0, 2)).toEqual(['queueOpened', 'queueAway']);
    expect(told.at(-1)).toBe('queueOpened');
  });

  it('keeps the outcome of a handler that ended while the store was away', async () => {
    const gate = new Gate();
    const handled = new Handled(() => gate.opened.then(() => ({ done: true })));
    await queue.work('score', 1, handled.handler);
    await queue.enqueue('score', 'row-a');
    await handled.until(1);
    await proxy.cut();
    gate.open();
    await proxy.open();
    await until(async () => (await queue.depths().catch(() => ({ score: 1 }))).score === 0);
  });

  it('closes within its bound while the store is away', async () => {
    await queue.work('score', 1, new Handled().handler);
    await proxy.cut();
    const startedAtMs = performance.now();
    await queue.close();
    expect(performance.now() - startedAtMs).toBeLessThan(3 * CLOSE_MS_MAX + SLACK_MS);
  });

  it('gives the job of a killed worker to another', async () => {
    const child = spawn(
      process.execPath,
      ['--import', './test/support/ts-loader.js', DOOMED, store.url],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await queue.enqueue('score', 'row-doomed');
    const [taken] = (await once(child.stdout, 'data')) as [Buffer];
    expect(taken.toString()).toBe('row-doomed\n');
    const handled = new Handled();
    await queue.work('score', 1, handled.handler);
    child.kill('SIGKILL');
    await handled.until(1);
    expect(handled.ids).toEqual(['row-doomed']);
  });
}

async function refusedAfterMs(queue: WorkQueue, id: string): Promise<number> {
  const startedAtMs = performance.now();
  await expect(queue.enqueue('score', id)).rejects.toThrow('queue-away');
  return performance.now() - startedAtMs;
}
