import { exp, cosine, sine } from '../exact.js';
import { BUMPS } from './basis.js';
import type { Dice } from './dice.js';
import { FRAME, LEAD_COUNT, LEAD_VECTORS, LOCAL_COUNT, type Vector } from './torso.js';

/** One patient's chest: eight rows (leads) of eight (three of the dipole, five local). */
export type Body = readonly Float64Array[];

const LIMB_LEADS = 2;
/** Where V1 and V6 end, half a step further round the chest. */
const RIGHT_OF_V1: Vector = [-0.75, 0.12, -0.45];
const LEFT_OF_V6: Vector = [0.55, 0.05, 0.5];

/**
 * The population's modes already hold most of how bodies differ; this adds how a heart lies turned
 * in its chest, electrodes a finger's breadth off, and what fat and air take away.
 */
export function drawBody(dice: Dice): Body {
  const turned = turn(dice.normal() * 0.012, dice.normal() * 0.012, dice.normal() * 0.015);
  const along = 0.1 * dice.normal();
  const height = 0.04 * dice.normal();
  const habitus = exp(0.05 * dice.normal());
  return LEAD_VECTORS.map((vector, lead) => {
    const isLimb = lead < LIMB_LEADS;
    const place = lead - LIMB_LEADS + along + 0.06 * dice.normal();
    const seen = isLimb ? vector : raised(chestVector(place), height);
    const gain = isLimb ? habitus : habitus * exp(0.04 * dice.normal());
    const row = new Float64Array(LEAD_COUNT);
    row.set(seenThrough(seen, turned).map((value) => gain * value));
    for (let k = 0; k < LOCAL_COUNT; k += 1) {
      row[3 + k] = gain * (FRAME.local[k]?.[lead] as number);
    }
    return row;
  });
}

/** Between two electrodes the chest sees something between their vectors. */
function chestVector(place: number): Vector {
  const path = [RIGHT_OF_V1, ...LEAD_VECTORS.slice(LIMB_LEADS), LEFT_OF_V6];
  const at = Math.max(0, Math.min(path.length - 1.001, place + 1));
  const before = Math.floor(at);
  const share = at - before;
  const [a, b] = [path[before] as Vector, path[before + 1] as Vector];
  return [mix(a[0], b[0], share), mix(a[1], b[1], share), mix(a[2], b[2], share)];
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}

/** An electrode a rib higher sees more of what points to the head. */
function raised([x, y, z]: Vector, height: number): Vector {
  return [x, y - height, z];
}

type Turn = readonly [Vector, Vector, Vector];

/** Angles in turns: in the frontal plane, around the long axis, and nodding. */
function turn(frontal: number, horizontal: number, sagittal: number): Turn {
  const rotate =
    (angle: number, a: number, b: number) =>
    (v: number[]): void => {
      const [c, s] = [cosine(angle), sine(angle)];
      const [va, vb] = [v[a] as number, v[b] as number];
      v[a] = c * va - s * vb;
      v[b] = s * va + c * vb;
    };
  const steps = [rotate(frontal, 0, 1), rotate(horizontal, 0, 2), rotate(sagittal, 1, 2)];
  const column = (axis: number): Vector => {
    const turned: [number, number, number] = [0, 0, 0];
    turned[axis] = 1;
    for (const step of steps) step(turned);
    return turned;
  };
  return [column(0), column(1), column(2)];
}

function seenThrough(vector: Vector, columns: Turn): number[] {
  return columns.map(
    (column) => vector[0] * column[0] + vector[1] * column[1] + vector[2] * column[2],
  );
}

/** How far breathing has moved the heart for one beat: small angles (radians) and a gain. */
export interface Breath {
  readonly frontal: number;
  readonly sagittal: number;
  readonly gain: number;
}

/** What eight leads see of each Gaussian of a heart: rows of eight. */
export function seenBy(body: Body, heart: Float64Array, breath: Breath): Float64Array {
  const seen = new Float64Array(BUMPS * LEAD_COUNT);
  const own = new Float64Array(LEAD_COUNT);
  for (let bump = 0; bump < BUMPS; bump += 1) {
    const at = bump * LEAD_COUNT;
    for (let k = 0; k < LEAD_COUNT; k += 1) own[k] = breath.gain * (heart[at + k] as number);
    const [x, y, z] = [own[0] as number, own[1] as number, own[2] as number];
    own[0] = x - breath.frontal * y;
    own[1] = y + breath.frontal * x - breath.sagittal * z;
    own[2] = z + breath.sagittal * y;
    for (let lead = 0; lead < LEAD_COUNT; lead += 1) {
      const row = body[lead] as Float64Array;
      let sum = 0;
      for (let k = 0; k < LEAD_COUNT; k += 1) sum += (row[k] as number) * (own[k] as number);
      seen[at + lead] = sum;
    }
  }
  return seen;
}
