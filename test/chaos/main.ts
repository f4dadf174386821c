import { resolve } from 'node:path';
import { copyBuild, type Build } from './build.js';
import { KILLS_DEFAULT, readOptions, USAGE, type ChaosOptions } from './options.js';
import { problemLines, say } from './report.js';
import { Rig } from './rig.js';
import { runMutants } from './mutants.js';
import { SCENARIOS } from './scenarios/all.js';
import type { Scenario } from './scenarios/scenario.js';
import { complaints } from './service.js';
import type { StackName } from './stack.js';
import { Tally } from './tally.js';

/** So many kills with work in flight at every boundary, of the default number. */
const AT_EACH_BOUNDARY = 10;
const ECGS_PER_KILL = 12;
/** More than a fast machine gets done while a scenario lasts: none may run out of ECGs in flight. */
const ECGS_MIN = 600;

interface Score {
  passed: number;
  failed: number;
  readonly skipped: string[];
}

async function main(options: ChaosOptions): Promise<number> {
  const score: Score = { passed: 0, failed: 0, skipped: [] };
  const build = await copyBuild(resolve(options.dist));
  say(`chaos: seed ${options.seed}, ${options.kills} kills, on ${options.stacks.join(' and ')}`);
  try {
    await runScenarios(options, build, score);
    if (options.only.length === 0 || options.only.includes('mutants')) {
      await runMutants(options, (name, passed) => {
        count(score, name, passed);
      });
    }
  } finally {
    await build.remove();
  }
  for (const name of score.skipped) say(`skipped: ${name}`);
  say(`${score.passed} passed, ${score.failed} failed`);
  return score.failed === 0 && score.passed > 0 ? 0 : 1;
}

async function runScenarios(options: ChaosOptions, build: Build, score: Score): Promise<void> {
  const { only, stacks } = options;
  const asked = SCENARIOS.filter(({ name }) => only.length === 0 || only.includes(name));
  const total = new Tally();
  for (const scenario of asked) {
    for (const stack of scenario.stacks.filter((name) => stacks.includes(name))) {
      const tally = await runOne(scenario, stack, options, build, score);
      if (tally) total.addAll(tally);
    }
  }
  if (total.total === 0) return;
  say(`\n== all kills`);
  for (const line of total.lines()) say(line);
  const least = Math.floor((AT_EACH_BOUNDARY * options.kills) / KILLS_DEFAULT);
  const name = `every boundary was cut ${least} times or more with work in flight`;
  count(score, name, total.fewestInFlight >= least);
}

async function runOne(
  scenario: Scenario,
  stack: StackName,
  options: ChaosOptions,
  build: Build,
  score: Score,
): Promise<Tally | null> {
  const startedMs = Date.now();
  const name = `${scenario.name}, ${stack}`;
  const kills = Math.ceil(options.kills / options.stacks.length);
  const ecgsMax = ECGS_MIN + ECGS_PER_KILL * kills;
  say(`\n== ${name}`);
  const rig = await Rig.open({ stack, main: build.main, seed: options.seed, ecgsMax });
  if (rig === null) {
    score.skipped.push(`${name} (its servers are not installed here)`);
    return null;
  }
  let tally: Tally | null = null;
  try {
    tally = await scenario.run(rig, kills);
    await rig.settle();
    await rig.stop();
  } catch (error) {
    rig.complain(error instanceof Error ? error.message : 'the scenario failed');
  }
  const problems = await rig.verdict();
  for (const line of tally?.lines() ?? []) say(line);
  for (const line of rig.summary()) say(line);
  if (problems.length > 0) {
    for (const line of problemLines(problems)) say(line);
    for (const line of complaints(rig.logFile, 15)) say(`    log ${line}`);
  }
  count(score, `${name} (${Math.round((Date.now() - startedMs) / 1000)} s)`, problems.length === 0);
  await rig.close();
  return tally;
}

function unknownScenario({ only }: ChaosOptions): string | null {
  const names = [...SCENARIOS.map(({ name }) => name), 'mutants'];
  const unknown = only.find((name) => !names.includes(name));
  return unknown === undefined ? null : `there is ${names.join(', ')}, and no ${unknown}`;
}

function count(score: Score, name: string, passed: boolean): void {
  if (passed) score.passed += 1;
  else score.failed += 1;
  say(`${passed ? 'ok' : 'FAILED'}  ${name}`);
}

const options = readOptions(process.argv.slice(2), Date.now());
const problem = options.ok ? unknownScenario(options.value) : options.problem;
if (options.ok && problem === null) process.exitCode = await main(options.value);
else {
  say(`${problem ?? ''}\n\n${USAGE}`);
  process.exitCode = 2;
}
