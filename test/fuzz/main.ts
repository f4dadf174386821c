import { parseArgs } from 'node:util';
import { fuzzBodies } from './bodies.js';
import { fuzzFormats, type FormatFuzzReport } from './formats.js';
import { fuzzFrames } from './frames.js';
import { originals } from './originals.js';
import { fuzzPictures } from './pictures.js';

/**
 * `npm run fuzz`: hostile files at every decoder, hostile pictures at the
 * process that reads them, hostile frames at the MLLP door and hostile bodies
 * at the HTTP door. A decoder is in this process and is hit more often than a door.
 */
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    files: { type: 'string', default: '100000' },
    pictures: { type: 'string', default: '3000' },
    seed: { type: 'string', default: '7' },
  },
});
const options = { count: Number(values.count), seed: Number(values.seed) };
const HEAP_GROWTH_BYTES_MAX = 32 * 1_048_576;
const RESIDENT_GROWTH_MEBIBYTES_MAX = 128;

const formats = originals().flatMap((original) => {
  const reports = fuzzFormats({
    count: Number(values.files),
    seed: options.seed,
    originals: [original],
  });
  for (const report of reports) process.stdout.write(`${told(report)}\n`);
  return reports;
});
const pictures = await fuzzPictures({ ...options, count: Number(values.pictures) });
const frames = await fuzzFrames(options);
const bodies = await fuzzBodies(options);
const checks: readonly (readonly [string, boolean])[] = [
  ...formats.map(({ name, decoded, faults }): readonly [string, boolean] => [
    `${decoded} files, ${name}${faults.length === 0 ? '' : `: ${faults.join('; ')}`}`,
    faults.length === 0,
  ]),
  [
    `${pictures.sent} pictures, ${pictures.ended} processes replaced, slowest ${pictures.slowestMs.toFixed(0)} ms, ${JSON.stringify(pictures.answers)}${pictures.faults.map((one) => `; ${one}`).join('')}`,
    pictures.faults.length === 0,
  ],
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

function told(report: FormatFuzzReport): string {
  const { name, readings, decoded, slowestMs, allocatedBytesMax, elapsedMs } = report;
  const mebibytes = (allocatedBytesMax / 1_048_576).toFixed(1);
  return `${name}: ${readings} of ${decoded} read, slowest ${slowestMs.toFixed(0)} ms, at most ${mebibytes} MiB, ${(elapsedMs / 1000).toFixed(0)} s`;
}
