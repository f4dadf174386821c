import { startPostgres, startRedis } from '../support/services.js';
import { temporaryFolder } from '../support/service.js';
import { cpuMsOf, cpuMsOfFamily } from './processes.js';

/** Where ledger and queue are kept, and what the servers that keep them cost. */
export interface Stores {
  /** Settings for a service that starts with nothing in its stores. */
  fresh(): Promise<Readonly<Record<string, string>>>;
  readonly servers: ServerStores | null;
  close(): Promise<void>;
}

export interface ServerStores {
  readonly redisUrl: string;
  databaseUrl(): Promise<string>;
  cpu(): ServerCpu;
}

export interface ServerCpu {
  readonly postgresMs: number;
  readonly redisMs: number;
}

/** Null where one of the two is not installed. They write to the disk as a hospital's would. */
export async function openServers(): Promise<Stores | null> {
  const redis = await startRedis({ own: true, fsync: true });
  const postgres = await startPostgres({ own: true, fsync: true });
  const close = async (): Promise<void> => {
    await redis?.stop();
    await postgres?.stop();
  };
  if (!redis?.pid || !postgres?.pid) {
    await close();
    return null;
  }
  const pids = { redis: redis.pid, postgres: postgres.pid };
  const databaseUrl = async (): Promise<string> => postgres.url(await postgres.createDatabase());
  return {
    fresh: async () => {
      await redis.flush();
      return { LEADWIRE_DATABASE_URL: await databaseUrl(), LEADWIRE_QUEUE_URL: redis.url };
    },
    servers: {
      redisUrl: redis.url,
      databaseUrl,
      cpu: () => ({ postgresMs: cpuMsOfFamily(pids.postgres), redisMs: cpuMsOf(pids.redis) }),
    },
    close,
  };
}

export function openFolders(): Stores {
  const folders: { remove(): void }[] = [];
  return {
    fresh: () => {
      const folder = temporaryFolder();
      folders.push(folder);
      return Promise.resolve({ LEADWIRE_DATA_DIR: folder.path });
    },
    servers: null,
    close: () => {
      for (const folder of folders) folder.remove();
      return Promise.resolve();
    },
  };
}
