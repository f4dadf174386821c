import { setTimeout as delay } from 'node:timers/promises';
import type { Blow } from '../boundary.js';
import type { Rig } from '../rig.js';
import type { Scenario } from './scenario.js';

/** Longer than a lease, so that the other worker has claimed what the frozen one holds. */
const FROZEN_MS = 22_000;
/** Frozen before its bytes leave, and frozen with its request under way. */
const FREEZES: readonly Pick<Blow, 'moment' | 'delayMs'>[] = [
  { moment: 'sending', delayMs: 0 },
  { moment: 'sending', delayMs: 12 },
  { moment: 'posted', delayMs: 0 },
];

/** Two workers; one is frozen in the middle of a delivery until its lease is another's. */
export const twoWorkers: Scenario = {
  name: 'two-workers',
  stacks: ['redis-postgres', 'postgres'],
  async run(rig) {
    await rig.startReady({ LEADWIRE_ROLE: 'gateway' });
    await rig.startWorker();
    rig.ehr.trouble({ delayBeforeMs: 40, delayAfterMs: 40 });
    await Promise.all(FREEZES.map((freeze) => freezeOne(rig, freeze)));
    rig.ehr.trouble(null);
    await rig.untilTold('leaseLost', FREEZES.length);
    return null;
  },
};

async function freezeOne(rig: Rig, freeze: Pick<Blow, 'moment' | 'delayMs'>): Promise<void> {
  const worker = await rig.startWorker({ ...freeze, occurrence: 2, signal: 'SIGSTOP' });
  const moment = await worker.struck;
  if (moment === null) throw new Error('the worker ended before it was frozen');
  await delay(FROZEN_MS);
  worker.kill('SIGCONT');
}
