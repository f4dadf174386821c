import type { Shaper } from './occlusions.js';
import {
  addAlong,
  addSegment,
  along,
  bell,
  inLeads,
  plus,
  ramp,
  scaleAxes,
  scaleWave,
} from './shape.js';

/** Non-occlusive shapes. Each changes the heart in place; no artery is to blame. */
export const athlete: Shaper = ({ heart }, { dice, severity }) => {
  const gain = 1.1 + 0.3 * severity;
  scaleWave(heart, 'qrs', () => gain);
  scaleWave(heart, 't', () => 1.15 + 0.3 * severity);
  const size = dice.around(60, 0.4);
  addSegment(heart, along([0.5, 0.3, -0.8]), (u) => size * (1 - ramp(u, 0.15, 0.8)));
  return null;
};

/** ST hangs from a notched J point into a tall T, most in V2 to V5. */
export const earlyRepolarisation: Shaper = ({ heart }, { dice, severity }) => {
  const size = (40 + 62 * severity) * dice.around(1, 0.25);
  const towards = along([0.62, 0.35 + 0.2 * dice.normal(), -0.62 + 0.12 * dice.normal()]);
  addSegment(heart, towards, (u) => {
    const level = (1 - ramp(u, 0.25, 0.9)) * (1 - 0.3 * bell(u, 0.25, 0.12));
    return size * (level + 1.3 * bell(u, 0.58, 0.16));
  });
  const notch = dice.chance(0.6) ? dice.around(130, 0.4) : 0;
  addAlong(heart, 'qrs', along([0.6, 0.7, -0.2]), (u) => notch * bell(u, 0.97, 0.035));
  return null;
};

export const strain: Shaper = ({ heart }, { dice, severity }) => {
  const gain = 1.05 + 0.4 * severity;
  scaleAxes(heart, 'qrs', [gain, 1, gain * 1.08]);
  const depth = (40 + 110 * severity) * dice.around(1, 0.3);
  const away = along([-0.9, -0.2, -0.3]);
  scaleWave(heart, 't', () => 1 - 0.6 * severity);
  addAlong(
    heart,
    't',
    away,
    (u) => depth * (0.8 * (1 - ramp(u, 0.4, 0.8)) + 1.4 * bell(u, 0.6, 0.15)),
  );
  return null;
};

/** The whole surface is inflamed: ST up nearly everywhere, PR down, no mirror image. */
export const pericarditis: Shaper = ({ heart }, { dice, severity }) => {
  const size = (70 + 90 * severity) * dice.around(1, 0.25);
  const towards = along([0.66, 0.62 + 0.12 * dice.normal(), -0.42 + 0.12 * dice.normal()]);
  addSegment(heart, towards, (u) => {
    const level = (1 - ramp(u, 0.35, 0.95)) * (1 - 0.2 * bell(u, 0.25, 0.14));
    return size * (level + 0.35 * bell(u, 0.58, 0.17));
  });
  addAlong(heart, 'p', towards, (u) => -0.32 * size * ramp(u, 0.6, 0.85));
  return null;
};

/** The outflow tract of the right ventricle: a coved slope down from J in V1 and V2. */
export const brugada: Shaper = ({ heart }, { dice, severity }) => {
  const size = (230 + 200 * severity) * dice.around(1, 0.2);
  const near = inLeads([-0.04, 0, 0.95, dice.between(0.75, 1.05), 0.25, 0.02, 0, 0]);
  scaleWave(heart, 't', () => 0.85);
  addSegment(heart, near, (u) => {
    const slope = (1 - ramp(u, 0, 0.62)) * (1 + 0.12 * bell(u, 0.16, 0.1));
    return size * (slope - 0.75 * bell(u, 0.66, 0.14));
  });
  return null;
};

/** T grows pointed, P fades, the QRS widens; times are the recipe's. */
export const hyperkalaemia: Shaper = ({ heart }, { dice, severity }) => {
  scaleWave(heart, 'p', () => Math.max(0, 1 - 1.15 * severity));
  const peak = 1.15 + 0.65 * severity;
  scaleWave(heart, 't', (u) => 0.35 + peak * bell(u, 0.58, 0.13));
  const size = (110 + 170 * severity) * dice.around(1, 0.3);
  addAlong(heart, 't', along([0.45, 0.35, -0.8]), (u) => size * bell(u, 0.58, 0.11));
  return null;
};

/** The right ventricle labours: S in I, Q and turned T in III, turned T in V1 to V4. */
export const pulmonaryEmbolism: Shaper = ({ heart }, { dice, severity }) => {
  const late = (150 + 330 * severity) * dice.around(1, 0.3);
  addAlong(heart, 'qrs', along([-0.85, 0.1, -0.3]), (u) => late * bell(u, 0.78, 0.12));
  addAlong(heart, 'qrs', along([0.3, -0.75, 0]), (u) => 0.4 * late * bell(u, 0.18, 0.1));
  scaleWave(heart, 't', () => 1 - 0.4 * severity);
  const turned = (90 + 310 * severity) * dice.around(1, 0.3);
  const right = plus(along([-0.25, 0.35, -0.9]), inLeads([0, 0, 0.3, 0.1, 0, -0.2, -0.3, -0.3]));
  addAlong(heart, 't', right, (u) => -turned * bell(u, 0.62, 0.16));
  return null;
};

export const plain: Shaper = () => null;
