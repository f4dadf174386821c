import { randomBytes } from 'node:crypto';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tensor } from 'onnxruntime-node';
import pg from 'pg';
import { silentLog } from '../../src/core/log.js';
import { openEmbeddedLedger } from '../../src/ledger/embedded/embedded-ledger.js';
import { decodeQueueAddress } from '../../src/queue/address.js';
import type { Backend } from '../../src/queue/backend.js';
import { QUEUE_PREFIX } from '../../src/queue/backends.js';
import { openEmbeddedBackend, QUEUE_SCHEMA } from '../../src/queue/postgres-backend.js';
import { openRedisBackend } from '../../src/queue/redis-backend.js';
import { WORKER_TIMING } from '../../src/queue/worker-options.js';
import { planThreads, readCpuLimit } from '../../src/scoring/cpu.js';
import { packEcg } from '../../src/scoring/packed-ecg.js';
import { prepareInputs } from '../../src/scoring/preprocess.js';
import { openModels } from '../../src/scoring/verify.js';
import { withPatient } from '../../src/core/ecg/ecg.js';
import { twelveLeads, USUAL } from './frames.js';
import { answerWith } from './part.js';
import { spreadOf, type Spread } from './statistics.js';

/**
 * What the same work costs without Leadwire around it: one floor after the other in a process that
 * does nothing else, whose CPU is counted as that of the stages is.
 */
export type FloorQuestion =
  | { readonly kind: 'fsync'; readonly bytes: number; readonly count: number }
  | InsertQuestion
  | { readonly kind: 'model' | 'signal'; readonly modelsDir: string; readonly count: number }
  | { readonly kind: 'jobs'; readonly redisUrl: string | null; readonly count: number };

interface InsertQuestion {
  readonly kind: 'insert';
  readonly databaseUrl: string;
  readonly bytes: number;
  readonly count: number;
  readonly connections: number;
}

export interface Floor {
  /** How often the work was done, warming up included. */
  readonly done: number;
  readonly perSecond: number;
  readonly cpuMs: number;
  readonly wallMs: Spread;
}

/** Times each piece of work and counts what the process spent on all of them. */
async function measure(count: number, lanes: number, work: () => Promise<void>): Promise<Floor> {
  const wallMs: number[] = [];
  let left = count;
  const before = process.cpuUsage();
  const startedAt = performance.now();
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const from = performance.now();
      await work();
      wallMs.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const elapsedMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(before);
  return {
    done: count,
    perSecond: (1000 * count) / elapsedMs,
    cpuMs: (user + system) / 1000 / count,
    wallMs: spreadOf(wallMs),
  };
}

async function fsyncFloor(bytes: number, count: number): Promise<Floor> {
  const folder = mkdtempSync(join(tmpdir(), 'leadwire-floor-'));
  const content = randomBytes(bytes);
  const file = openSync(join(folder, 'file'), 'a');
  try {
    return await measure(count, 1, () => {
      writeSync(file, content);
      fdatasyncSync(file);
      return Promise.resolve();
    });
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}

/** One statement, one column of bytes, stored as ours are: no service can accept faster. */
async function insertFloor(question: InsertQuestion): Promise<Floor> {
  const { databaseUrl, bytes, count, connections } = question;
  const pool = new pg.Pool({ connectionString: databaseUrl, max: connections });
  const content = randomBytes(bytes);
  try {
    await pool.query('create table floor (id bigserial primary key, bytes bytea not null)');
    await pool.query('alter table floor alter column bytes set storage external');
    return await measure(count, connections, async () => {
      await pool.query({
        name: 'floor',
        text: 'insert into floor (bytes) values ($1)',
        values: [content],
      });
    });
  } finally {
    await pool.end();
  }
}

const ECG = packEcg(withPatient(twelveLeads(USUAL, 1), { ageYears: 60, sex: 'female' }));

/** Every network of every model, as a scoring thread has it open, and nothing around the runs. */
async function modelFloor(modelsDir: string, count: number): Promise<Floor> {
  const { intraOpThreads } = planThreads(readCpuLimit(), null);
  const { ready } = await openModels(modelsDir, intraOpThreads);
  const runs = ready.flatMap(({ card, sessions }) => {
    const inputs = prepareInputs(card, ECG);
    if (!inputs.ok) throw new Error(inputs.failure.detail);
    const feeds = Object.fromEntries(
      Object.entries(inputs.value.tensors).map(([name, { dims, data }]) => [
        name,
        new Tensor('float32', data, dims),
      ]),
    );
    return sessions.map((session) => () => session.run(feeds));
  });
  return warm(count, async () => {
    for (const run of runs) await run();
  });
}

async function signalFloor(modelsDir: string, count: number): Promise<Floor> {
  const { ready } = await openModels(modelsDir, 1);
  return warm(count, () => {
    for (const { card } of ready) prepareInputs(card, ECG);
    return Promise.resolve();
  });
}

const WARM_UP_SHARE = 0.2;

async function warm(count: number, work: () => Promise<void>): Promise<Floor> {
  const before = Math.ceil(count * WARM_UP_SHARE);
  for (let i = 0; i < before; i += 1) await work();
  const measured = await measure(count, 1, work);
  return { ...measured, done: before + count };
}

/** BullMQ alone: a job is added, taken by an empty worker, and gone. */
async function jobsFloor(redisUrl: string | null, count: number): Promise<Floor> {
  const { backend, close } = await openBackend(redisUrl);
  let wake: () => void = () => undefined;
  const worker = await backend.openWorker('score', 1, () => {
    wake();
    return Promise.resolve();
  });
  let number = 0;
  try {
    return await warm(count, async () => {
      number += 1;
      const taken = new Promise<void>((resolve) => (wake = resolve));
      await backend.queues.score.add('score', {}, { jobId: `job-${number}` });
      await taken;
    });
  } finally {
    await worker.close();
    await close();
  }
}

async function openBackend(
  redisUrl: string | null,
): Promise<{ backend: Backend; close: () => Promise<void> }> {
  const events = { away: () => undefined, jobLost: () => undefined };
  const address = redisUrl === null ? null : decodeQueueAddress(redisUrl);
  if (address && address.store !== 'postgres') {
    const rest = { prefix: QUEUE_PREFIX, ca: undefined, timing: WORKER_TIMING, log: silentLog };
    const backend = await openRedisBackend({ address, events, ...rest });
    return { backend, close: () => backend.close() };
  }
  const folder = mkdtempSync(join(tmpdir(), 'leadwire-floor-'));
  const ledger = await openEmbeddedLedger({ dataDir: folder, log: silentLog });
  const backend = await openEmbeddedBackend(
    ledger.embeddedPool(QUEUE_SCHEMA),
    WORKER_TIMING,
    events,
  );
  const close = async (): Promise<void> => {
    await backend.close();
    await ledger.close();
    rmSync(folder, { recursive: true });
  };
  return { backend, close };
}

answerWith((question: FloorQuestion) => {
  switch (question.kind) {
    case 'fsync':
      return fsyncFloor(question.bytes, question.count);
    case 'insert':
      return insertFloor(question);
    case 'model':
      return modelFloor(question.modelsDir, question.count);
    case 'signal':
      return signalFloor(question.modelsDir, question.count);
    case 'jobs':
      return jobsFloor(question.redisUrl, question.count);
  }
});
