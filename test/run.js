import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `npm test`: every spec in one jest run, then one line a suite that was skipped and why, and a
 * closing line that a machine can read.
 */
const folder = mkdtempSync(join(tmpdir(), 'leadwire-test-'));
const report = join(folder, 'report.json');
const jest = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings',
    'node_modules/jest/bin/jest.js',
    '--json',
    `--outputFile=${report}`,
    ...process.argv.slice(2),
  ],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);
let results;
try {
  results = JSON.parse(readFileSync(report, 'utf8'));
} catch {
  console.log('jest wrote no report');
  process.exit(1);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const skipped = results.testResults.flatMap((suite) =>
  suite.assertionResults.filter(({ status }) => status === 'pending'),
);
const reasons = new Map();
for (const { ancestorTitles, title } of skipped) {
  const name = ancestorTitles.join(' > ') || title;
  reasons.set(name, (reasons.get(name) ?? 0) + 1);
}
for (const [name, count] of reasons) console.log(`skipped: ${name} (${count})`);
const broken = results.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
).length;
const failed = results.numFailedTests + broken;
console.log(`${results.numPassedTests} passed, ${failed} failed, ${skipped.length} skipped`);
process.exit(jest.status ?? 1);
