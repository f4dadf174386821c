import { Queue, createPostgresBackend } from 'bullmq';
import { describe } from '@jest/globals';
import pg from 'pg';
import { describeWith } from '../../test/support/describe-with.js';
import { startPostgres } from '../../test/support/services.js';
import { silentLog, type Log } from '../core/log.js';
import { openQueue } from './backends.js';
import { outagePromises } from './outage.suite.js';
import { queuePromises } from './queue.suite.js';
import type { JobKind } from './queue.js';
import { EVERYTHING, KEPT, QUEUE_TABLES, QUICK, type QueueRig } from './rig.suite.js';

describeWith('postgres', 'the queue on PostgreSQL', () => {
  describe('while it is there', () => {
    queuePromises(startRig);
  });
  describe('while it is away', () => {
    outagePromises(startStore);
  });
});

async function startStore(): Promise<{ url: string; stop(): Promise<void> }> {
  const postgres = await startPostgres();
  if (postgres === null) throw new Error('no PostgreSQL');
  return { url: postgres.url(await postgres.createDatabase()), stop: () => postgres.stop() };
}

async function startRig(): Promise<QueueRig> {
  const store = await startStore();
  const { url } = store;
  const open = (log: Log) => openQueue({ url, timing: QUICK, log });
  await (await open(silentLog)).close();
  const client = new pg.Client(url);
  await client.connect();
  return {
    open,
    async wipe() {
      await client.query(`TRUNCATE ${QUEUE_TABLES}`);
    },
    async contents() {
      const { rows } = await client.query<{ row: string }>(EVERYTHING);
      return rows.map(({ row }) => row).join('\n');
    },
    async addKept(kind: JobKind, id: string) {
      const queue = new Queue(kind, { connection: url }, createPostgresBackend);
      await queue.add(kind, {}, { jobId: id, ...KEPT });
      await queue.close();
    },
    async stop() {
      await client.end();
      await store.stop();
    },
  };
}
