import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { RedisAddress } from './address.js';
import {
  CONNECT_MS_MAX,
  PRODUCER_SILENCE_MS_MAX,
  RECONNECT_MS_MAX,
  WORKER_SILENCE_MS_MAX,
} from './bounds.js';

export type RedisClient = Redis | Cluster;

interface Role {
  readonly enableOfflineQueue: boolean;
  readonly maxRetriesPerRequest: number | null;
  readonly autoResendUnfulfilledCommands: boolean;
  readonly socketTimeout: number;
}

/**
 * Asks for jobs to be added. It must answer or fail at once, so nothing waits in memory for a Redis
 * that is away: the sweep adds later what was refused now.
 */
const PRODUCER: Role = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  socketTimeout: PRODUCER_SILENCE_MS_MAX,
};

/** Takes jobs and says how they ended; waits for Redis as long as it takes, as BullMQ demands. */
const WORKER: Role = {
  enableOfflineQueue: true,
  maxRetriesPerRequest: null,
  autoResendUnfulfilledCommands: true,
  socketTimeout: WORKER_SILENCE_MS_MAX,
};

export function producerClient(address: RedisAddress, ca: string | undefined): RedisClient {
  return client(address, ca, PRODUCER);
}

export function workerClient(address: RedisAddress, ca: string | undefined): RedisClient {
  return client(address, ca, WORKER);
}

function client(address: RedisAddress, ca: string | undefined, role: Role): RedisClient {
  const { enableOfflineQueue, ...perNode } = role;
  const shared = { ...perNode, ...connection(address, ca) };
  if (address.store === 'redis-cluster') {
    return new Cluster([...address.hosts], {
      redisOptions: shared,
      enableOfflineQueue,
      clusterRetryStrategy: retryDelayMs,
    });
  }
  const options = { ...shared, enableOfflineQueue, retryStrategy: retryDelayMs };
  if (address.store === 'redis') return new Redis({ ...options, ...address.hosts[0] });
  return new Redis({ ...options, ...sentinels(address, shared.tls) });
}

function connection(address: RedisAddress, ca: string | undefined) {
  const { username, password, db } = address;
  return {
    db,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(address.tls || ca !== undefined ? { tls: ca === undefined ? {} : { ca } } : {}),
    // ioredis speaks RESP3, BullMQ reads the shapes of RESP2.
    replyMapping: 'legacy' as const,
    connectTimeout: CONNECT_MS_MAX,
    keepAlive: PRODUCER_SILENCE_MS_MAX,
    reconnectOnError: isDemotedPrimary,
  };
}

/** One password for Redis and Sentinel is how charts deploy them; a Sentinel without ignores it. */
function sentinels({ hosts, primaryName, username, password }: RedisAddress, tls?: object) {
  return {
    sentinels: [...hosts],
    name: primaryName ?? '',
    ...(username === undefined ? {} : { sentinelUsername: username }),
    ...(password === undefined ? {} : { sentinelPassword: password }),
    ...(tls === undefined ? {} : { sentinelTLS: tls, enableTLSForSentinelMode: true }),
    sentinelRetryStrategy: retryDelayMs,
  } satisfies RedisOptions;
}

/** Never gives up: a Redis that comes back after an hour is taken up again. */
function retryDelayMs(times: number): number {
  return Math.min(RECONNECT_MS_MAX, 50 * times);
}

/** After a failover the connection may still lead to what is now a replica; 2 = ask again there. */
function isDemotedPrimary(error: Error): 2 | false {
  return error.message.startsWith('READONLY') ? 2 : false;
}
