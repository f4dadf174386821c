import { setTimeout as delay } from 'node:timers/promises';
import type { Rig } from '../rig.js';
import { flushRedis, type Server } from '../stack.js';
import type { Scenario } from './scenario.js';

const ROUNDS = 3;
const BETWEEN_MS = 1_500;
/** So many ECGs wait in the queue when it is wiped. */
const WAITING = 8;

/** All jobs are wiped: first while many wait and nobody works, then while they are being worked. */
export const redisFlush: Scenario = {
  name: 'redis-flush',
  stacks: ['redis-postgres'],
  async run(rig) {
    const redis = present(rig.stack.redis);
    await rig.startReady({ LEADWIRE_ROLE: 'gateway' });
    const worker = await rig.startWorker();
    for (let round = 0; round < ROUNDS; round += 1) {
      worker.kill('SIGSTOP');
      await rig.untilInFlight(WAITING);
      await flushRedis(redis);
      worker.kill('SIGCONT');
      await delay(BETWEEN_MS / 2);
      await flushRedis(redis);
      await delay(BETWEEN_MS);
    }
    return null;
  },
};

export const redisRestart: Scenario = {
  name: 'redis-restart',
  stacks: ['redis-postgres'],
  run: (rig) => restartInFlight(rig, present(rig.stack.redis)),
};

export const postgresRestart: Scenario = {
  name: 'postgres-restart',
  stacks: ['redis-postgres', 'postgres'],
  run: (rig) => restartInFlight(rig, present(rig.stack.postgres)),
};

/** The store dies as by SIGKILL and is back on its data, sooner or later. */
async function restartInFlight(rig: Rig, server: Server): Promise<null> {
  const life = await rig.startReady();
  for (let round = 0; round < ROUNDS; round += 1) {
    await rig.untilInFlight(2);
    await server.restart(round * BETWEEN_MS);
    await delay(BETWEEN_MS);
  }
  if (!life.running) rig.complain('the service did not outlive its store');
  return null;
}

function present(server: Server | null): Server {
  if (server === null) throw new Error('this stack has no such server');
  return server;
}
