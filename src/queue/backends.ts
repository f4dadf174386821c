import { fail } from '../core/failure.js';
import type { Log } from '../core/log.js';
import { decodeQueueAddress } from './address.js';
import type { Backend, BackendEvents } from './backend.js';
import { BullQueue } from './bull-queue.js';
import { Outage } from './outage.js';
import { openEmbeddedBackend, openPostgresBackend, type QueuePool } from './postgres-backend.js';
import type { WorkQueue } from './queue.js';
import { openRedisBackend } from './redis-backend.js';
import { WORKER_TIMING, type WorkerTiming } from './worker-options.js';

export interface QueueOptions {
  /** Unset: embedded, on the pool. */
  readonly url: string | undefined;
  /** The embedded ledger's engine, seen through the schema of the queue. */
  readonly embeddedPool?: QueuePool;
  /** Authorities (PEM) of the store's certificate; given at all, it turns TLS on. */
  readonly ca?: string;
  /** Set apart where several installations share one Redis. */
  readonly prefix?: string;
  readonly timing?: WorkerTiming;
  readonly log: Log;
}

/** The braces make Redis Cluster keep all keys of the queues in one slot, as BullMQ needs. */
export const QUEUE_PREFIX = '{leadwire}';

export async function openQueue(options: QueueOptions): Promise<WorkQueue> {
  const startedAtMs = Date.now();
  const name = options.url === undefined ? 'embedded' : (/^[a-z-]*/.exec(options.url)?.[0] ?? '');
  const outage = new Outage(options.log, name);
  const backend = await openBackend(options, eventsOf(options.log, outage));
  outage.opened(Date.now() - startedAtMs);
  return new BullQueue(backend, options.log, outage);
}

function openBackend(options: QueueOptions, events: BackendEvents): Promise<Backend> {
  const { url, embeddedPool, ca, log, prefix = QUEUE_PREFIX, timing = WORKER_TIMING } = options;
  if (url === undefined) {
    if (embeddedPool === undefined) throw fail('unexpected', 'no queue URL and no embedded ledger');
    return openEmbeddedBackend(embeddedPool, timing, events);
  }
  const address = decodeQueueAddress(url);
  if (address === null) throw fail('unexpected', 'the queue URL cannot be read');
  if (address.store === 'postgres') return openPostgresBackend(address.url, ca, timing, events);
  return openRedisBackend({ address, prefix, ca, timing, log, events });
}

function eventsOf(log: Log, outage: Outage): BackendEvents {
  return {
    away: (error) => {
      outage.began(error);
    },
    jobLost: (kind, id) => {
      log('jobFailed', { kind, code: 'lease-lost', ...(id === undefined ? {} : { id }) });
    },
  };
}
