import type { Log } from '../../core/log.js';
import { failureOf } from '../../core/failure.js';
import type { EmbeddedPool } from './pool.js';

/**
 * A database inside our process has no helpers of its own: nobody else writes checkpoints, without
 * which its log grows and a start after a crash takes ever longer, and nobody sweeps up dead rows.
 */
export interface Upkeep {
  /** Called after each acceptance; waits where a checkpoint is due. */
  accepted(): Promise<void>;
  stop(): Promise<void>;
}

/** Some 20 MB of log: a second or so of recovery. */
const CHECKPOINT_EVERY_ACCEPTED = 250;
const CHECKPOINT_EVERY_MS = 60_000;
const VACUUM_EVERY_CHECKPOINTS = 30;

export function startUpkeep(pool: EmbeddedPool, log: Log): Upkeep {
  let acceptedCount = 0;
  let checkpoints = 0;
  let running: Promise<void> = Promise.resolve();
  const run = (statement: string): Promise<void> => {
    running = running
      .then(() => pool.query(statement))
      .then(
        () => undefined,
        (error: unknown) => {
          log('ledgerAway', { code: failureOf(error).code, detail: statement });
        },
      );
    return running;
  };
  const timer = setInterval(() => {
    acceptedCount = 0;
    checkpoints += 1;
    void run('CHECKPOINT');
    if (checkpoints % VACUUM_EVERY_CHECKPOINTS === 0) void run('VACUUM');
  }, CHECKPOINT_EVERY_MS);
  timer.unref();
  return {
    async accepted() {
      acceptedCount += 1;
      if (acceptedCount < CHECKPOINT_EVERY_ACCEPTED) return;
      acceptedCount = 0;
      await run('CHECKPOINT');
    },
    async stop() {
      clearInterval(timer);
      await run('CHECKPOINT');
    },
  };
}
