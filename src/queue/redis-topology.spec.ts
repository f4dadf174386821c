import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { findProgram, startServer, type Server } from '../../test/support/throw-away.js';
import { silentLog } from '../core/log.js';
import { openQueue } from './backends.js';
import type { WorkQueue } from './queue.js';
import { Handled, QUICK, Rows, SWEEP, drained, pause, until } from './rig.suite.js';
import { startSweep } from './sweep.js';

const PROGRAM = findProgram('redis-server') ?? '';
const LOCAL = ['--bind', '127.0.0.1', '--save', ''];

const describeHere = PROGRAM === '' ? describe.skip : describe;

/** These restart and rearrange their servers, so one that is given will not do. */
describeHere('Redis as hospitals run it', () => {
  const servers: Server[] = [];
  const children: ChildProcess[] = [];
  const clients: Redis[] = [];
  let queue: WorkQueue | null = null;

  afterEach(async () => {
    await queue?.close();
    for (const client of clients.splice(0)) client.disconnect();
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  async function redis(options: readonly string[] = [], password?: string): Promise<Server> {
    const server = await startServer({
      name: 'redis-topology',
      signal: 'KILL',
      prepare: () => null,
      command: (folder, port) => redisCommand(port, '--dir', folder, ...options),
    });
    servers.push(server);
    await answering(server.port, password);
    return server;
  }

  async function answering(port: number, password?: string): Promise<Redis> {
    const client = new Redis({
      port,
      maxRetriesPerRequest: null,
      retryStrategy: () => 20,
      ...(password === undefined ? {} : { password }),
    });
    clients.push(client);
    client.on('error', () => undefined);
    await client.ping();
    return client;
  }

  async function worksOn(url: string): Promise<{ handled: Handled; working: WorkQueue }> {
    const opened = await openQueue({ url, timing: QUICK, log: silentLog });
    queue = opened;
    const handled = new Handled();
    await opened.work('score', 2, handled.handler);
    await Promise.all(['row-a', 'row-b'].map((id) => opened.enqueue('score', id)));
    await handled.until(2);
    await drained(opened);
    return { handled, working: opened };
  }

  it('a Redis that comes back empty gets its jobs back', async () => {
    const { port, pid } = await redis();
    const { handled, working } = await worksOn(`redis://127.0.0.1:${port}`);
    process.kill(pid, 'SIGKILL');
    const rows = new Rows('score', 25);
    const sweep = startSweep({ ledger: rows, queue: working, log: silentLog, ...SWEEP });
    await until(() =>
      working.check().then(
        () => false,
        () => true,
      ),
    );
    const [program = '', ...args] = redisCommand(port);
    children.push(spawn(program, args, { stdio: 'ignore' }));
    await until(() => Promise.resolve(rows.ids.every((id) => handled.ids.includes(id))));
    for (const id of rows.ids) rows.end(id);
    await sweep.stop();
  });

  it('a Redis that is not there yet does not keep the service from starting', async () => {
    const port = await freePort();
    queue = await openQueue({ url: `redis://127.0.0.1:${port}`, timing: QUICK, log: silentLog });
    const working = queue;
    const handled = new Handled();
    await working.work('score', 1, handled.handler);
    await expect(working.enqueue('score', 'row-a')).rejects.toThrow('queue-away');
    const [program = '', ...args] = redisCommand(port);
    children.push(spawn(program, args, { stdio: 'ignore' }));
    await until(() =>
      working.enqueue('score', 'row-a').then(
        () => true,
        () => false,
      ),
    );
    await handled.until(1);
    await drained(working);
  });

  it('a cluster takes the queue, all keys of it in one slot', async () => {
    const { port } = await redis([
      ...['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'],
      ...['--cluster-port', String(await freePort())],
    ]);
    const client = await answering(port);
    await client.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    await until(async () => (await client.cluster('INFO')).includes('cluster_state:ok'));
    await worksOn(`redis-cluster://127.0.0.1:${port}`);
    const keys = await client.keys('*');
    const slots = await Promise.all(keys.map((key) => client.cluster('KEYSLOT', key)));
    expect(keys.length).toBeGreaterThan(0);
    expect(new Set(slots).size).toBe(1);
  });

  it('Sentinel leads to the new primary after a failover', async () => {
    const secret = ['--requirepass', 'quiet', '--masterauth', 'quiet'];
    const primary = await redis(secret, 'quiet');
    const replica = await redis(
      [...secret, '--replicaof', '127.0.0.1', String(primary.port)],
      'quiet',
    );
    const sentinel = await startSentinel(primary.port);
    servers.push(sentinel);
    const ask = await answering(sentinel.port);
    await until(async () =>
      JSON.stringify(await ask.call('SENTINEL', 'REPLICAS', 'ecg')).includes('"ok"'),
    );
    const url = `redis-sentinel://:quiet@127.0.0.1:${sentinel.port}/ecg/0`;
    const { handled, working } = await worksOn(url);

    await ask.call('SENTINEL', 'FAILOVER', 'ecg');
    await until(async () => {
      const [, port] = (await ask.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'ecg')) as string[];
      return port === String(replica.port);
    });
    await until(() =>
      working.enqueue('score', 'row-c').then(
        () => true,
        () => pause(20).then(() => false),
      ),
    );
    await until(() => Promise.resolve(handled.ids.includes('row-c')));
    await drained(working);
  });

  async function startSentinel(primaryPort: number): Promise<Server> {
    const lines = [
      `sentinel monitor ecg 127.0.0.1 ${primaryPort} 1`,
      'sentinel auth-pass ecg quiet',
      'sentinel down-after-milliseconds ecg 1000',
    ];
    return startServer({
      name: 'redis-sentinel',
      signal: 'KILL',
      prepare: () => ['sh', '-c', `printf '%s\n' "$@" > sentinel.conf`, 'sh', ...lines],
      command: (folder, port) => [
        PROGRAM,
        `${folder}/sentinel.conf`,
        ...['--sentinel', '--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
      ],
    });
  }
});

function redisCommand(port: number, ...options: string[]): string[] {
  return [PROGRAM, '--port', String(port), ...LOCAL, ...options];
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
