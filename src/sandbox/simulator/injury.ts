import { exp } from '../exact.js';
import type { Culprit } from './case.js';
import type { Dice } from './dice.js';
import { addAlong, addSegment, along, bell, inLeads, plus, ramp, type Direction } from './shape.js';
import type { Vector } from './torso.js';

/** What a closed artery does at its wall. */
export interface Site {
  readonly culprit: Culprit;
  /** Where the injury current points when the wall is hurt through. */
  readonly vector: Vector;
  /** What chest electrodes near the wall see beyond the dipole, as shares: V1 to V6. */
  readonly near: readonly number[];
  /** The ST level along the vector in an ordinary case. */
  readonly microvolts: number;
}

const NOWHERE = [0, 0, 0, 0, 0, 0];

export const SITES = {
  'lad-proximal': {
    culprit: 'LAD',
    vector: [0.22, -0.5, -0.84],
    near: [-0.1, 0.1, 0.2, 0.2, 0, 0],
    microvolts: 150,
  },
  'lad-mid': {
    culprit: 'LAD',
    vector: [0.45, 0.12, -0.85],
    near: [-0.3, 0, 0.3, 0.3, 0.1, 0],
    microvolts: 150,
  },
  diagonal: {
    culprit: 'LAD',
    vector: [0.62, -0.7, -0.3],
    near: [0, 0.1, 0, -0.2, -0.2, -0.1],
    microvolts: 140,
  },
  flag: {
    culprit: 'LAD',
    vector: [0.5, -0.75, -0.32],
    near: [0.1, 0.35, -0.4, -0.6, -0.5, -0.3],
    microvolts: 175,
  },
  'left-main': { culprit: 'LM', vector: [-0.72, -0.62, 0.3], near: NOWHERE, microvolts: 140 },
  rca: { culprit: 'RCA', vector: [-0.38, 0.9, 0.08], near: NOWHERE, microvolts: 120 },
  lcx: { culprit: 'LCX', vector: [0.42, 0.62, 0.62], near: NOWHERE, microvolts: 110 },
  posterior: { culprit: 'LCX', vector: [0.15, 0.2, 0.96], near: NOWHERE, microvolts: 120 },
} as const satisfies Record<string, Site>;

export type SiteName = keyof typeof SITES;

/** Where one patient's injury points: no two arteries serve quite the same muscle. */
export function drawDirection(site: Site, dice: Dice): Direction {
  const [x, y, z] = site.vector;
  const turned: Vector = [
    x + 0.17 * dice.normal(),
    y + 0.17 * dice.normal(),
    z + 0.17 * dice.normal(),
  ];
  const near = site.near.map((share) => share * dice.around(1, 0.3));
  return plus(along(turned), inLeads([0, 0, ...near]));
}

/** How far an injury has come. */
export interface Stage {
  readonly st: number;
  readonly t: number;
  readonly q: number;
  readonly inversion: number;
}

const HOUR = 60;

/** First T grows, then ST rises, then Q waves are cut, then T turns over. */
export function stageAt(minutes: number): Stage {
  return {
    st: (0.45 + 0.55 * ramp(minutes, 5, 40)) * (1 - 0.5 * ramp(minutes, 8 * HOUR, 36 * HOUR)),
    t: 0.7 + 1.1 * (1 - ramp(minutes, 20, 120)) - 0.5 * ramp(minutes, 3 * HOUR, 12 * HOUR),
    q: ramp(minutes, 1.5 * HOUR, 9 * HOUR),
    inversion: ramp(minutes, 8 * HOUR, 30 * HOUR),
  };
}

/** The course of an injury's ST segment and T wave. */
export interface Course {
  /** -1 hangs through, 0 is straight, 1 is domed. */
  readonly dome: number;
  /** T along the injury, as a multiple of ST. */
  readonly t: number;
  /** How much of the end of the QRS it takes along. */
  readonly distortion: number;
}

export function drawCourse(dice: Dice): Course {
  return {
    dome: Math.max(-1, Math.min(1, 0.1 + 0.55 * dice.normal())),
    t: dice.around(1.15, 0.35),
    distortion: dice.share(),
  };
}

/** Adds an injury to a beat; `microvolts` at the J point along the direction. */
export function addInjury(
  heart: Float64Array,
  direction: Direction,
  microvolts: number,
  course: Course,
  stage: Stage,
): void {
  const st = microvolts * stage.st;
  const curve = (u: number) => {
    const level = (1 - ramp(u, 0.3, 0.95)) * (1 + 0.35 * course.dome * bell(u, 0.28, 0.16));
    const wave = course.t * stage.t * bell(u, 0.56, 0.17);
    const turned = 1.9 * stage.inversion * bell(u, 0.66, 0.15);
    return st * level + microvolts * (wave - turned);
  };
  addSegment(heart, direction, curve, 0.7 - 0.35 * course.distortion);
}

/** Dead muscle is silent: early forces point away from it, and what R it had is lost. */
export function addScar(heart: Float64Array, direction: Direction, microvolts: number): void {
  addAlong(heart, 'qrs', direction, (u) => -microvolts * bell(u, 0.3, 0.13));
}

/** Most come within hours, some at once, some after a day. */
export function drawMinutes(dice: Dice): number {
  return Math.max(8, Math.min(36 * HOUR, 130 * exp(0.95 * dice.normal())));
}
