import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import { findProgram, sharedServer, startServer, type Recipe } from './throw-away.js';

/** Real servers for specs; null where the program is not installed and none is given. */
export interface RedisService {
  readonly url: string;
  /** null where the server was not started here. */
  readonly pid: number | null;
  flush(): Promise<void>;
  stop(): Promise<void>;
}

export interface PostgresService {
  readonly pid: number | null;
  url(database: string): string;
  /** The name of a fresh database; `stop` drops it. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  /** A server of the caller's own, which it may kill; otherwise one is shared by the process. */
  readonly own?: boolean;
  /** Off for speed; a spec that measures or kills wants it on. */
  readonly fsync?: boolean;
}

/** Servers named in the environment win: they are started once for all suites. */
const GIVEN = {
  redis: process.env['LEADWIRE_TEST_REDIS_URL'],
  postgres: process.env['LEADWIRE_TEST_POSTGRES_URL'],
};
const PROGRAMS = { redis: 'redis-server', postgres: 'postgres' };
const REDIS_DATABASES = 16;
const READY_WITHIN_MS = 20_000;

export function isAvailable(service: 'redis' | 'postgres'): boolean {
  return Boolean(GIVEN[service]) || findProgram(PROGRAMS[service]) !== null;
}

export async function startRedis(options: ServiceOptions = {}): Promise<RedisService | null> {
  const { own = false, fsync = false } = options;
  const given = own ? undefined : GIVEN.redis;
  const program = findProgram(PROGRAMS.redis);
  if (!given && !program) return null;
  const server = given || !program ? null : await obtain(redisRecipe(program, fsync), own);
  const url = new URL(given ?? `redis://127.0.0.1:${server?.port ?? 0}`);
  // Jest workers that share a given server keep out of each other's keys.
  url.pathname = `/${Number(process.env['JEST_WORKER_ID'] ?? '0') % REDIS_DATABASES}`;
  const client = new Redis(url.href, {
    maxRetriesPerRequest: null,
    retryStrategy: (tries) => (tries * 50 < READY_WITHIN_MS ? 50 : null),
  });
  client.on('error', () => undefined);
  const flush = async () => {
    await client.flushdb();
  };
  await flush();
  return {
    url: url.href,
    pid: server?.pid ?? null,
    flush,
    stop: async () => {
      client.disconnect();
      await server?.stop();
    },
  };
}

export async function startPostgres(options: ServiceOptions = {}): Promise<PostgresService | null> {
  const { own = false, fsync = false } = options;
  const given = own ? undefined : GIVEN.postgres;
  const program = findProgram(PROGRAMS.postgres);
  if (!given && !program) return null;
  const server = given || !program ? null : await obtain(postgresRecipe(program, fsync), own);
  const base = given ?? `postgres://leadwire@127.0.0.1:${server?.port ?? 0}/postgres`;
  await untilReady(base);
  const created: string[] = [];
  return {
    pid: server?.pid ?? null,
    url: (database) => {
      const url = new URL(base);
      url.pathname = `/${database}`;
      return url.href;
    },
    createDatabase: async () => {
      const name = `leadwire_${process.pid}_${Date.now()}_${created.length}`;
      await query(base, `CREATE DATABASE ${name}`);
      created.push(name);
      return name;
    },
    stop: async () => {
      if (own) return server?.stop();
      for (const name of created) await query(base, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

function obtain(recipe: Recipe, own: boolean) {
  return own ? startServer(recipe) : sharedServer(recipe);
}

function redisRecipe(program: string, fsync: boolean): Recipe {
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always'];
  return {
    name: fsync ? 'redis-fsync' : 'redis',
    signal: 'KILL',
    prepare: () => null,
    command: (folder, port) => [
      program,
      ...['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', ''],
      ...['--maxmemory-policy', 'noeviction', '--databases', String(REDIS_DATABASES)],
      ...(fsync ? durable : []),
    ],
  };
}

function postgresRecipe(program: string, fsync: boolean): Recipe {
  const settings = [
    `fsync=${fsync ? 'on' : 'off'}`,
    `synchronous_commit=${fsync ? 'on' : 'off'}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'shared_buffers=64MB',
  ];
  return {
    name: fsync ? 'postgres-fsync' : 'postgres',
    signal: 'QUIT',
    prepare: (folder) => [
      program.replace(/postgres$/, 'initdb'),
      ...['-D', `${folder}/data`, '-U', 'leadwire', '-A', 'trust', '-E', 'UTF8'],
      ...['--locale=C', '--no-sync'],
    ],
    command: (folder, port) => [
      program,
      ...['-D', `${folder}/data`, '-p', String(port)],
      ...settings.flatMap((setting) => ['-c', setting]),
    ],
  };
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

async function untilReady(url: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      await query(url, 'SELECT 1');
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(50);
    }
  }
}
