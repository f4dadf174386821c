import { resolve } from 'node:path';
import type { Floor, FloorQuestion } from './floors.js';
import { askOnce, startPart } from './part.js';
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
import { openFolders, openServers, type ServerCpu, type Stores } from './stores.js';

export interface StackFigures {
  readonly accepting: Accepting;
  /** The working process without a chart; over the embedded stores that includes accepting. */
  readonly scoringCpuMs: number;
  readonly delivering: Delivering;
  readonly jobs: Floor;
  readonly jobServers: ServerCpu | null;
  readonly insert: Floor | null;
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
  const stacks = new Map<StackName, StackFigures>();
  const skipped: string[] = [];
  try {
    const { frameBytes } = await sender.ask<Prepared>({ kind: 'prepare' });
    tell('floors: disk, networks, signal work');
    const fsync = await floor({ kind: 'fsync', bytes: frameBytes, count: plan.writes });
    const model = await floor({ kind: 'model', modelsDir, count: plan.modelRuns });
    const signal = await floor({ kind: 'signal', modelsDir, count: plan.modelRuns });
    for (const name of options.stacks) {
      const stores = name === 'embedded' ? openFolders() : await openServers();
      if (stores === null) {
        skipped.push(`${name} (Redis or PostgreSQL is not installed here)`);
        continue;
      }
      try {
        const bench = { plan, root, sender, stores };
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
  }
}

async function measureStack(bench: Bench, frameBytes: number, tell: Tell): Promise<StackFigures> {
  tell('floors');
  const { plan, stores } = bench;
  const before = stores.servers?.cpu();
  const jobs = await floor({
    kind: 'jobs',
    redisUrl: stores.servers?.redisUrl ?? null,
    count: plan.jobs,
  });
  const after = stores.servers?.cpu();
  const insert = await insertFloor(stores, bench, frameBytes);
  tell('accepting');
  const accepting = await measureAccepting(bench);
  tell('scoring');
  const scoringCpuMs = await measureScoring(bench);
  tell('delivering');
  const delivering = await measureDelivering(bench);
  const jobServers =
    before && after
      ? {
          postgresMs: (after.postgresMs - before.postgresMs) / plan.jobs,
          redisMs: (after.redisMs - before.redisMs) / plan.jobs,
        }
      : null;
  return { accepting, scoringCpuMs, delivering, jobs, jobServers, insert };
}

async function insertFloor(stores: Stores, { plan }: Bench, bytes: number): Promise<Floor | null> {
  if (!stores.servers) return null;
  const databaseUrl = await stores.servers.databaseUrl();
  const { inserts: count } = plan;
  return floor({ kind: 'insert', databaseUrl, bytes, count, connections: CONNECTIONS });
}

function floor(question: FloorQuestion): Promise<Floor> {
  return askOnce<Floor>('./floors.ts', question);
}
