import { parseArgs } from 'node:util';
import { fuzzBodies } from './bodies.js';
import { fuzzFrames } from './frames.js';

/** `npm run fuzz`: hostile frames at the MLLP door and hostile bodies at the HTTP door. */
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '7' },
  },
});
const options = { count: Number(values.count), seed: Number(values.seed) };
const HEAP_GROWTH_BYTES_MAX = 32 * 1_048_576;
const RESIDENT_GROWTH_MEBIBYTES_MAX = 128;

const frames = await fuzzFrames(options);
const bodies = await fuzzBodies(options);
const checks: readonly (readonly [string, boolean])[] = [
  [`${frames.sent} frames: the door lives`, frames.alive],
  [
    `heap grew by ${(frames.heapGrowthBytes / 1_048_576).toFixed(1)} MiB`,
    frames.heapGrowthBytes < HEAP_GROWTH_BYTES_MAX,
  ],
  [`${bodies.sent} bodies: the service is ready`, bodies.alive],
  [`answers by status ${JSON.stringify(bodies.byStatus)}`, bodies.wrong === 0],
  [
    `resident memory grew by ${bodies.growthMebibytes.toFixed(0)} MiB`,
    bodies.growthMebibytes < RESIDENT_GROWTH_MEBIBYTES_MAX,
  ],
];
for (const [what, held] of checks) process.stdout.write(`${held ? 'passed' : 'FAILED'}  ${what}\n`);
const failed = checks.filter(([, held]) => !held).length;
process.stdout.write(`${checks.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
