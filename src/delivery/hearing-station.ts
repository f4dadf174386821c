import { failureOf } from '../core/failure.js';
import type { Log } from '../core/log.js';

export interface HearingStationOptions {
  /** Of many workers one listens. */
  readonly lease: (leaseMs: number) => Promise<boolean>;
  readonly listen: () => Promise<number>;
  readonly everyMs: number;
  readonly log: Log;
}

export interface HearingStation {
  /** Resolves when the round that is under way has ended. */
  stop(): Promise<void>;
}

/** Longer than any round: another worker takes over from one that was killed after this. */
const LEASE_MS_MIN = 60_000;

/** Hears again and again what the EHR's people say of alerts; an escalation waits for none of it. */
export function startHearingStation(options: HearingStationOptions): HearingStation {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const turn = async (): Promise<void> => {
    await hear(options);
    if (stopped) return;
    timer = setTimeout(() => {
      turning = turn();
    }, options.everyMs);
  };
  let turning = turn();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await turning;
    },
  };
}

/** Never rejects: an EHR that is away is asked again in the next round. */
async function hear({ lease, listen, everyMs, log }: HearingStationOptions): Promise<void> {
  try {
    if (await lease(Math.max(LEASE_MS_MIN, 2 * everyMs))) await listen();
  } catch (error) {
    const { code, detail } = failureOf(error);
    log('answersFailed', { code, detail });
  }
}
