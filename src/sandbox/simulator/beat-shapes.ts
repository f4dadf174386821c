import { drawAnatomy, type Anatomy, type Person } from './anatomy.js';
import type { Dice } from './dice.js';
import {
  addAlong,
  addSegment,
  along,
  bell,
  copyOf,
  meanOf,
  retimed,
  scaleAxes,
  scaleWave,
  withinReason,
} from './shape.js';
import type { Vector } from './torso.js';

/** A beat from a ventricle: it spreads from muscle to muscle, slowly, and recovers the other way. */
export function drawEctopic(person: Person, dice: Dice, rateBpm: number): Anatomy {
  const fromRight = dice.chance(0.55);
  const base = copyOf(drawAnatomy(fromRight ? 'lbbb' : 'rbbb', person, dice, rateBpm));
  const superior = dice.chance(0.45) ? -1 : 1;
  const axes: Vector = fromRight ? [1, superior, 1] : [-0.9, superior, -1.1];
  const gain = dice.around(1.25, 0.2);
  scaleAxes(base.heart, 'qrs', [gain * axes[0], gain * axes[1], gain * axes[2]]);
  scaleWave(base.heart, 't', () => 0.3);
  withinReason(base.heart);
  addDiscordance(base.heart, dice.around(0.85, 0.25));
  return retimed(base, { qrs: dice.around(1.08, 0.08), jt: 0.95 });
}

/** The apex of the right ventricle, where a pacing lead lies: the beat runs up, left and back. */
export function drawPaced(person: Person, dice: Dice, rateBpm: number): Anatomy {
  const base = copyOf(drawAnatomy('lbbb', person, dice, rateBpm));
  const gain = dice.around(0.95, 0.2);
  scaleAxes(base.heart, 'qrs', [0.75 * gain, 0.3, 0.9 * gain]);
  addAlong(base.heart, 'qrs', along([0.1, -1, 0.15]), (u) => upward(u, 900 * gain));
  scaleWave(base.heart, 't', () => 0.3);
  withinReason(base.heart);
  addDiscordance(base.heart, dice.around(0.75, 0.25));
  return retimed(base, { qrs: dice.around(1.08, 0.07) });
}

/** Potassium at its worst: QRS and T run into one another, a slow wave without a rest. */
export function drawSineWave(anatomy: Anatomy, dice: Dice): Anatomy {
  const base = copyOf(anatomy);
  base.heart.fill(0);
  const towards = along([0.5 + 0.3 * dice.normal(), 0.6 + 0.3 * dice.normal(), 0.5]);
  const size = dice.around(750, 0.25);
  const lean = dice.between(0.4, 0.55);
  addAlong(base.heart, 'qrs', towards, (u) => size * bell(u, lean, 0.24));
  addAlong(base.heart, 't', towards, (u) => -0.75 * size * bell(u, 0.42, 0.22));
  return base;
}

function upward(u: number, microvolts: number): number {
  return microvolts * (bell(u, 0.45, 0.18) + 0.35 * bell(u, 0.75, 0.12));
}

/** ST and T against the QRS, as they follow a beat that came by muscle. */
function addDiscordance(heart: Float64Array, share: number): void {
  const mean = meanOf(heart, 'qrs');
  const size = Math.sqrt(mean[0] * mean[0] + mean[1] * mean[1] + mean[2] * mean[2]);
  const away = along([-mean[0], -mean[1], -mean[2]]);
  addSegment(heart, away, (u) => {
    const level = 0.28 * (1 - u) + 1.1 * bell(u, 0.55, 0.17);
    return share * size * level;
  });
}
