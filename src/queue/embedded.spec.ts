import { PGlite } from '@electric-sql/pglite';
import { Queue, createPostgresBackend } from 'bullmq';
import { describe, expect, it } from '@jest/globals';
import { silentLog, type Log } from '../core/log.js';
import { createEmbeddedPool } from '../ledger/embedded/pool.js';
import { openQueue } from './backends.js';
import { QUEUE_SCHEMA, migrateQueueSchema, type QueuePool } from './postgres-backend.js';
import { queuePromises } from './queue.suite.js';
import type { JobKind } from './queue.js';
import {
  EVERYTHING,
  Gate,
  Handled,
  KEPT,
  QUEUE_TABLES,
  QUICK,
  Rows,
  SWEEP,
  type QueueRig,
} from './rig.suite.js';
import { startSweep } from './sweep.js';

describe('the queue beside the embedded ledger', () => {
  queuePromises(startEmbeddedRig);

  it('does not wait for the locks of the process before it', async () => {
    const db = await PGlite.create();
    const before = await openQueue({ url: undefined, embeddedPool: poolOf(db), log: silentLog });
    const gate = new Gate();
    const stuck = new Handled(() => gate.opened.then(() => ({ done: true })));
    await before.work('score', 1, stuck.handler);
    await before.enqueue('score', 'row-0');
    await stuck.until(1);

    const after = await openQueue({ url: undefined, embeddedPool: poolOf(db), log: silentLog });
    const rows = new Rows('score', 1);
    const handled = new Handled((id) => {
      rows.end(id);
      return Promise.resolve({ done: true });
    });
    await after.work('score', 1, handled.handler);
    const startedAtMs = Date.now();
    const sweep = startSweep({ ledger: rows, queue: after, log: silentLog, ...SWEEP });
    await handled.until(1);
    expect(Date.now() - startedAtMs).toBeLessThan(2_000);
    await sweep.stop();
    gate.open();
    await before.close();
    await after.close();
    await db.close();
  });
});

/** A pool for each queue: closing the queue ends it, the engine stays open. */
function poolOf(db: PGlite): QueuePool {
  return createEmbeddedPool(db, { schema: QUEUE_SCHEMA });
}

async function startEmbeddedRig(): Promise<QueueRig> {
  const db = await PGlite.create();
  const pool = poolOf(db);
  await migrateQueueSchema(pool);
  return {
    open: (log: Log) => openQueue({ url: undefined, embeddedPool: poolOf(db), timing: QUICK, log }),
    async wipe() {
      await pool.query(`TRUNCATE ${QUEUE_TABLES}`);
    },
    async contents() {
      const { rows } = await pool.query<{ row: string }>(EVERYTHING);
      return rows.map(({ row }) => row).join('\n');
    },
    async addKept(kind: JobKind, id: string) {
      const queue = new Queue(kind, { connection: pool }, createPostgresBackend);
      await queue.add(kind, {}, { jobId: id, ...KEPT });
    },
    async stop() {
      await db.close();
    },
  };
}
