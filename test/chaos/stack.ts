import { chownSync, readFileSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import { findProgram } from '../support/throw-away.js';
import { startChild, startLeashed, type Child } from './child.js';
import { temporaryFolder } from './folder.js';
import { freePort } from './port.js';

/** The two that are promised by name come first; the third has its queue in its PostgreSQL. */
export const STACKS = ['embedded', 'redis-postgres', 'postgres'] as const;
export type StackName = (typeof STACKS)[number];
export const BOTH: readonly StackName[] = ['embedded', 'redis-postgres'];

/** What the service stores in: its settings, and the levers by which a scenario hurts it. */
export interface Stack {
  readonly name: StackName;
  readonly env: Readonly<Record<string, string>>;
  readonly dataDir: string;
  readonly redis: Server | null;
  readonly postgres: Server | null;
  stop(): Promise<void>;
}

export interface Server {
  readonly port: number;
  /** Ends it, as hard as the signal is, and is back on the same port and data after the pause. */
  restart(pauseMs: number, signal?: NodeJS.Signals): Promise<void>;
}

/** Null where the programs are not installed. */
export async function openStack(name: StackName): Promise<Stack | null> {
  const { path: folder, remove: clear } = await temporaryFolder('chaos');
  // PostgreSQL runs as another user and has to get through.
  await chmod(folder, 0o711);
  const dataDir = join(folder, 'data');
  if (name === 'embedded') {
    const env = { LEADWIRE_DATA_DIR: dataDir };
    return { name, env, dataDir, redis: null, postgres: null, stop: clear };
  }
  const needed =
    name === 'postgres' ? (['postgres'] as const) : (['postgres', 'redis-server'] as const);
  const [postgresProgram, redisProgram] = needed.map(findProgram);
  if (postgresProgram === null || postgresProgram === undefined || redisProgram === null) {
    await clear();
    return null;
  }
  const postgres = await openPostgres(postgresProgram, join(folder, 'postgres'));
  const redis =
    redisProgram === undefined ? null : await openRedis(redisProgram, join(folder, 'redis'));
  return {
    name,
    env: {
      LEADWIRE_DATA_DIR: dataDir,
      LEADWIRE_DATABASE_URL: `postgres://leadwire@127.0.0.1:${postgres.port}/postgres`,
      ...(redis === null ? {} : { LEADWIRE_QUEUE_URL: `redis://127.0.0.1:${redis.port}` }),
    },
    dataDir,
    redis,
    postgres,
    stop: async () => {
      await Promise.all([redis?.stop(), postgres.stop()]);
      await clear();
    },
  };
}

export async function flushRedis({ port }: Server): Promise<void> {
  const client = new Redis(port, '127.0.0.1');
  client.on('error', () => undefined);
  await client.flushall();
  client.disconnect();
}

interface OwnServer extends Server {
  stop(): Promise<void>;
}

async function openRedis(program: string, folder: string): Promise<OwnServer> {
  await mkdir(folder);
  const port = await freePort();
  const command = [program, '--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  // As the compose file runs it: an append-only file, nothing evicted.
  const options = ['--save', '', '--appendonly', 'yes', '--maxmemory-policy', 'noeviction'];
  return openServer(port, () => startLeashed([...command, ...options], {}), pingRedis);
}

async function openPostgres(program: string, folder: string): Promise<OwnServer> {
  await mkdir(folder);
  const owner = unprivileged();
  if (owner) chownSync(folder, owner.uid, owner.gid);
  const port = await freePort();
  const options = { ...(owner ?? {}), cwd: folder, env: { ...process.env, HOME: folder } };
  const initdb = program.replace(/postgres$/, 'initdb');
  const args = ['-D', join(folder, 'db'), '-U', 'leadwire', '-A', 'trust', '-E', 'UTF8', '-N'];
  const made = await startChild(initdb, args, { ...options, stdio: 'ignore' }).exited;
  if (made.code !== 0) throw new Error(`initdb ended with ${made.code ?? made.signal ?? ''}`);
  const command = [program, '-D', join(folder, 'db'), '-p', String(port), '-k', folder];
  const start = () => startLeashed([...command, '-c', 'listen_addresses=127.0.0.1'], options);
  return openServer(port, start, pingPostgres);
}

const UP_MS_MAX = 30_000;

async function openServer(
  port: number,
  start: () => Child,
  ping: (port: number) => Promise<boolean>,
): Promise<OwnServer> {
  let running = await up();
  async function up(): Promise<{ child: Child; pid: number }> {
    const child = start();
    child.process.stderr?.resume();
    const [line] = (await once(child.process.stdout ?? child.process, 'data')) as [Buffer];
    const until = Date.now() + UP_MS_MAX;
    while (!(await ping(port))) {
      if (Date.now() > until || !child.running) throw new Error(`nothing answers on port ${port}`);
      await delay(50);
    }
    return { child, pid: Number(line.toString().trim()) };
  }
  const down = async (signal: NodeJS.Signals): Promise<void> => {
    try {
      process.kill(running.pid, signal);
    } catch {
      // It has ended by itself.
    }
    await running.child.exited;
  };
  return {
    port,
    restart: async (pauseMs, signal = 'SIGKILL') => {
      await down(signal);
      await delay(pauseMs);
      running = await up();
    },
    stop: () => down('SIGKILL'),
  };
}

async function pingRedis(port: number): Promise<boolean> {
  const client = new Redis(port, '127.0.0.1', {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
    return true;
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}

async function pingPostgres(port: number): Promise<boolean> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'leadwire',
    database: 'postgres',
    connectionTimeoutMillis: 1_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  const user = users.find((line) => line.startsWith('postgres:')) ?? users.find(isNobody);
  const [, , uid, gid] = (user ?? '').split(':');
  if (uid === undefined || gid === undefined) throw new Error('no user to run PostgreSQL as');
  return { uid: Number(uid), gid: Number(gid) };
}

function isNobody(line: string): boolean {
  return line.startsWith('nobody:');
}
