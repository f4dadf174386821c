import { copyOf, retimed, withinReason } from './shape.js';
import { drawAnatomy, type Anatomy } from './anatomy.js';
import { drawEctopic, drawPaced, drawSineWave } from './beat-shapes.js';
import { drawBody } from './body.js';
import type { CaseSpec, Culprit, Rhythm } from './case.js';
import type { Dice } from './dice.js';
import { RECIPES, type TimeFactors } from './recipes.js';
import type { Patient } from './render.js';
import { drawBreathing } from './sinus.js';

/** Each purpose has dice of its own, so that a change in one leaves the others as they were. */
export interface DiceBox {
  readonly heart: Dice;
  readonly shape: Dice;
  readonly body: Dice;
  readonly breath: Dice;
  readonly other: Dice;
}

export interface MadePatient extends Patient {
  readonly culprit: Culprit | null;
}

export function makePatient(
  spec: CaseSpec,
  rhythm: Rhythm,
  severity: number,
  minutes: number,
  dice: DiceBox,
): MadePatient {
  const recipe = RECIPES[spec.condition];
  const bpm = recipe.rateBpm ? dice.heart.between(...recipe.rateBpm) : undefined;
  const drawn = copyOf(drawAnatomy(recipe.population, spec, dice.heart, bpm));
  withinReason(drawn.heart);
  const culprit = recipe.shape(drawn, { dice: dice.shape, severity, minutes });
  const ordinary = recipe.times ? retimedBy(drawn, recipe.times, severity) : drawn;
  return {
    body: drawBody(dice.body),
    ordinary,
    ectopic: ectopicOf(spec, rhythm, ordinary, dice.other),
    breathing: drawBreathing(spec.ageYears, dice.breath),
    restlessness: dice.other.around(0.04, 0.4),
    culprit,
  };
}

function retimedBy(anatomy: Anatomy, { pr, qrs, jt }: TimeFactors, severity: number): Anatomy {
  const at = ([low, high]: readonly [number, number]) => low + (high - low) * severity;
  return retimed(anatomy, { pr: at(pr), qrs: at(qrs), jt: at(jt) });
}

const WIDE_RHYTHMS: readonly Rhythm[] = ['ventricular-tachycardia', 'sine-wave'];
/** Between the end of a fast wide T and the next QRS. */
const REST_SECONDS = 0.02;

function ectopicOf(spec: CaseSpec, rhythm: Rhythm, ordinary: Anatomy, dice: Dice): Anatomy {
  if (rhythm === 'paced') return drawPaced(spec, dice, ordinary.rateBpm);
  const drawn = drawEctopic(spec, dice, Math.min(100, ordinary.rateBpm));
  if (!WIDE_RHYTHMS.includes(rhythm)) return drawn;
  const wide = rhythm === 'sine-wave' ? drawSineWave(drawn, dice) : drawn;
  const interval = 60 / ordinary.rateBpm;
  const qrs = rhythm === 'sine-wave' ? (0.42 * interval) / wide.times.j : 1;
  const room = interval - qrs * wide.times.j - REST_SECONDS;
  return retimed(wide, { qrs, jt: Math.min(1, room / (wide.times.tOffset - wide.times.j)) });
}
