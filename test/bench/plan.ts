import { parseArgs } from 'node:util';
import { ALONE_NAMES, type AloneName } from './alone.js';

/** How much is measured. The smoke run proves that every measurement still works, nothing more. */
export interface Plan {
  readonly latencyEcgs: number;
  readonly rateEcgs: number;
  readonly scoredEcgs: number;
  readonly sustainedEcgs: number;
  readonly pacedEcgs: number;
  readonly writes: number;
  readonly inserts: number;
  readonly modelRuns: number;
  readonly jobs: number;
  readonly receipts: number;
  /** The first of each kind are sent and not counted: code is compiled, connections are made. */
  readonly warmUpEcgs: number;
}

const FULL: Plan = {
  latencyEcgs: 200,
  rateEcgs: 1_500,
  scoredEcgs: 300,
  sustainedEcgs: 400,
  pacedEcgs: 60,
  writes: 200,
  inserts: 1_000,
  modelRuns: 200,
  jobs: 2_000,
  receipts: 10_000,
  warmUpEcgs: 100,
};

const SMOKE: Plan = {
  latencyEcgs: 4,
  rateEcgs: 16,
  scoredEcgs: 6,
  sustainedEcgs: 6,
  pacedEcgs: 3,
  writes: 4,
  inserts: 8,
  modelRuns: 4,
  jobs: 20,
  receipts: 20,
  warmUpEcgs: 2,
};

/** Connections of the rate runs, as a hospital's carts and integration engines keep open. */
export const CONNECTIONS = 8;
/** Between two ECGs of the paced run, so that each travels alone. */
export const PACE_MS = 250;

export const STACKS = ['postgres-redis', 'embedded'] as const;
export type StackName = (typeof STACKS)[number];

export interface BenchOptions {
  readonly plan: Plan;
  readonly smoke: boolean;
  readonly stacks: readonly StackName[];
  /** Measure this alone and start nothing; null measures everything. */
  readonly only: AloneName | null;
  /** The folder whose dist/ is measured. */
  readonly root: string;
}

export const USAGE = `npm run bench -- [options]
  --smoke       tiny counts, writes nothing
  --stack S     postgres-redis, embedded or both (default both); one alone writes nothing
  --only NAME   ${ALONE_NAMES.join(', ')}: prints that table, starts no service, writes nothing
  --root DIR    measures DIR/dist (default: this checkout)
`;

/** Throws with a sentence for the person who typed it. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      smoke: { type: 'boolean', default: false },
      stack: { type: 'string', default: 'both' },
      only: { type: 'string' },
      root: { type: 'string', default: '.' },
    },
  });
  const stacks = STACKS.filter((name) => values.stack === 'both' || values.stack === name);
  if (stacks.length === 0) throw new Error(`--stack must be ${STACKS.join(', ')} or both`);
  const only = ALONE_NAMES.find((name) => name === values.only) ?? null;
  if (values.only !== undefined && only === null) {
    throw new Error(`--only must be ${ALONE_NAMES.join(' or ')}`);
  }
  return {
    plan: values.smoke ? SMOKE : FULL,
    smoke: values.smoke,
    stacks,
    only,
    root: values.root,
  };
}
