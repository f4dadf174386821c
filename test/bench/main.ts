import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALONE_NAMES, aloneSection } from './alone.js';
import { describeMachine } from './machine.js';
import { measureAll } from './measure.js';
import { readOptions, STACKS, USAGE, type BenchOptions } from './plan.js';
import { canReadCpu } from './processes.js';
import { BENCHMARK_PAGE, renderReport } from './report.js';

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(options: BenchOptions): Promise<void> {
  const { only, smoke } = options;
  if (only !== null) {
    say(await aloneSection(only, smoke));
    return;
  }
  if (!canReadCpu()) throw new Error('the bench counts CPU by /proc, which only Linux has');
  if (!existsSync(join(options.root, 'dist/main.js'))) throw new Error('run `npm run build` first');
  const machine = describeMachine();
  const alone: string[] = [];
  for (const name of ALONE_NAMES) {
    say(`bench: ${name}`);
    alone.push(await aloneSection(name, smoke));
  }
  const figures = await measureAll(options, (line) => {
    say(`bench: ${line}`);
  });
  const page = renderReport(machine, figures, alone, options.plan);
  say(`\n${page}`);
  // A page with half of its numbers would be read as if the other half did not exist.
  const isWhole = figures.stacks.size === STACKS.length;
  if (!smoke && isWhole) writeFileSync(BENCHMARK_PAGE, page);
}

try {
  await main(readOptions(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'failed'}\n\n${USAGE}`);
  process.exitCode = 1;
}
// Servers of the specs' kind hold handles until the process ends.
process.exit();
