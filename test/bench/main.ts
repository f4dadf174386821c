import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeMachine } from './machine.js';
import { measureAll } from './measure.js';
import { readOptions, STACKS, USAGE, type BenchOptions } from './plan.js';
import { canReadCpu } from './processes.js';
import { BENCHMARK_PAGE, renderReport } from './report.js';

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(options: BenchOptions): Promise<void> {
  if (!canReadCpu()) throw new Error('the bench counts CPU by /proc, which only Linux has');
  if (!existsSync(join(options.root, 'dist/main.js'))) throw new Error('run `npm run build` first');
  const machine = describeMachine();
  const figures = await measureAll(options, (line) => {
    say(`bench: ${line}`);
  });
  const page = renderReport(machine, figures, options.plan);
  say(`\n${page}`);
  // A page with half of its numbers would be read as if the other half did not exist.
  const isWhole = figures.stacks.size === STACKS.length;
  if (!options.smoke && isWhole) writeFileSync(BENCHMARK_PAGE, page);
}

try {
  await main(readOptions(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'failed'}\n\n${USAGE}`);
  process.exitCode = 1;
}
// Servers of the specs' kind hold handles until the process ends.
process.exit();
