import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { RedisAddress } from './address.js';
import {
  CONNECT_MS_MAX,
  PRODUCER_SILENCE_MS_MAX,
  RECONNECT_MS_MAX,
  WORKER_SILENCE_MS_MAX,
} from './bounds.js';

export type RedisClient = Redis | Cluster;

/** What it takes to end a client; the copies that BullMQ makes come wrapped. */
export interface EndableClient {
  readonly status: string;
  connect(): Promise<unknown>;
  disconnect(): void;
}

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

/** Makes the clients of one queue, and ends them together. */
export class RedisClients {
  readonly #clients = new Set<EndableClient>();
  #closing = false;

  constructor(
    private readonly address: RedisAddress,
    private readonly ca: string | undefined,
  ) {}

  producer(): RedisClient {
    return this.#client(PRODUCER);
  }

  worker(): RedisClient {
    return this.#client(WORKER);
  }

  /** Copies that BullMQ made of a client end with the others. */
  adopt(client: EndableClient): void {
    this.#clients.add(client);
    if (this.#closing) void hangUp(client);
  }

  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.#clients].map(hangUp));
  }

  #client(role: Role): RedisClient {
    const client = this.#connect(role);
    this.#clients.add(client);
    return client;
  }

  #connect({ enableOfflineQueue, ...role }: Role): RedisClient {
    const { address, ca } = this;
    const shared = { ...role, ...connection(address, ca) };
    const retryDelayMs = this.#retryDelayMs;
    if (address.store === 'redis-cluster') {
      return new Cluster([...address.hosts], {
        redisOptions: shared,
        enableOfflineQueue,
        clusterRetryStrategy: retryDelayMs,
      });
    }
    const options = { ...shared, enableOfflineQueue, retryStrategy: retryDelayMs };
    if (address.store === 'redis') return new Redis({ ...options, ...address.hosts[0] });
    const sentinelRetryStrategy = retryDelayMs;
    return new Redis({ ...options, ...sentinels(address, shared.tls), sentinelRetryStrategy });
  }

  /** Never gives up while open: a Redis that comes back after an hour is taken up again. */
  readonly #retryDelayMs = (times: number): number | null =>
    this.#closing ? null : Math.min(RECONNECT_MS_MAX, 50 * times);
}

/**
 * A client that was disconnected between two attempts tells nobody that it has ended, and whoever
 * waits for that waits for ever. One last attempt, not to be repeated, makes it say so.
 */
async function hangUp(client: EndableClient): Promise<void> {
  if (client.status === 'end') return;
  client.disconnect();
  if (client.status !== 'reconnecting') return;
  await client.connect().then(
    () => {
      client.disconnect();
    },
    () => undefined,
  );
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
  } satisfies RedisOptions;
}

/** After a failover the connection may still lead to what is now a replica; 2 = ask again there. */
function isDemotedPrimary(error: Error): 2 | false {
  return error.message.startsWith('READONLY') ? 2 : false;
}
