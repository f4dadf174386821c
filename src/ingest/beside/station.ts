import { failureOf } from '../../core/failure.js';
import type { Log } from '../../core/log.js';
import type { BesideRead } from '../../ledger/beside.js';
import type { Ledger } from '../../ledger/ledger.js';

export interface BesideStationOptions {
  readonly beside: Pick<Ledger['beside'], 'dueReads' | 'read' | 'putOff'>;
  readonly lease: (leaseMs: number) => Promise<boolean>;
  readonly read: (ecgId: string) => Promise<number>;
  readonly log: Log;
  readonly now: () => number;
}

export interface BesideStation {
  stop(): Promise<void>;
}

const MINUTE_MS = 60_000;
/** A troponin comes an hour after the ECG, the second one hours later: so it is looked again. */
export const READ_AGAIN_MS: readonly number[] = [15, 45, 120].map((minutes) => minutes * MINUTE_MS);
const RETRY_MS = MINUTE_MS;
const TURN_MS = 2_000;
const AT_ONCE_MAX = 20;
const LEASE_MS = 60_000;

/** Reads evidence beside ECGs in its own time: no score waits for it, and none fails with it. */
export function startBesideStation(options: BesideStationOptions): BesideStation {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const turn = async (): Promise<void> => {
    await takeTurn(options, () => stopped);
    if (stopped) return;
    timer = setTimeout(() => {
      turning = turn();
    }, TURN_MS);
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

/** Never rejects; an EHR that is away ends the turn. */
async function takeTurn(options: BesideStationOptions, isStopped: () => boolean): Promise<void> {
  const { beside, lease, log, now } = options;
  try {
    if (!(await lease(LEASE_MS))) return;
    for (const due of await beside.dueReads(now(), AT_ONCE_MAX)) {
      if (isStopped() || !(await readOne(due, options))) return;
    }
  } catch (error) {
    log('besideFailed', { code: failureOf(error).code });
  }
}

async function readOne(
  { ecgId, reads }: BesideRead,
  { beside, read, log, now }: BesideStationOptions,
): Promise<boolean> {
  try {
    const count = await read(ecgId);
    const waitMs = READ_AGAIN_MS[reads];
    await beside.read(ecgId, waitMs === undefined ? null : now() + waitMs);
    log('besideRead', { ecgId, count });
    return true;
  } catch (error) {
    const why = failureOf(error);
    log('besideFailed', { ecgId, code: why.code });
    if (why.class === 'permanent') {
      await beside.read(ecgId, null);
      return true;
    }
    await beside.putOff(ecgId, now() + Math.max(why.retryAfterMs ?? 0, RETRY_MS));
    return false;
  }
}
