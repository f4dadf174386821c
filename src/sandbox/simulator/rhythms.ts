import { exp } from '../exact.js';
import type { Anatomy } from './anatomy.js';
import type { Rhythm } from './case.js';
import type { Dice } from './dice.js';
import {
  LEAD_IN_SECONDS,
  LEAD_OUT_SECONDS,
  stretchOf,
  type HeartPlan,
  type PlannedBeat,
} from './plan.js';
import { sinusBeats, type Breathing } from './sinus.js';

export interface RhythmInput {
  readonly ordinary: Anatomy;
  readonly breathing: Breathing;
  readonly seconds: number;
  readonly dice: Dice;
}

const EVERY_RHYTHM: Readonly<Record<Rhythm, (input: RhythmInput) => Omit<HeartPlan, 'rhythm'>>> = {
  sinus: (input) => conducted(input, sinus(input)),
  'av-block-1': (input) => conducted(input, sinus(input)),
  'atrial-fibrillation': fibrillating,
  'atrial-flutter': fluttering,
  'av-block-2-wenckebach': wenckebach,
  'av-block-2-mobitz': mobitz,
  'av-block-3': dissociated,
  paced,
  extrasystoles,
  'ventricular-tachycardia': tachycardia,
  'ventricular-fibrillation': () => NOTHING,
  asystole: ({ dice, seconds }) =>
    dice.chance(0.3)
      ? { beats: [], lonePWaves: even(60 / dice.between(30, 70), seconds, dice) }
      : NOTHING,
  'sine-wave': regularWide,
};

const NOTHING: Omit<HeartPlan, 'rhythm'> = { beats: [], lonePWaves: [] };

export function planRhythm(rhythm: Rhythm, input: RhythmInput): HeartPlan {
  return { rhythm, ...EVERY_RHYTHM[rhythm](input) };
}

function sinus({ ordinary, breathing, seconds, dice }: RhythmInput): number[] {
  return sinusBeats(ordinary.rateBpm, breathing, seconds, dice);
}

function even(interval: number, seconds: number, dice: Dice, jitter = 0.008): number[] {
  const times: number[] = [];
  const { chanceful } = dice;
  let at = chanceful.next() * interval - LEAD_IN_SECONDS;
  for (; at < seconds + LEAD_OUT_SECONDS; at += interval * (1 + jitter * chanceful.normal())) {
    times.push(at);
  }
  return times;
}

function ordinaryBeat(at: number, pAt: number | null, stretch = 1): PlannedBeat {
  return { at, kind: 'ordinary', pAt, stretch, pulseAt: null };
}

/** Every P wave is followed by its QRS. */
function conducted(
  { ordinary }: RhythmInput,
  pWaves: readonly number[],
): Omit<HeartPlan, 'rhythm'> {
  const interval = 60 / ordinary.rateBpm;
  const beats = pWaves.slice(1).map((pAt, k) => {
    const stretch = stretchOf(pAt - (pWaves[k] as number), interval);
    return ordinaryBeat(pAt - ordinary.times.pOnset, pAt, stretch);
  });
  return { beats, lonePWaves: [] };
}

/** The atria throw impulses at random; the node lets through what it can. */
function fibrillating({ ordinary, seconds, dice }: RhythmInput): Omit<HeartPlan, 'rhythm'> {
  const interval = 60 / ordinary.rateBpm;
  const spread = dice.around(0.19, 0.25);
  const least = Math.max(0.3, 0.55 * interval);
  const beats: PlannedBeat[] = [];
  for (let at = dice.chanceful.next() - LEAD_IN_SECONDS; at < seconds + LEAD_OUT_SECONDS;) {
    const own = Math.max(least, interval * exp(spread * dice.chanceful.normal()));
    at += own;
    beats.push(ordinaryBeat(at, null, stretchOf(own, interval)));
  }
  return { beats, lonePWaves: [] };
}

/** One flutter wave takes so long. */
export function flutterSeconds(ordinary: Anatomy): number {
  const perBeat = flutterRatio(ordinary);
  return 60 / ordinary.rateBpm / perBeat;
}

export function flutterRatio({ rateBpm }: Anatomy): number {
  return rateBpm > 115 ? 2 : rateBpm > 85 ? 3 : 4;
}

function fluttering({ ordinary, seconds, dice }: RhythmInput): Omit<HeartPlan, 'rhythm'> {
  const wave = flutterSeconds(ordinary);
  const ratio = flutterRatio(ordinary);
  const isLocked = dice.chance(0.65);
  const beats: PlannedBeat[] = [];
  const first = -Math.round(LEAD_IN_SECONDS / wave);
  for (let n = first; n * wave < seconds + LEAD_OUT_SECONDS;) {
    const wander = isLocked ? 0 : 0.02 * dice.chanceful.normal();
    beats.push(ordinaryBeat(n * wave + 0.16 + wander, null));
    n += isLocked || dice.chanceful.next() < 0.5 ? ratio : ratio + 2;
  }
  return { beats, lonePWaves: [] };
}

