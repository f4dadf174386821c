import type { LogEvent } from '../../src/core/log.js';
import type { Random } from '../../src/sandbox/random.js';

/** The eight steps at which a crash must be harmless, in the order an ECG passes them. */
export const BOUNDARIES = [
  'receive',
  'commit',
  'ack',
  'enqueue',
  'score',
  'record',
  'deliver',
  'confirm',
] as const;
export type Boundary = (typeof BOUNDARIES)[number];
export type Place = Boundary | 'start';

/** The log events at which a step can be cut: before it, after it, or the one that is it. */
export const MOMENTS = {
  receive: ['arrived'],
  commit: ['committing', 'received'],
  ack: ['answered'],
  enqueue: ['enqueued'],
  score: ['scoring'],
  record: ['recording', 'scored'],
  deliver: ['sending'],
  confirm: ['posted', 'delivered'],
  /** No step of an ECG: the service is still starting, and replays, migrates or sweeps. */
  start: ['starting', 'ledgerOpened', 'queueOpened', 'doorOpened'],
} as const satisfies Record<Place, readonly LogEvent[]>;

/** What the preloaded killer is told. */
export interface Blow {
  readonly moment: LogEvent;
  /** Strikes when the moment has come this many times in one life of the process. */
  readonly occurrence: number;
  /** 0 strikes inside the call that told the event; more strikes between the moments. */
  readonly delayMs: number;
  readonly signal: 'SIGKILL' | 'SIGSTOP';
}

/** One life of the service: how it is to end. */
export interface Fate {
  readonly at: Place;
  readonly blow: Blow;
}

const OCCURRENCE_MAX = 6;
export const DELAY_MS_MAX = 20;
const START_MS_MAX = 1_000;
/** Kills while starting come on top, one for so many others. */
const KILLS_PER_START_KILL = 12;

/** Every boundary gets its equal share, every moment of it too; half of the blows fall late. */
export function dealFates(kills: number, random: Random): Fate[] {
  const fates: Fate[] = [];
  for (let i = 0; i < kills; i += 1) {
    const at = BOUNDARIES[i % BOUNDARIES.length] ?? 'receive';
    const round = Math.floor(i / BOUNDARIES.length);
    const moments: readonly LogEvent[] = MOMENTS[at];
    const moment = moments[round % moments.length] ?? 'arrived';
    const late = random.next() < 0.5;
    fates.push({
      at,
      blow: {
        moment,
        occurrence: 1 + Math.floor(random.between(0, OCCURRENCE_MAX)),
        delayMs: late ? random.between(0, DELAY_MS_MAX) : 0,
        signal: 'SIGKILL',
      },
    });
  }
  for (let i = 0; i < Math.floor(kills / KILLS_PER_START_KILL); i += 1) {
    const moment = MOMENTS.start[i % MOMENTS.start.length] ?? 'starting';
    const delayMs = random.between(0, START_MS_MAX);
    fates.push({ at: 'start', blow: { moment, occurrence: 1, delayMs, signal: 'SIGKILL' } });
  }
  return shuffled(fates, random);
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, order: random.next() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
