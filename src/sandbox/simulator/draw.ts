import { createRandom, type Random } from '../random.js';
import type { CaseSpec, Condition, Draw, LeadFault } from './case.js';

/** How many of a hundred thousand ECGs of an emergency department are of each kind. */
const PREVALENCE: Readonly<Record<Condition, number>> = {
  normal: 45_000,
  athlete: 1500,
  'early-repolarisation': 4500,
  'lvh-strain': 6000,
  rbbb: 4500,
  lbbb: 2500,
  paced: 2000,
  pericarditis: 900,
  brugada: 200,
  hyperkalaemia: 600,
  'pulmonary-embolism': 1200,
  'old-anterior-infarct': 2500,
  'old-inferior-infarct': 3500,
  wellens: 400,
  'nstemi-ischaemia': 4500,
  'atrial-fibrillation': 8000,
  'atrial-flutter': 1000,
  'av-block-1': 2500,
  'av-block-2-wenckebach': 300,
  'av-block-2-mobitz': 150,
  'av-block-3': 200,
  extrasystoles: 3500,
  'ventricular-tachycardia': 250,
  'ventricular-fibrillation': 50,
  asystole: 50,
  'omi-lad-proximal': 800,
  'omi-lad-mid': 600,
  'omi-diagonal': 200,
  'omi-left-main': 100,
  'omi-rca': 1300,
  'omi-lcx': 500,
  'omi-posterior': 250,
  'de-winter': 80,
  aslanger: 120,
  'south-african-flag': 100,
  'lbbb-concordant': 50,
};

/** Of a thousand ECGs, how many are spoilt and how. */
const FAULTS: Readonly<Record<LeadFault, number>> = {
  'lead-off': 6,
  'arm-swap': 8,
  'arm-leg-swap': 2,
  'precordial-swap': 6,
  noise: 20,
};

export interface DrawOptions {
  readonly draw?: Draw;
  /** Always this condition, whatever its prevalence. */
  readonly condition?: Condition;
  /** Without it, leads are never swapped, off or spoilt. */
  readonly withFaults?: boolean;
}

/** Who comes next: a condition as often as a real department sees it, and whom it befalls. */
export function drawCase(seed: number, options: DrawOptions = {}): CaseSpec {
  const random = createRandom(seed ^ 0x5eed);
  const drawn = pickWeighted(PREVALENCE, random);
  const condition = options.condition ?? drawn;
  const sex = random.next() < shareOfMen(condition) ? 'male' : 'female';
  const ageYears = drawAge(condition, random);
  const fault = options.withFaults ? drawFault(random) : null;
  return {
    seed,
    condition,
    ageYears,
    sex,
    ...(options.draw ? { draw: options.draw } : {}),
    ...(fault ? { leadFault: fault } : {}),
  };
}

function pickWeighted<T extends string>(weights: Readonly<Record<T, number>>, random: Random): T {
  const entries = Object.entries<number>(weights) as [T, number][];
  let left = random.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [name, weight] of entries) {
    left -= weight;
    if (left < 0) return name;
  }
  throw new RangeError('weights without a sum');
}

function drawFault(random: Random): LeadFault | null {
  const spoilt = Object.values(FAULTS).reduce((sum, count) => sum + count, 0) / 1000;
  return random.next() < spoilt ? pickWeighted(FAULTS, random) : null;
}

/** Mean age and spread, in years, where a condition has its own. */
const AGES: Partial<Readonly<Record<Condition, readonly [number, number]>>> = {
  normal: [52, 19],
  athlete: [27, 7],
  'early-repolarisation': [35, 11],
  pericarditis: [42, 15],
  brugada: [45, 12],
};

const ELDERLY: readonly [number, number] = [68, 13];

function drawAge(condition: Condition, random: Random): number {
  const [mean, spread] = AGES[condition] ?? ELDERLY;
  return Math.min(97, Math.max(18, Math.round(mean + spread * random.normal())));
}

function shareOfMen(condition: Condition): number {
  if (condition === 'athlete' || condition === 'early-repolarisation') return 0.8;
  if (condition === 'brugada') return 0.85;
  return condition === 'normal' ? 0.48 : 0.58;
}
