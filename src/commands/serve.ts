import type { Config } from '../config.js';
import { failureOf } from '../core/failure.js';
import { createLog } from '../monitor/log.js';
import { startService, type Service } from '../service.js';

/** Runs until told to stop. The exit code says whether the stop was clean. */
export async function serve(config: Config): Promise<number> {
  const log = createLog(config.logLevel);
  const crash = (error: unknown): void => {
    log('crashed', { code: failureOf(error).code, detail: failureOf(error).detail });
    process.exit(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  const asked = new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  let service: Service;
  try {
    service = await startService(config);
  } catch (error) {
    crash(error);
    return 1;
  }
  await asked;
  const bound = setTimeout(() => {
    log('stopForced', { elapsedMs: config.drainSecondsMax * 1000 });
    process.exit(1);
  }, config.drainSecondsMax * 1000);
  await service.stop();
  clearTimeout(bound);
  return 0;
}
