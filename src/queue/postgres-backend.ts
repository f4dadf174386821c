import {
  LATEST_SCHEMA_VERSION,
  Queue,
  SchemaMigrationRequiredError,
  Worker,
  assertSchemaCompatibility,
  createPostgresBackend,
  isPgPool,
  runMigrations,
  type PgPool,
  type PgPoolClient,
} from 'bullmq';
import { Pool } from 'pg';
import { fail } from '../core/failure.js';
import type { Backend, BackendEvents, TakeJob } from './backend.js';
import {
  ANSWER_MS_MAX,
  CLOSE_MS_MAX,
  CONNECT_MS_MAX,
  EMBEDDED_ANSWER_MS_MAX,
  EVENTS_MAX,
  OPEN_MS_MAX,
  POSTGRES_CONNECTIONS_MAX,
  POSTGRES_STATEMENT_MS_MAX,
  RECONNECT_MS_MAX,
} from './bounds.js';
import { settlesWithin } from './gate.js';
import { JOB_KINDS, type JobKind } from './queue.js';
import { watchWorker, workerOptions, type WorkerTiming } from './worker-options.js';

/** BullMQ gives a pool that it did not make itself no other choice. */
export const QUEUE_SCHEMA = 'bullmq';

/** What the back end needs of the embedded engine: the shape of a pg.Pool. */
export type QueuePool = PgPool;

/** Makes BullMQ's tables, or brings them up to date, under BullMQ's own advisory lock. */
export async function migrateQueueSchema(pool: Pick<QueuePool, 'connect'>): Promise<void> {
  const client = await pool.connect();
  try {
    const version = await schemaVersion(client);
    if (version < LATEST_SCHEMA_VERSION) await runMigrations(client, QUEUE_SCHEMA);
  } finally {
    client.release();
  }
}

async function schemaVersion(client: PgPoolClient): Promise<number> {
  try {
    return await assertSchemaCompatibility(client, QUEUE_SCHEMA);
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError) return 0;
    throw error;
  }
}

/**
 * The queue beside an embedded ledger. Only one process can have it, so at the start every active
 * job belongs to a dead one and there is nothing worth keeping: the queue starts empty and the
 * sweep fills it from the ledger at once, instead of after every lock has run out.
 */
export async function openEmbeddedBackend(
  pool: QueuePool,
  timing: WorkerTiming,
  events: BackendEvents,
): Promise<Backend> {
  await migrateQueueSchema(pool);
  for (const kind of JOB_KINDS) {
    const queue = await openQueue(kind, pool, events);
    const jobs = await queue.count();
    if (jobs + (await queue.getActiveCount()) > 0) await queue.obliterate({ force: true });
    await queue.close();
  }
  // Opened only now, as the wipe takes the bound on events with it.
  const queues = await openQueues(pool, events);
  return backendOn(pool, queues, EMBEDDED_ANSWER_MS_MAX, timing, events);
}

export async function openPostgresBackend(
  url: string,
  ca: string | undefined,
  timing: WorkerTiming,
  events: BackendEvents,
): Promise<Backend> {
  const pool = connect(url, ca);
  pool.on('error', (error) => {
    events.away(error);
  });
  try {
    await untilReached(() => migrateQueueSchema(pool), events);
    const queues = await openQueues(pool, events);
    return backendOn(pool, queues, ANSWER_MS_MAX, timing, events);
  } catch (error) {
    await pool.end();
    throw error;
  }
}

function connect(url: string, ca: string | undefined): QueuePool {
  // A lost queue is rebuilt from the ledger, so its commits need not wait for the disk.
  const settings = encodeURIComponent(`-c search_path=${QUEUE_SCHEMA} -c synchronous_commit=off`);
  const made = new Pool({
    connectionString: `${url}${url.includes('?') ? '&' : '?'}options=${settings}`,
    application_name: 'leadwire-queue',
    max: POSTGRES_CONNECTIONS_MAX,
    keepAlive: true,
    keepAliveInitialDelayMillis: POSTGRES_STATEMENT_MS_MAX,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    query_timeout: POSTGRES_STATEMENT_MS_MAX,
    ...(ca === undefined ? {} : { ssl: { ca } }),
  });
  // A connection that drops while it is lent out must not take the process down: its user is told.
  made.on('connect', (client) => {
    client.on('error', () => undefined);
  });
  const pool: unknown = made;
  // The two describe the same class in types that do not fit each other.
  if (!isPgPool(pool)) throw fail('unexpected', 'pg has no pool that BullMQ knows');
  return pool;
}

async function untilReached(attempt: () => Promise<void>, events: BackendEvents): Promise<void> {
  const giveUpAtMs = Date.now() + OPEN_MS_MAX;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      events.away(error);
      if (Date.now() >= giveUpAtMs) {
        throw fail('queue-away', 'PostgreSQL cannot be reached', { cause: error });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS_MAX));
  }
}

type PostgresQueue = Awaited<ReturnType<typeof openQueue>>;

async function openQueue(kind: JobKind, pool: QueuePool, events: BackendEvents) {
  const queue = new Queue(
    kind,
    {
      connection: pool,
      streams: { events: { maxLen: EVENTS_MAX } },
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
    },
    createPostgresBackend,
  );
  queue.on('error', (error) => {
    events.away(error);
  });
  // BullMQ remembers a failed first connection for ever, so it must not get to see one.
  await queue.waitUntilReady();
  return queue;
}

async function openQueues(
  pool: QueuePool,
  events: BackendEvents,
): Promise<Record<JobKind, PostgresQueue>> {
  const [fetch, score, deliver] = await Promise.all([
    openQueue('fetch', pool, events),
    openQueue('score', pool, events),
    openQueue('deliver', pool, events),
  ]);
  return { fetch, score, deliver };
}

function backendOn(
  pool: QueuePool,
  queues: Record<JobKind, PostgresQueue>,
  answerMsMax: number,
  timing: WorkerTiming,
  events: BackendEvents,
): Backend {
  return {
    answerMsMax,
    queues,
    async openWorker(kind: JobKind, concurrency: number, take: TakeJob) {
      const options = { connection: pool, ...workerOptions(concurrency, timing) };
      const worker = new Worker(kind, take, options, createPostgresBackend);
      watchWorker(worker, kind, events);
      await worker.waitUntilReady();
      return worker;
    },
    async close() {
      const queuesClosed = Object.values(queues).map((queue) => queue.close());
      // A statement that PostgreSQL never answers would be waited for until its own bound.
      await settlesWithin(Promise.allSettled([...queuesClosed, pool.end()]), CLOSE_MS_MAX);
    },
  };
}
