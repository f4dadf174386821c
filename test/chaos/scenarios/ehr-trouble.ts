import { setTimeout as delay } from 'node:timers/promises';
import type { Trouble } from '../../../src/sandbox/ehr/trouble.js';
import { STACKS } from '../stack.js';
import type { Scenario } from './scenario.js';

/** Longer than one request to the EHR may take, so that its time-out is met too. */
const TROUBLE_MS = 2_500;
const PEACE_MS = 500;

/** After each of these the sender cannot know, or knows that it has to come again. */
const TROUBLES: readonly Partial<Trouble>[] = [
  { status: 503 },
  { status: 429, retryAfterSeconds: 1 },
  { statusAfter: 500 },
  { reset: 'before' },
  { reset: 'after' },
  { hang: 'before' },
  { hang: 'after' },
  { hang: 'after', only: 'all' },
  { delayBeforeMs: 1_500, racyMs: 200 },
];

/** The EHR refuses, hangs and breaks off for a while, and is well in between. */
export const ehrTrouble: Scenario = {
  name: 'ehr-trouble',
  stacks: STACKS,
  async run(rig) {
    await rig.startReady();
    for (const trouble of TROUBLES) {
      rig.ehr.trouble(trouble);
      await rig.untilInFlight(3);
      await delay(TROUBLE_MS);
      rig.ehr.trouble(null);
      await delay(PEACE_MS);
    }
    await rig.ehr.sandbox.refuse();
    await rig.untilInFlight(3);
    await delay(TROUBLE_MS);
    await rig.ehr.sandbox.accept();
    await rig.untilTold('deliveryRetried', TROUBLES.length);
    return null;
  },
};
