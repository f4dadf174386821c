import type { PopulationName } from './anatomy.js';
import type { Condition, Rhythm } from './case.js';
import * as mimics from './mimics.js';
import * as occlusions from './occlusions.js';
import { occlusionOf, type Shaper } from './occlusions.js';

/** How a condition is made: whose heart, which rhythm, what is done to its shape. */
export interface Recipe {
  readonly population: PopulationName;
  readonly rhythm: Rhythm;
  readonly shape: Shaper;
  /** Least and greatest; null: as the population has it. */
  readonly rateBpm: readonly [number, number] | null;
  /** Factors for PR, QRS and JT at severity 0 and 1. */
  readonly times: TimeFactors | null;
}

export interface TimeFactors {
  readonly pr: readonly [number, number];
  readonly qrs: readonly [number, number];
  readonly jt: readonly [number, number];
}

const AS_IT_IS: Recipe = {
  population: 'normal',
  rhythm: 'sinus',
  shape: mimics.plain,
  rateBpm: null,
  times: null,
};

function shaped(shape: Shaper, more: Partial<Recipe> = {}): Recipe {
  return { ...AS_IT_IS, shape, ...more };
}

function rhythmic(rhythm: Rhythm, rateBpm: Recipe['rateBpm'] = null): Recipe {
  return { ...AS_IT_IS, rhythm, rateBpm };
}

const ANXIOUS = [62, 112] as const;
const VAGAL = [46, 92] as const;

export const RECIPES: Readonly<Record<Condition, Recipe>> = {
  normal: AS_IT_IS,
  athlete: shaped(mimics.athlete, { rateBpm: [42, 60] }),
  'early-repolarisation': shaped(mimics.earlyRepolarisation, { rateBpm: [50, 82] }),
  'lvh-strain': shaped(mimics.strain, { population: 'hypertrophy' }),
  rbbb: { ...AS_IT_IS, population: 'rbbb' },
  lbbb: { ...AS_IT_IS, population: 'lbbb' },
  paced: rhythmic('paced', [60, 85]),
  pericarditis: shaped(mimics.pericarditis, { rateBpm: [72, 112] }),
  brugada: shaped(mimics.brugada, {
    times: { pr: [1.05, 1.2], qrs: [1.05, 1.15], jt: [1, 1] },
  }),
  hyperkalaemia: shaped(mimics.hyperkalaemia, {
    rateBpm: [48, 88],
    times: { pr: [1, 1.5], qrs: [1, 1.7], jt: [0.92, 0.85] },
  }),
  'pulmonary-embolism': shaped(mimics.pulmonaryEmbolism, { rateBpm: [94, 132] }),
  'old-anterior-infarct': { ...AS_IT_IS, population: 'anterior-scar' },
  'old-inferior-infarct': { ...AS_IT_IS, population: 'inferior-scar' },
  wellens: shaped(occlusions.wellens, { rateBpm: [54, 84] }),
  'nstemi-ischaemia': shaped(occlusions.ischaemia, { rateBpm: [62, 118] }),
  'atrial-fibrillation': rhythmic('atrial-fibrillation', [58, 148]),
  'atrial-flutter': rhythmic('atrial-flutter', [64, 158]),
  'av-block-1': {
    ...rhythmic('av-block-1'),
    times: { pr: [1.4, 2.2], qrs: [1, 1.05], jt: [1, 1] },
  },
  'av-block-2-wenckebach': rhythmic('av-block-2-wenckebach', [62, 92]),
  'av-block-2-mobitz': rhythmic('av-block-2-mobitz', [62, 92]),
  'av-block-3': rhythmic('av-block-3', [60, 60]),
  extrasystoles: rhythmic('extrasystoles', [58, 92]),
  'ventricular-tachycardia': rhythmic('ventricular-tachycardia', [138, 215]),
  'ventricular-fibrillation': rhythmic('ventricular-fibrillation'),
  asystole: rhythmic('asystole'),
  'omi-lad-proximal': shaped(occlusionOf('lad-proximal'), { rateBpm: ANXIOUS }),
  'omi-lad-mid': shaped(occlusionOf('lad-mid'), { rateBpm: ANXIOUS }),
  'omi-diagonal': shaped(occlusionOf('diagonal'), { rateBpm: ANXIOUS }),
  'omi-left-main': shaped(occlusions.leftMain, { rateBpm: [86, 128] }),
  'omi-rca': shaped(occlusions.rightCoronary, { rateBpm: VAGAL }),
  'omi-lcx': shaped(occlusionOf('lcx'), { rateBpm: VAGAL }),
  'omi-posterior': shaped(occlusions.posterior, { rateBpm: VAGAL }),
  'de-winter': shaped(occlusions.deWinter, { rateBpm: ANXIOUS }),
  aslanger: shaped(occlusions.aslanger, { rateBpm: ANXIOUS }),
  'south-african-flag': shaped(occlusionOf('flag'), { rateBpm: ANXIOUS }),
  'lbbb-concordant': { ...AS_IT_IS, population: 'lbbb', shape: occlusions.concordant },
};

/** From here on potassium leaves nothing but a broad wave. */
const SINE_WAVE_SEVERITY = 0.85;

export function rhythmOf(condition: Condition, severity: number): Rhythm {
  const isSineWave = condition === 'hyperkalaemia' && severity > SINE_WAVE_SEVERITY;
  return isSineWave ? 'sine-wave' : RECIPES[condition].rhythm;
}
