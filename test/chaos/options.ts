import { parseArgs } from 'node:util';
import { BOTH, STACKS, type StackName } from './stack.js';

export interface ChaosOptions {
  /** Kills in all, shared out among the stacks. */
  readonly kills: number;
  readonly seed: number;
  readonly stacks: readonly StackName[];
  /** Names of scenarios; empty means every one. */
  readonly only: readonly string[];
  /** The built product. */
  readonly dist: string;
}

export const KILLS_DEFAULT = 200;
const KILLS_MAX = 10_000;

export const USAGE = `npm run chaos -- [options]
  --kills N     kills in all, shared out among the stacks (default ${KILLS_DEFAULT})
  --stack S     embedded, redis-postgres, postgres, both or all (default both: the first two)
  --seed N      deals the same kills again (default: the clock)
  --only A,B    these scenarios only
  --dist DIR    the build under test (default dist)
`;

export type Read =
  | { readonly ok: true; readonly value: ChaosOptions }
  | { readonly ok: false; readonly problem: string };

export function readOptions(args: readonly string[], nowMs: number): Read {
  try {
    return { ok: true, value: parseOptions(args, nowMs) };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : 'not understood' };
  }
}

/** Throws with a sentence for the person who typed it. */
function parseOptions(args: readonly string[], nowMs: number): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kills: { type: 'string', default: `${KILLS_DEFAULT}` },
      seed: { type: 'string', default: `${nowMs % 1_000_000}` },
      stack: { type: 'string', default: 'both' },
      only: { type: 'string', default: '' },
      dist: { type: 'string', default: 'dist' },
    },
  });
  return {
    kills: whole('kills', values.kills, 1, KILLS_MAX),
    seed: whole('seed', values.seed, 0, 2 ** 31),
    stacks: stacksOf(values.stack),
    only: values.only.split(',').filter((name) => name !== ''),
    dist: values.dist,
  };
}

function whole(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new Error(`--${name} must be a whole number from ${min} to ${max}`);
}

function stacksOf(text: string): readonly StackName[] {
  if (text === 'both') return BOTH;
  if (text === 'all') return STACKS;
  const stack = STACKS.find((name) => name === text);
  if (stack === undefined) throw new Error(`--stack must be ${STACKS.join(', ')}, both or all`);
  return [stack];
}
