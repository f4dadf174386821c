import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { fail } from '../core/failure.js';
import { silentLog, type LogEvent, type LogFields } from '../core/log.js';
import type { WorkQueue } from './queue.js';
import { Gate, Handled, Rows, SWEEP, drained, pause, until, type QueueRig } from './rig.suite.js';
import { startSweep } from './sweep.js';

/** The queue's own delay on top of the asked one; a loaded machine gets the benefit of the doubt. */
const LATE_MS_MAX = 1_000;

/** The promises that hold whatever the store is. */
export function queuePromises(startRig: () => Promise<QueueRig>): void {
  let rig: QueueRig;
  let queue: WorkQueue;
  const lines: { event: LogEvent; fields: LogFields }[] = [];

  beforeAll(async () => {
    rig = await startRig();
  });
  beforeEach(async () => {
    await rig.wipe();
    lines.length = 0;
    queue = await rig.open((event, fields = {}) => lines.push({ event, fields }));
  });
  afterEach(async () => {
    await queue.close();
  });
  afterAll(async () => {
    await rig.stop();
  });

  it('handles every job once', async () => {
    const handled = new Handled();
    await queue.work('score', 4, handled.handler);
    const ids = Array.from({ length: 60 }, (_, i) => `row-${i}`);
    // One by one: sixty at once share the time that a queue has for an answer, whatever the machine does.
    for (const id of ids) await queue.enqueue('score', id);
    await handled.until(60);
    await drained(queue);
    expect([...handled.ids].sort()).toEqual([...ids].sort());
  });

  it('handles a waiting job once, however often it was enqueued', async () => {
    const handled = new Handled();
    for (let i = 0; i < 3; i++) await queue.enqueue('score', 'row-a');
    await queue.enqueue('score', 'row-b');
    expect(await queue.depths()).toEqual({ fetch: 0, score: 2, deliver: 0 });
    await queue.work('score', 1, handled.handler);
    await drained(queue);
    expect(handled.ids).toEqual(['row-a', 'row-b']);
  });

  it('handles a row again when it is enqueued again after it ended', async () => {
    const handled = new Handled();
    await queue.work('deliver', 1, handled.handler);
    await queue.enqueue('deliver', 'row-a');
    await drained(queue);
    await queue.enqueue('deliver', 'row-a');
    await handled.until(2);
  });

  it('keeps kinds apart, and works at most as many at a time as it was told', async () => {
    const fetched = new Handled();
    await queue.work('fetch', 1, fetched.handler);
    let running = 0;
    let most = 0;
    const scored = new Handled(async () => {
      most = Math.max(most, ++running);
      await pause(20);
      running--;
      return { done: true };
    });
    await queue.work('score', 3, scored.handler);
    for (let i = 0; i < 12; i++) await queue.enqueue('score', `row-${i}`);
    await scored.until(12);
    expect(most).toBe(3);
    expect(fetched.ids).toEqual([]);
  });

  it('comes back to a job at the time its handler names, never before', async () => {
    const startedAtMs: number[] = [];
    const againAtMs = Date.now() + 700;
    const handled = new Handled(() => {
      startedAtMs.push(Date.now());
      return Promise.resolve(
        startedAtMs.length === 1 ? { done: false, againAtMs } : { done: true },
      );
    });
    await queue.work('deliver', 2, handled.handler);
    await queue.enqueue('deliver', 'row-a');
    await handled.until(2);
    expect(startedAtMs[1]).toBeGreaterThanOrEqual(againAtMs);
    expect(startedAtMs[1]).toBeLessThan(againAtMs + LATE_MS_MAX);
    await drained(queue);
    expect(handled.ids).toEqual(['row-a', 'row-a']);
  });

  it('comes back at once when the named time has passed', async () => {
    const handled = new Handled((_, times) =>
      Promise.resolve(times === 1 ? { done: false, againAtMs: Date.now() - 5 } : { done: true }),
    );
    await queue.work('deliver', 1, handled.handler);
    await queue.enqueue('deliver', 'row-a');
    await handled.until(2);
    await drained(queue);
  });

  it('leaves nothing of a handler that throws that would block its row', async () => {
    const handled = new Handled((_, times) => {
      if (times === 1) throw new Error('PATIENT^NAME');
      if (times === 2) return Promise.reject(fail('scorer-crashed', 'PATIENT^NAME'));
      return Promise.resolve({ done: true });
    });
    await queue.work('score', 1, handled.handler);
    await queue.enqueue('score', 'row-a');
    await drained(queue);
    expect(await queue.restore('score', 'row-a')).toBe(true);
    await drained(queue);
    expect(await queue.restore('score', 'row-a')).toBe(true);
    await drained(queue);
    expect(handled.ids).toHaveLength(3);
    expect(lines.filter(({ event }) => event === 'jobFailed')).toEqual([
      { event: 'jobFailed', fields: { kind: 'score', id: 'row-a', code: 'unexpected' } },
      { event: 'jobFailed', fields: { kind: 'score', id: 'row-a', code: 'scorer-crashed' } },
    ]);
    expect(await rig.contents()).not.toContain('PATIENT');
  });

  it('survives a handler that throws before it returns a promise', async () => {
    await queue.work('score', 1, () => {
      throw new Error('PATIENT^NAME');
    });
    await queue.enqueue('score', 'row-a');
    await drained(queue);
    expect(lines.map(({ event }) => event)).toContain('jobFailed');
    expect(await rig.contents()).not.toContain('PATIENT');
  });

  it('restores what is gone or finished, and leaves waiting and running jobs alone', async () => {
    expect(await queue.restore('score', 'row-a')).toBe(true);
    expect(await queue.restore('score', 'row-a')).toBe(false);
    const gate = new Gate();
    const handled = new Handled(() => gate.opened.then(() => ({ done: true })));
    await queue.work('score', 1, handled.handler);
    await handled.until(1);
    expect(await queue.restore('score', 'row-a')).toBe(false);
    gate.open();
    await drained(queue);
    await rig.addKept('score', 'row-k');
    await handled.until(2);
    await drained(queue);
    await queue.enqueue('score', 'row-k');
    expect(await queue.depths()).toMatchObject({ score: 0 });
    expect(await queue.restore('score', 'row-k')).toBe(true);
    await handled.until(3);
    expect(handled.ids).toEqual(['row-a', 'row-k', 'row-k']);
  });

  it('brings a delayed job forward when its row is due', async () => {
    const handled = new Handled((_, times) =>
      Promise.resolve(
        times === 1 ? { done: false, againAtMs: Date.now() + 3_600_000 } : { done: true },
      ),
    );
    await queue.work('deliver', 1, handled.handler);
    await queue.enqueue('deliver', 'row-a');
    await handled.until(1);
    await until(async () => (await rig.contents()).includes('row-a') && handled.idle);
    while (handled.ids.length < 2) {
      expect(await queue.restore('deliver', 'row-a')).toBe(false);
      await pause(20);
    }
    await drained(queue);
  });

  it('loses no due row when the store is wiped with work in flight', async () => {
    const rows = new Rows('score', 40);
    const handled = new Handled(async (id) => {
      await pause(5);
      rows.end(id);
      return { done: true };
    });
    await Promise.all(rows.ids.map((id) => queue.enqueue('score', id)));
    await queue.work('score', 2, handled.handler);
    await handled.until(5);
    await rig.wipe();
    const sweep = startSweep({ ledger: rows, queue, log: silentLog, ...SWEEP });
    await until(() => Promise.resolve(rows.open === 0));
    await sweep.stop();
  });

  it('takes the job of a row that was never enqueued from the ledger', async () => {
    const rows = new Rows('fetch', 3);
    const handled = new Handled((id) => {
      rows.end(id);
      return Promise.resolve({ done: true });
    });
    await queue.work('fetch', 1, handled.handler);
    const sweep = startSweep({ ledger: rows, queue, log: silentLog, ...SWEEP });
    await handled.until(3);
    await sweep.stop();
  });

  it('waits for the running handler when it closes, and takes nothing more', async () => {
    const gate = new Gate();
    const handled = new Handled(() => gate.opened.then(() => ({ done: true })));
    await queue.work('score', 1, handled.handler);
    await queue.enqueue('score', 'row-a');
    await queue.enqueue('score', 'row-b');
    await handled.until(1);
    let closed = false;
    const closing = queue.close().then(() => {
      closed = true;
    });
    await pause(100);
    expect(closed).toBe(false);
    gate.open();
    await closing;
    expect(handled.ids).toEqual(['row-a']);
    await expect(queue.enqueue('score', 'row-c')).rejects.toThrow('queue-away');
  });

  it('holds ids of rows and nothing else', async () => {
    await queue.enqueue('score', 'row-a');
    expect(await rig.contents()).toContain('row-a');
    for (const id of ['4711', 'DOE^JOHN', 'a:b', '', 'x'.repeat(101)]) {
      await expect(queue.enqueue('score', id)).rejects.toThrow('not the id of a ledger row');
    }
  });

  it('picks a job up within milliseconds', async () => {
    const waits: number[] = [];
    const startedAt = new Map<string, number>();
    const handled = new Handled((id) => {
      waits.push(performance.now() - (startedAt.get(id) ?? 0));
      return Promise.resolve({ done: true });
    });
    await queue.work('score', 1, handled.handler);
    for (let i = 0; i < 20; i++) {
      await drained(queue);
      startedAt.set(`row-${i}`, performance.now());
      await queue.enqueue('score', `row-${i}`);
      await handled.until(i + 1);
    }
    const median = waits.sort((a, b) => a - b)[10] ?? Infinity;
    expect(median).toBeLessThan(100);
  });

  it('answers to a check until it is closed', async () => {
    await expect(queue.check()).resolves.toBeUndefined();
    await queue.close();
    await expect(queue.check()).rejects.toThrow('queue-away');
  });
}
