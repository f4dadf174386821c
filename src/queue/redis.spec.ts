import { Queue } from 'bullmq';
import { describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { describeWith } from '../../test/support/describe-with.js';
import { startRedis } from '../../test/support/services.js';
import type { Log, LogEvent, LogFields } from '../core/log.js';
import { openQueue, QUEUE_PREFIX } from './backends.js';
import { outagePromises } from './outage.suite.js';
import { queuePromises } from './queue.suite.js';
import type { JobKind } from './queue.js';
import { KEPT, QUICK, until, type QueueRig } from './rig.suite.js';

describeWith('redis', 'the queue on Redis', () => {
  describe('while it is there', () => {
    queuePromises(startRig);
  });

  describe('while it is away', () => {
    outagePromises(async () => {
      const redis = await startRedis();
      if (redis === null) throw new Error('no Redis');
      return redis;
    });
  });

  it('warns of a Redis that may throw jobs away', async () => {
    const redis = await startRedis({ own: true });
    const client = new Redis(redis?.url ?? '');
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const lines: { event: LogEvent; fields: LogFields | undefined }[] = [];
    const log: Log = (event, fields) => void lines.push({ event, fields });
    const queue = await openQueue({ url: redis?.url, log });
    const warning = () => lines.find(({ event }) => event === 'queueMayEvict');
    await until(() => Promise.resolve(warning() !== undefined));
    expect(warning()?.fields).toEqual({ name: 'allkeys-lru' });
    await queue.close();
    client.disconnect();
    await redis?.stop();
  });
});

async function startRig(): Promise<QueueRig> {
  const redis = await startRedis();
  if (redis === null) throw new Error('no Redis');
  const client = new Redis(redis.url);
  return {
    open: (log: Log) => openQueue({ url: redis.url, timing: QUICK, log }),
    wipe: () => redis.flush(),
    contents: () => contentsOf(client),
    async addKept(kind: JobKind, id: string) {
      const queue = new Queue(kind, { connection: client, prefix: QUEUE_PREFIX });
      await queue.add(kind, {}, { jobId: id, ...KEPT });
      await queue.close();
    },
    async stop() {
      client.disconnect();
      await redis.stop();
    },
  };
}

/** Every key with what it holds, whatever its type. */
async function contentsOf(client: Redis): Promise<string> {
  const lines: string[] = [];
  for await (const keys of client.scanStream()) {
    for (const key of keys as string[]) {
      const type = await client.type(key);
      const held: unknown =
        type === 'hash'
          ? await client.hgetall(key)
          : type === 'stream'
            ? await client.xrange(key, '-', '+')
            : type === 'zset'
              ? await client.zrange(key, '0', '-1')
              : type === 'list'
                ? await client.lrange(key, 0, -1)
                : type === 'set'
                  ? await client.smembers(key)
                  : await client.get(key);
      lines.push(`${key} ${JSON.stringify(held)}`);
    }
  }
  return lines.join('\n');
}
