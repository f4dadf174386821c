import { subscribe } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { isMainThread, Worker } from 'node:worker_threads';

/**
 * Preloaded into a service that is to die: `node --import killer.js dist/main.js serve`, with the
 * plan as JSON in CHAOS_PLAN and one end of a pipe as descriptor 3. It tells the harness over the
 * pipe that the service is ready and which moment it struck at, and it goes when the harness goes.
 *
 * A blow at once falls inside the very call that told the event. A later one is struck by a thread
 * of its own, so that it also falls in the middle of synchronous work.
 */
const PIPE = 3;

if (isMainThread && process.env.CHAOS_PLAN) arm(JSON.parse(process.env.CHAOS_PLAN));

function arm(plan) {
  followHarness();
  const trigger = plan.delayMs > 0 ? openTrigger(plan) : null;
  let seen = 0;
  subscribe('leadwire:log', ({ event }) => {
    if (event === 'ready') tell({ kind: 'ready' });
    if (event !== plan.moment) return;
    seen += 1;
    if (seen !== plan.occurrence) return;
    tell({ kind: 'struck', moment: event });
    if (trigger === null) process.kill(process.pid, plan.signal);
    else trigger();
  });
}

function tell(message) {
  writeSync(PIPE, `${JSON.stringify(message)}\n`);
}

function followHarness() {
  const pipe = new Socket({ fd: PIPE, readable: true, writable: false });
  pipe.on('error', () => undefined);
  pipe.on('close', () => process.kill(process.pid, 'SIGKILL'));
  pipe.resume();
  pipe.unref();
}

/** The thread sleeps until it is called, then for the delay, then strikes the whole process. */
function openTrigger({ delayMs, signal }) {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const code = `
    const { cell, delayMs, signal } = require('node:worker_threads').workerData;
    Atomics.wait(cell, 0, 0);
    Atomics.wait(cell, 0, 1, delayMs);
    process.kill(process.pid, signal);`;
  new Worker(code, { eval: true, execArgv: [], workerData: { cell, delayMs, signal } }).unref();
  return () => {
    Atomics.store(cell, 0, 1);
    Atomics.notify(cell, 0);
  };
}
