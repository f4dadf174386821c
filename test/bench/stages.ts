import { runService, type RunningService } from '../support/service.js';
import type { DoorOpened } from './embedded-door.js';
import { startEhr } from './ehr.js';
import { startPart, type Part } from './part.js';
import { CONNECTIONS, PACE_MS, type Plan } from './plan.js';
import { cpuMsOf } from './processes.js';
import type { Sent } from './sender.js';
import { spreadOf, type Spread } from './statistics.js';
import type { ServerCpu, Stores } from './stores.js';
import { Watch } from './watch.js';

export interface Bench {
  readonly plan: Plan;
  readonly root: string;
  readonly sender: Part;
  readonly floors: Part;
  readonly stores: Stores;
}

export interface Accepting {
  readonly ackMs: Spread;
  readonly perSecond: number;
  readonly cpuMs: number;
  readonly servers: ServerCpu | null;
}

/** Doors alone: one connection for the time of an answer, then several for the rate. */
export async function measureAccepting(bench: Bench): Promise<Accepting> {
  const { plan, stores } = bench;
  const door = await openDoor(bench);
  try {
    await send(bench, door.port, plan.warmUpEcgs, CONNECTIONS);
    const { ackMs } = await send(bench, door.port, plan.latencyEcgs, 1);
    const cpu = counter({ ours: [door.pid], stores });
    const sent = await send(bench, door.port, plan.rateEcgs, CONNECTIONS);
    const spent = cpu(plan.rateEcgs);
    return {
      ackMs: spreadOf(ackMs),
      perSecond: (1000 * plan.rateEcgs) / sent.elapsedMs,
      cpuMs: spent.oursMs[0] ?? 0,
      servers: spent.servers,
    };
  } finally {
    await door.stop();
  }
}

interface OpenDoor {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<unknown>;
}

async function openDoor({ root, stores }: Bench): Promise<OpenDoor> {
  if (!stores.servers) {
    const part = startPart('./embedded-door.ts');
    const { port } = await part.ask<DoorOpened>({ kind: 'open' });
    return { port, pid: part.pid, stop: () => part.stop() };
  }
  const env = { ...(await stores.fresh()), LEADWIRE_ROLE: 'gateway' };
  const service = await runService({ root, env });
  return { port: service.mllpPort ?? 0, pid: service.pid, stop: () => service.stop() };
}

/** CPU of the working process for each ECG it scores, with no chart to write to. */
export async function measureScoring(bench: Bench): Promise<number> {
  const { plan, stores } = bench;
  const env = await stores.fresh();
  const services = await startRoad(bench, env);
  try {
    const watch = new Watch(...services.all);
    await send(bench, services.port, plan.warmUpEcgs, CONNECTIONS);
    await watch.until('scored', plan.warmUpEcgs);
    const cpu = counter({ ours: [services.worker.pid], stores });
    await send(bench, services.port, plan.scoredEcgs, CONNECTIONS);
    await watch.until('scored', plan.warmUpEcgs + plan.scoredEcgs);
    return cpu(plan.scoredEcgs).oursMs[0] ?? 0;
  } finally {
    await services.stop();
  }
}

export interface Delivering {
  readonly perSecond: number;
  /** With PostgreSQL and Redis the doors' process and the working one, else the one there is. */
  readonly workerCpuMs: number;
  readonly wholeCpuMs: number;
  readonly servers: ServerCpu | null;
  readonly ackToDeliveredMs: Spread;
  readonly underLoadMs: Spread;
}

/** The whole road into a chart: first as fast as it goes, then one ECG at a time. */
export async function measureDelivering(bench: Bench): Promise<Delivering> {
  const { plan, stores } = bench;
  const ehr = await startEhr();
  const env = { ...(await stores.fresh()), LEADWIRE_FHIR_BASE_URL: ehr.url };
  const services = await startRoad(bench, env);
  try {
    await flow(bench, services, plan.warmUpEcgs, CONNECTIONS, 0);
    const cpu = counter({ ours: services.all.map(({ pid }) => pid), stores });
    const fast = await flow(bench, services, plan.sustainedEcgs, CONNECTIONS, 0);
    const spent = cpu(plan.sustainedEcgs);
    const paced = await flow(bench, services, plan.pacedEcgs, 1, PACE_MS);
    const sent = plan.warmUpEcgs + plan.sustainedEcgs + plan.pacedEcgs;
    const results = await ehr.results();
    if (results !== sent) throw new Error(`${sent} ECGs sent, ${results} results in the chart`);
    return {
      perSecond: (1000 * plan.sustainedEcgs) / fast.elapsedMs,
      workerCpuMs: spent.oursMs.at(-1) ?? 0,
      wholeCpuMs: spent.oursMs.reduce((sum, ms) => sum + ms, 0),
      servers: spent.servers,
      ackToDeliveredMs: spreadOf(paced.deliveredMs),
      underLoadMs: spreadOf(fast.deliveredMs),
    };
  } finally {
    await services.stop();
    await ehr.stop();
  }
}

interface Road {
  readonly all: readonly RunningService[];
  readonly worker: RunningService;
  readonly port: number;
  stop(): Promise<void>;
}

/** Two processes over servers, one over a folder. */
async function startRoad({ root, stores }: Bench, env: Record<string, string>): Promise<Road> {
  const roles = stores.servers ? ['gateway', 'worker'] : ['all'];
  const all: RunningService[] = [];
  for (const role of roles) {
    all.push(await runService({ root, env: { ...env, LEADWIRE_ROLE: role } }));
  }
  const [door, worker] = [all[0], all.at(-1)];
  if (!door || !worker) throw new RangeError('no service');
  return {
    all,
    worker,
    port: door.mllpPort ?? 0,
    async stop() {
      for (const service of all) await service.stop();
    },
  };
}

async function flow(
  bench: Bench,
  { all, port }: Road,
  count: number,
  connections: number,
  gapMs: number,
): Promise<{ elapsedMs: number; deliveredMs: number[] }> {
  const watch = new Watch(...all);
  const startedAt = performance.now();
  await send(bench, port, count, connections, gapMs);
  await watch.until('delivered', count);
  return {
    elapsedMs: performance.now() - startedAt,
    deliveredMs: watch.receivedToDeliveredMs(),
  };
}

async function send(
  { sender }: Bench,
  port: number,
  count: number,
  connections: number,
  gapMs = 0,
): Promise<Sent> {
  const sent = await sender.ask<Sent>({ kind: 'send', port, connections, count, gapMs });
  if (sent.refused > 0) throw new Error(`${sent.refused} of ${count} ECGs were not accepted`);
  return sent;
}

interface Spent {
  readonly oursMs: readonly number[];
  readonly servers: ServerCpu | null;
}

/** Counts from now; the answer is for each ECG. */
function counter(of: { readonly ours: readonly number[]; readonly stores: Stores }) {
  const read = (): Spent => ({
    oursMs: of.ours.map(cpuMsOf),
    servers: of.stores.servers?.cpu() ?? null,
  });
  const before = read();
  return (ecgs: number): Spent => {
    const after = read();
    const share = (from: number | undefined, to: number): number => (to - (from ?? 0)) / ecgs;
    return {
      oursMs: after.oursMs.map((ms, i) => share(before.oursMs[i], ms)),
      servers: after.servers && {
        postgresMs: share(before.servers?.postgresMs, after.servers.postgresMs),
        redisMs: share(before.servers?.redisMs, after.servers.redisMs),
      },
    };
  };
}
