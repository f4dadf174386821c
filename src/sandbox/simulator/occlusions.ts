import type { Anatomy } from './anatomy.js';
import type { Culprit } from './case.js';
import type { Dice } from './dice.js';
import {
  addInjury,
  addScar,
  drawCourse,
  drawDirection,
  SITES,
  stageAt,
  type SiteName,
} from './injury.js';
import { addAlong, addSegment, along, bell, inLeads, plus, ramp, scaleWave } from './shape.js';

/** What shapes one patient's beat beside the population. */
export interface Circumstances {
  readonly dice: Dice;
  readonly severity: number;
  readonly minutes: number;
}

/** Changes the heart in place and says whose artery it was. */
export type Shaper = (anatomy: Anatomy, circumstances: Circumstances) => Culprit | null;

function sizeOf(middle: number, { dice, severity }: Circumstances): number {
  return middle * (0.55 + 0.9 * severity) * dice.around(1, 0.42);
}

/** A wall that is hurt through, with what its stage brings. */
export function occlusionOf(name: SiteName): Shaper {
  return ({ heart }, circumstances) => {
    const { dice, minutes } = circumstances;
    const site = SITES[name];
    const direction = drawDirection(site, dice);
    const stage = stageAt(minutes);
    addInjury(heart, direction, sizeOf(site.microvolts, circumstances), drawCourse(dice), stage);
    if (name !== 'left-main') {
      addScar(heart, direction, 420 * stage.q * dice.share() * (0.5 + circumstances.severity));
    }
    return site.culprit;
  };
}

/** The right artery also feeds the right ventricle and, where it is long, the back wall. */
export const rightCoronary: Shaper = (anatomy, circumstances) => {
  const culprit = occlusionOf('rca')(anatomy, circumstances);
  const { dice, minutes } = circumstances;
  const size = sizeOf(45, circumstances) * stageAt(minutes).st;
  const towards = dice.chance(0.45) ? along([-0.4, 0.1, -0.9]) : along([0.1, 0.2, 0.95]);
  addSegment(anatomy.heart, towards, (u) => size * (1 - ramp(u, 0.3, 0.9)));
  return culprit;
};

/** Two of three left main occlusions depress ST nearly everywhere; the rest are great anterior ones. */
export const leftMain: Shaper = (anatomy, circumstances) => {
  const isDiffuse = circumstances.dice.chance(0.65);
  occlusionOf(isDiffuse ? 'left-main' : 'lad-proximal')(anatomy, circumstances);
  return 'LM';
};

export const posterior: Shaper = (anatomy, circumstances) => {
  occlusionOf('posterior')(anatomy, circumstances);
  const { dice, minutes } = circumstances;
  const late = 260 * stageAt(minutes).q * dice.share();
  addAlong(anatomy.heart, 'qrs', along([0.05, 0, -1]), (u) => late * bell(u, 0.45, 0.15));
  return dice.chance(0.75) ? 'LCX' : 'RCA';
};

/** ST starts low at J and climbs into a tall, even T in the chest leads; aVR is a little raised. */
export const deWinter: Shaper = ({ heart }, circumstances) => {
  const { dice } = circumstances;
  const depth = sizeOf(150, circumstances);
  const low = along([-0.62, -0.12 + 0.1 * dice.normal(), 0.62]);
  const tall = plus(
    along([0.5, 0.3, -0.8 + 0.1 * dice.normal()]),
    inLeads([0, 0, -0.1, 0.1, 0.2, 0.1, 0, 0]),
  );
  scaleWave(heart, 't', () => 0.5);
  addSegment(heart, low, (u) => depth * (1 - ramp(u, 0.02, 0.32)));
  const height = depth * dice.around(2.6, 0.2);
  addAlong(heart, 't', tall, (u) => height * bell(u, 0.58, 0.14));
  return 'LAD';
};

/** Inferior injury under ischaemia of the rest: ST rises in III alone. */
export const aslanger: Shaper = ({ heart }, circumstances) => {
  const { dice, minutes } = circumstances;
  const tilt = along([-0.85, 0.24 + 0.07 * dice.normal(), 0.06 + 0.08 * dice.normal()]);
  const stage = stageAt(minutes);
  addInjury(heart, tilt, sizeOf(165, circumstances), { ...drawCourse(dice), t: 0.5 }, stage);
  return dice.chance(0.7) ? 'LCX' : 'RCA';
};

/** An artery that has opened again leaves T waves that turn over in V2 to V4. */
export const wellens: Shaper = ({ heart }, circumstances) => {
  const { dice } = circumstances;
  const depth = sizeOf(330, circumstances);
  const isBiphasic = dice.chance(0.3);
  const wall = plus(along([0.45, 0, -0.85]), inLeads([0, 0, -0.35, 0, 0.25, 0.25, 0, -0.1]));
  const [middle, width] = isBiphasic ? [0.78, 0.11] : [0.64, 0.15];
  scaleWave(heart, 't', (u) => 1 - 0.7 * ramp(u, middle - 0.3, middle));
  addAlong(
    heart,
    't',
    wall,
    (u) => -depth * bell(u, middle, width) + 0.12 * depth * bell(u, 0.2, 0.2),
  );
  return 'LAD';
};

/** Muscle under the inner lining starves: ST sinks level or falling, T flattens or turns over. */
export const ischaemia: Shaper = ({ heart }, circumstances) => {
  const { dice } = circumstances;
  const depth = sizeOf(95, circumstances);
  const away = along([
    -0.75 + 0.15 * dice.normal(),
    -0.5 + 0.25 * dice.normal(),
    0.45 + 0.25 * dice.normal(),
  ]);
  const falling = dice.between(0, 0.5);
  const turned = dice.chance(0.4) ? dice.between(0.6, 1.6) : 0;
  scaleWave(heart, 't', () => dice.between(0.5, 0.7));
  addSegment(heart, away, (u) => {
    const level = (1 + falling * ramp(u, 0, 0.35)) * (1 - ramp(u, 0.35, 0.75));
    return depth * (level + turned * bell(u, 0.6, 0.14));
  });
  return null;
};

/** Under a left block, injury shows as ST that goes with the QRS or far too much against it. */
export const concordant: Shaper = (anatomy, circumstances) => {
  const { dice } = circumstances;
  const name = dice.pick(['lad-mid', 'lcx', 'rca', 'posterior'] as const);
  const { culprit, vector } = SITES[name];
  const towards = name === 'lad-mid' ? along([0.85, 0.2, -0.5]) : along(vector);
  const size = sizeOf(210, circumstances);
  addInjury(anatomy.heart, towards, size, drawCourse(dice), stageAt(circumstances.minutes));
  return culprit;
};