/** PR grows until one P wave is not conducted. */
function wenckebach(input: RhythmInput): Omit<HeartPlan, 'rhythm'> {
  const { ordinary, dice } = input;
  const length = 3 + Math.floor(3 * dice.share());
  const growth = dice.between(0.05, 0.1);
  const delays = Array.from({ length: length - 1 }, (_, k) => growth * (1.6 * k - 0.22 * k * k));
  return grouped(
    input,
    (k) => (k % length === length - 1 ? null : (delays[k % length] as number)),
    ordinary,
  );
}

/** PR stays as it is and yet now and then a QRS is missing. */
function mobitz(input: RhythmInput): Omit<HeartPlan, 'rhythm'> {
  const length = 2 + Math.floor(3 * input.dice.share());
  return grouped(input, (k) => (k % length === length - 1 ? null : 0), input.ordinary);
}

function grouped(
  input: RhythmInput,
  delayOf: (k: number) => number | null,
  ordinary: Anatomy,
): Omit<HeartPlan, 'rhythm'> {
  const beats: PlannedBeat[] = [];
  const lonePWaves: number[] = [];
  sinus(input).forEach((pAt, k) => {
    const delay = delayOf(k);
    if (delay === null) lonePWaves.push(pAt);
    else beats.push(ordinaryBeat(pAt - ordinary.times.pOnset + delay, pAt));
  });
  return { beats, lonePWaves };
}

/** Atria and ventricles keep their own time. */
function dissociated(input: RhythmInput): Omit<HeartPlan, 'rhythm'> {
  const { dice, seconds } = input;
  const isWide = dice.chance(0.5);
  const interval = 60 / (isWide ? dice.between(26, 40) : dice.between(36, 52));
  const beats = even(interval, seconds, dice).map((at): PlannedBeat => ({
    at,
    kind: isWide ? 'ventricular' : 'ordinary',
    pAt: null,
    stretch: 1.08,
    pulseAt: null,
  }));
  return { beats, lonePWaves: even(60 / dice.between(65, 100), seconds, dice) };
}

/** Two of three follow the atria; the rest pace the ventricle alone. */
function paced(input: RhythmInput): Omit<HeartPlan, 'rhythm'> {
  const { dice, seconds, ordinary } = input;
  const isTracking = dice.chance(0.65);
  const delay = dice.between(0.14, 0.2);
  const pWaves = isTracking ? sinus(input) : [];
  const onsets = isTracking
    ? pWaves.map((pAt) => pAt + delay)
    : even(60 / Math.round(ordinary.rateBpm), seconds, dice, 0);
  const beats = onsets.map((at, k): PlannedBeat => ({
    at,
    kind: 'paced',
    pAt: pWaves[k] ?? null,
    stretch: 1,
    pulseAt: at - 0.008,
  }));
  return { beats, lonePWaves: [] };
}

/** Single early beats, from a ventricle with a full pause after it, or from the atria without. */
function extrasystoles(input: RhythmInput): Omit<HeartPlan, 'rhythm'> {
  const { ordinary, dice } = input;
  const isVentricular = dice.chance(0.65);
  const every = 2 + Math.floor(5 * dice.share());
  const early = dice.between(0.52, 0.7);
  const interval = 60 / ordinary.rateBpm;
  const beats: PlannedBeat[] = [];
  const lonePWaves: number[] = [];
  let moved = 0;
  sinus(input).forEach((planned, k) => {
    const pAt = planned + moved;
    const isEarly = k % (every + 1) === every;
    if (!isEarly) beats.push(ordinaryBeat(pAt - ordinary.times.pOnset, pAt));
    else if (isVentricular) {
      const at = pAt - ordinary.times.pOnset - (1 - early) * interval;
      beats.push({ at, kind: 'ventricular', pAt: null, stretch: 1, pulseAt: null });
      lonePWaves.push(pAt);
    } else {
      moved -= (1 - early) * interval;
      const own = planned + moved;
      beats.push({ ...ordinaryBeat(own - 0.9 * ordinary.times.pOnset, own), kind: 'atrial' });
    }
  });
  return { beats, lonePWaves };
}

function tachycardia(input: RhythmInput): Omit<HeartPlan, 'rhythm'> {
  const wide = regularWide(input);
  const isApart = input.dice.chance(0.6);
  const { dice, seconds } = input;
  return { ...wide, lonePWaves: isApart ? even(60 / dice.between(70, 100), seconds, dice) : [] };
}

function regularWide({ ordinary, seconds, dice }: RhythmInput): Omit<HeartPlan, 'rhythm'> {
  const beats = even(60 / ordinary.rateBpm, seconds, dice, 0.004).map((at): PlannedBeat => ({
    at,
    kind: 'ventricular',
    pAt: null,
    stretch: 1,
    pulseAt: null,
  }));
  return { beats, lonePWaves: [] };
}
