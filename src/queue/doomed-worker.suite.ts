import { silentLog } from '../core/log.js';
import { openQueue } from './backends.js';
import { QUICK } from './rig.suite.js';

/** A worker that takes a job, says so and never ends it: made to be killed by a spec. */
const queue = await openQueue({ url: process.argv[2], timing: QUICK, log: silentLog });
await queue.work('score', 1, (id) => {
  process.stdout.write(`${id}\n`);
  return new Promise(() => undefined);
});
