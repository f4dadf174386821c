import { parseArgs } from 'node:util';
import { openRigLedger } from '../support/delivery-rig.js';
import { runStorm, type StormReport } from './storm.js';

/** Records many ECGs at an EHR in trouble, by each way of being told, and counts what came. */
const { values } = parseArgs({
  options: {
    ecgs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    'outage-ms': { type: 'string', default: '10000' },
    only: { type: 'string', default: '' },
  },
});
const WAYS = [
  ['rest-hook', 'id-only'],
  ['rest-hook', 'empty'],
  ['topic', 'full-resource'],
  ['topic', 'id-only'],
] as const;
const WAIT_MS_MAX = 600_000;

const ledger = await openRigLedger();
let isClean = true;
for (const [i, [feed, payload]] of WAYS.entries()) {
  const name = `${feed} ${payload}`;
  if (values.only !== '' && values.only !== name) continue;
  const report = await runStorm({
    ledger,
    feed,
    payload,
    ecgs: Math.ceil(Number(values.ecgs) / (values.only === '' ? WAYS.length : 1)),
    seed: Number(values.seed) + i * 1_000,
    outageMs: Number(values['outage-ms']),
    waitMsMax: WAIT_MS_MAX,
  });
  isClean &&= report.lost === 0 && report.doubled === 0;
  process.stdout.write(`${tell(name, report)}\n`);
}
await ledger.close();
process.exitCode = isClean ? 0 : 1;

function tell(name: string, { ecgs, lost, doubled, elapsedMs, told }: StormReport): string {
  const seconds = Math.round(elapsedMs / 1000);
  const events = Object.entries(told)
    .filter(([event]) => /^(subscription|events|sweep|token|feed|fetchR)/.test(event))
    .map(([event, count]) => `${event} ${count}`)
    .join(', ');
  return `${name}: ${ecgs} ECGs, ${lost} lost, ${doubled} doubled, ${seconds} s (${events})`;
}
