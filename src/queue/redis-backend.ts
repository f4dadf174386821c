import { Queue, Worker, createRedisBackend } from 'bullmq';
import { fail } from '../core/failure.js';
import type { Log } from '../core/log.js';
import type { RedisAddress } from './address.js';
import type { Backend, BackendEvents, TakeJob } from './backend.js';
import { ANSWER_MS_MAX, CLOSE_MS_MAX, CONNECT_MS_MAX, EVENTS_MAX } from './bounds.js';
import { settlesWithin } from './gate.js';
import type { JobKind } from './queue.js';
import { RedisClients, type RedisClient } from './redis-clients.js';
import { watchWorker, workerOptions, type WorkerTiming } from './worker-options.js';

export interface RedisBackendOptions {
  readonly address: RedisAddress;
  /** Braced, so that all keys of one queue share a slot of a Redis Cluster. */
  readonly prefix: string;
  readonly ca: string | undefined;
  readonly timing: WorkerTiming;
  readonly log: Log;
  readonly events: BackendEvents;
}

/**
 * Opens even when Redis is away: the doors take ECGs into the ledger without it, and work starts by
 * itself when it is back.
 */
export async function openRedisBackend(options: RedisBackendOptions): Promise<Backend> {
  const { address, ca, events } = options;
  const clients = new RedisClients(address, ca);
  const producer = watched(clients.producer(), events);
  producer.once('ready', () => void warnOfEviction(producer, options.log));
  if (!(await isReadyWithin(producer, CONNECT_MS_MAX))) {
    events.away(fail('queue-away', 'not reached yet'));
  }
  const queues = openQueues(producer, options);
  let taker: RedisClient | null = null;
  return {
    answerMsMax: ANSWER_MS_MAX,
    queues,
    openWorker(kind: JobKind, concurrency: number, take: TakeJob) {
      taker ??= watched(clients.worker(), events);
      const { prefix, timing } = options;
      const worker = new Worker(
        kind,
        take,
        { connection: taker, prefix, ...workerOptions(concurrency, timing) },
        createRedisBackend,
      );
      watchWorker(worker, kind, events);
      void worker.getBackend().blockingClient?.then(
        (client) => {
          clients.adopt(client);
        },
        () => undefined,
      );
      return Promise.resolve(worker);
    },
    async close() {
      await Promise.allSettled(Object.values(queues).map((queue) => queue.close()));
      await quit(producer);
      await clients.close();
    },
  };
}

function openQueues(producer: RedisClient, options: RedisBackendOptions) {
  const open = (kind: JobKind) => {
    const queue = new Queue(
      kind,
      {
        connection: producer,
        prefix: options.prefix,
        // A check that fails while Redis restarts would be remembered for ever.
        skipVersionCheck: true,
        skipWaitingForReady: true,
        streams: { events: { maxLen: EVENTS_MAX } },
        defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
      },
      createRedisBackend,
    );
    queue.on('error', (error) => {
      options.events.away(error);
    });
    return queue;
  };
  return { fetch: open('fetch'), score: open('score'), deliver: open('deliver') };
}

function watched(client: RedisClient, events: BackendEvents): RedisClient {
  client.on('error', (error: unknown) => {
    events.away(error);
  });
  return client;
}

function isReadyWithin(client: RedisClient, boundMs: number): Promise<boolean> {
  const ready = new Promise<void>((resolve) => {
    client.once('ready', resolve);
  });
  return settlesWithin(ready, boundMs);
}

/** A Redis that makes room by throwing keys away throws away jobs. */
async function warnOfEviction(client: RedisClient, log: Log): Promise<void> {
  const memory = await client.info('memory').catch(() => '');
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1];
  if (policy !== undefined && policy !== 'noeviction') log('queueMayEvict', { name: policy });
}

/** QUIT lets the last commands through; a Redis that hangs is not waited for. */
async function quit(client: RedisClient): Promise<void> {
  const timer = setTimeout(() => {
    client.disconnect();
  }, CLOSE_MS_MAX);
  await client.quit().catch(() => undefined);
  clearTimeout(timer);
}
