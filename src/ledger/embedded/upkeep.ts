import { failureOf } from '../../core/failure.js';
import type { Log } from '../../core/log.js';
import type { EmbeddedPool } from './pool.js';

/**
 * A database inside our process has no helpers of its own: nobody else writes checkpoints, without
 * which its log grows and a start after a crash takes ever longer, and nobody sweeps up dead rows.
 * Both stop everything else for a moment, so each is done often and in small portions, measured by
 * the log that was written since.
 */
export interface Upkeep {
  /** Called after each acceptance; waits where upkeep is due. */
  accepted(): Promise<void>;
  stop(): Promise<void>;
}

const LOOK_EVERY_ACCEPTED = 50;
const LOOK_EVERY_MS = 60_000;
/** Less than a second of recovery after a crash. */
const CHECKPOINT_LOG_BYTES = 16 * 1024 * 1024;
const VACUUM_LOG_BYTES = 64 * 1024 * 1024;
/** Statistics change slowly, and taking them reads every table. */
const ANALYZE_EVERY_VACUUMS = 32;

export function startUpkeep(pool: EmbeddedPool, log: Log): Upkeep {
  const done = { checkpointAt: 0, vacuumAt: 0, vacuums: 0 };
  let acceptedCount = 0;
  let running: Promise<void> = Promise.resolve();

  const look = async (bytesMin: number): Promise<void> => {
    const at = await logPosition(pool);
    // The first look of a process only learns where the log stands.
    if (done.vacuumAt === 0) done.vacuumAt = at;
    if (at - done.checkpointAt < bytesMin) return;
    if (at - done.vacuumAt >= VACUUM_LOG_BYTES) {
      done.vacuums += 1;
      await pool.query(done.vacuums % ANALYZE_EVERY_VACUUMS === 0 ? 'VACUUM (ANALYZE)' : 'VACUUM');
      done.vacuumAt = at;
    }
    await pool.query('CHECKPOINT');
    done.checkpointAt = await logPosition(pool);
  };
  const run = (bytesMin: number): Promise<void> => {
    running = running
      .then(() => look(bytesMin))
      .catch((error: unknown) => {
        log('ledgerAway', { code: failureOf(error).code, detail: 'upkeep failed' });
      });
    return running;
  };

  const timer = setInterval(() => void run(1), LOOK_EVERY_MS);
  timer.unref();
  return {
    async accepted() {
      acceptedCount += 1;
      if (acceptedCount % LOOK_EVERY_ACCEPTED === 0) await run(CHECKPOINT_LOG_BYTES);
    },
    async stop() {
      clearInterval(timer);
      await run(1);
    },
  };
}

/** How many bytes of log were ever written. */
async function logPosition(pool: EmbeddedPool): Promise<number> {
  const { rows } = await pool.query<{ at: number }>(
    `SELECT (pg_current_wal_insert_lsn() - '0/0')::float8 AS at`,
  );
  return rows[0]?.at ?? 0;
}
