import { setTimeout as delay } from 'node:timers/promises';
import { createRandom } from '../../../src/sandbox/random.js';
import { dealFates, type Fate } from '../boundary.js';
import { say } from '../report.js';
import type { Rig } from '../rig.js';
import { STACKS } from '../stack.js';
import { Tally } from '../tally.js';
import type { Scenario } from './scenario.js';

/** After this long in service a blow that has not come is not waited for. */
const LIFE_MS_MAX = 20_000;
/** A fate that did not come true is dealt again so often. */
const REDEALS = 3;
const SAID_EVERY = 25;

/** Kills the service again and again, each time somewhere else, while ECGs keep coming. */
export const kills: Scenario = {
  name: 'kills',
  stacks: STACKS,
  async run(rig, count) {
    const tally = await killAndRestart(rig, dealFates(count, createRandom(rig.seed)));
    await rig.startReady();
    return tally;
  },
};

export async function killAndRestart(rig: Rig, dealt: readonly Fate[]): Promise<Tally> {
  const tally = new Tally();
  const fates = dealt.map((fate) => ({ fate, deals: 1 }));
  for (let next = fates.shift(); next; next = fates.shift()) {
    const { fate, deals } = next;
    const moment = await liveOnce(rig, fate);
    if (moment !== null) {
      tally.add(fate.at, moment, rig.inFlight > 0);
      if (tally.total % SAID_EVERY === 0) say(`  ${tally.total} kills so far`);
    } else if (deals < REDEALS) fates.push({ fate, deals: deals + 1 });
    else rig.complain(`the moment of ${fate.at} never came`);
  }
  return tally;
}

/** The moment at which this life ended; null when its own never came. */
async function liveOnce(rig: Rig, fate: Fate): Promise<string | null> {
  const life = rig.start(fate.blow);
  const bound = new AbortController();
  const overdue = life.ready
    .then(() => delay(LIFE_MS_MAX, null, { signal: bound.signal }))
    .then(() => {
      life.kill('SIGKILL');
    })
    .catch(() => undefined);
  await life.exited;
  bound.abort();
  await overdue;
  return life.struck;
}
