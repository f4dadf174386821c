import { resolve } from 'node:path';
import type { Floor, FloorQuestion } from './floors.js';
import { startPart, type Part } from './part.js';
import { CONNECTIONS, type BenchOptions, type StackName } from './plan.js';
import { measureReady, type ReadyTimes } from './ready.js';
import type { Prepared } from './sender.js';
import {
  measureAccepting,
  measureDelivering,
  measureScoring,
  type Accepting,
  type Bench,
  type Delivering,
} from './stages.js';
import { openFolders, openServers, type ServerCpu } from './stores.js';

export interface StackFigures {
  readonly accepting: Accepting;
  /** The working process without a chart; over the embedded stores that includes accepting. */
  readonly scoringCpuMs: number;
  readonly delivering: Delivering;
  readonly jobs: ServedFloor;
  readonly insert: ServedFloor | null;
}

/** A floor that stands on the same servers, and what it cost them. */
export interface ServedFloor extends Floor {
  readonly servers: ServerCpu | null;
}

export interface Figures {
  readonly frameBytes: number;
  readonly fsync: Floor;
  readonly model: Floor;
  readonly signal: Floor;
  readonly stacks: ReadonlyMap<StackName, StackFigures>;
  readonly skipped: readonly string[];
  readonly ready: ReadyTimes;
}

type Tell = (line: string) => void;

export async function measureAll(options: BenchOptions, tell: Tell): Promise<Figures> {
  const { plan, root } = options;
  const modelsDir = resolve(root, 'models');
  const sender = startPart('./sender.ts');
  const floors = startPart('./floors.ts');
  const stacks = new Map<StackName, StackFigures>();
  const skipped: string[] = [];
  try {
    const { frameBytes } = await sender.ask<Prepared>({ kind: 'prepare' });
    tell('floors: disk, networks, signal work');
    const fsync = await floor(floors, { kind: 'fsync', bytes: frameBytes, count: plan.writes });
    const model = await floor(floors, { kind: 'model', modelsDir, count: plan.modelRuns });
    const signal = await floor(floors, { kind: 'signal', modelsDir, count: plan.modelRuns });
    for (const name of options.stacks) {
      const stores = name === 'embedded' ? openFolders() : await openServers();
      if (stores === null) {
        skipped.push(`${name} (Redis or PostgreSQL is not installed here)`);
        continue;
      }
      try {
        const bench = { plan, root, sender, floors, stores };
        stacks.set(
          name,
          await measureStack(bench, frameBytes, (line) => {
            tell(`${name}: ${line}`);
          }),
        );
      } finally {
        await stores.close();
      }
    }
    tell('start');
    const ready = await measureReady(root, plan.receipts);
    return { frameBytes, fsync, model, signal, stacks, skipped, ready };
  } finally {
    await sender.stop();
    await floors.stop();
  }
}

async function measureStack(bench: Bench, frameBytes: number, tell: Tell): Promise<StackFigures> {
  tell('floors');
  const { plan, stores } = bench;
  const redisUrl = stores.servers?.redisUrl ?? null;
  const jobs = await servedFloor(bench, { kind: 'jobs', redisUrl, count: plan.jobs });
  const insert = await insertFloor(bench, frameBytes);
  tell('accepting');
  const accepting = await measureAccepting(bench);
  tell('scoring');
  const scoringCpuMs = await measureScoring(bench);
  tell('delivering');
  const delivering = await measureDelivering(bench);
  return { accepting, scoringCpuMs, delivering, jobs, insert };
}

async function insertFloor(bench: Bench, bytes: number): Promise<ServedFloor | null> {
  const { plan, stores } = bench;
  if (!stores.servers) return null;
  const databaseUrl = await stores.servers.databaseUrl();
  const connections = CONNECTIONS;
  return servedFloor(bench, {
    kind: 'insert',
    databaseUrl,
    bytes,
    count: plan.inserts,
    connections,
  });
}

/** With what the servers spent on each piece of the work, its warming up included. */
async function servedFloor(
  { stores, floors }: Bench,
  question: FloorQuestion,
): Promise<ServedFloor> {
  const before = stores.servers?.cpu();
  const measured = await floor(floors, question);
  const after = stores.servers?.cpu();
  if (!before || !after) return { ...measured, servers: null };
  const { done } = measured;
  return {
    ...measured,
    servers: {
      postgresMs: (after.postgresMs - before.postgresMs) / done,
      redisMs: (after.redisMs - before.redisMs) / done,
    },
  };
}

function floor(floors: Part, question: FloorQuestion): Promise<Floor> {
  return floors.ask<Floor>(question);
}
