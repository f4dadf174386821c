import { resolve } from 'node:path';
import type { LogEvent } from '../../src/core/log.js';
import type { Boundary, Fate } from './boundary.js';
import { copyBuild, type Mutation } from './build.js';
import type { ChaosOptions } from './options.js';
import { say } from './report.js';
import { Rig } from './rig.js';
import { killAndRestart } from './scenarios/kills.js';
import type { Problem } from './verdict.js';

/** A defect put into a copy of the build, and what the verdict must say of it. */
interface Mutant {
  readonly name: string;
  readonly mutations: readonly Mutation[];
  readonly at: Boundary;
  readonly moment: LogEvent;
  readonly shows: Problem['kind'];
}

const MUTANTS: readonly Mutant[] = [
  {
    name: 'a build that acknowledges before it commits',
    mutations: [
      {
        file: 'ingest/intake.js',
        find: /return await ledger\.receipts\.accept\(arrival, verdict, under\);/,
        replace: `setTimeout(() => ledger.receipts.accept(arrival, verdict, under).catch(() => {}), 20);
        return { receiptId: 'early', outcome: verdict.outcome, repeatOf: null, firstAnswer: null,
          sameIdOtherContent: false, ecgId: null, assessmentId: null, isNewEcg: false };`,
      },
    ],
    at: 'ack',
    moment: 'answered',
    shows: 'lost',
  },
  {
    name: 'a build that writes again without looking',
    mutations: [
      {
        file: 'wire/fhir/resource.js',
        find: /entries\.map\(\(\{ fullUrl, resource, ifNoneExist \}\) =>/,
        replace: 'entries.map(({ fullUrl, resource }, at, all, ifNoneExist = undefined) =>',
      },
      {
        file: 'delivery/station.js',
        find: /outcomeUnknown: delivery\.outcomeUnknown,/,
        replace: 'outcomeUnknown: false,',
      },
    ],
    at: 'confirm',
    moment: 'posted',
    shows: 'doubled',
  },
];

const KILLS = 3;
const ECGS_MAX = 100;

/** Shows that the verdict can fail: each of these builds must be found out. */
export async function runMutants(
  options: ChaosOptions,
  count: (name: string, passed: boolean) => void,
): Promise<void> {
  for (const mutant of MUTANTS) {
    for (const stack of options.stacks) {
      const name = `caught: ${mutant.name}, ${stack}`;
      say(`\n== ${name}`);
      try {
        const problems = await problemsOf(mutant, stack, options);
        if (problems === null) continue;
        const shown = problems.filter(({ kind }) => kind === mutant.shows).length;
        say(`  ${KILLS} kills at ${mutant.moment}: ${shown} ECGs ${mutant.shows}`);
        count(name, shown > 0);
      } catch (error) {
        // Also where the defect finds no place to go: then nothing was shown.
        say(`  ${error instanceof Error ? error.message : 'the run failed'}`);
        count(name, false);
      }
    }
  }
}

async function problemsOf(
  mutant: Mutant,
  stack: ChaosOptions['stacks'][number],
  { dist, seed }: ChaosOptions,
): Promise<Problem[] | null> {
  const build = await copyBuild(resolve(dist), mutant.mutations);
  try {
    const rig = await Rig.open({ stack, main: build.main, seed, ecgsMax: ECGS_MAX });
    if (rig === null) return null;
    try {
      await killAndRestart(rig, fatesOf(mutant));
      await rig.startReady();
      await rig.settle();
      await rig.stop();
      return await rig.verdict();
    } finally {
      await rig.close();
    }
  } finally {
    await build.remove();
  }
}

function fatesOf({ at, moment }: Mutant): Fate[] {
  return Array.from({ length: KILLS }, (_, i) => ({
    at,
    blow: { moment, occurrence: 1 + (i % 3), delayMs: 0, signal: 'SIGKILL' },
  }));
}
