import type { Ecg } from '../../core/ecg/ecg.js';
import type { LeadName } from '../../core/ecg/lead.js';

/** Occlusions of a coronary artery, by the place where it is closed. */
export const OCCLUSIONS = [
  'omi-lad-proximal',
  'omi-lad-mid',
  'omi-diagonal',
  'omi-left-main',
  'omi-rca',
  'omi-lcx',
  'omi-posterior',
  'de-winter',
  'aslanger',
  'south-african-flag',
] as const;

/** Everything else, from health to the rhythms of arrest. */
export const NON_OCCLUSIONS = [
  'normal',
  'athlete',
  'early-repolarisation',
  'lvh-strain',
  'rbbb',
  'lbbb',
  'paced',
  'pericarditis',
  'brugada',
  'hyperkalaemia',
  'pulmonary-embolism',
  'old-anterior-infarct',
  'old-inferior-infarct',
  'wellens',
  'nstemi-ischaemia',
  'atrial-fibrillation',
  'atrial-flutter',
  'av-block-1',
  'av-block-2-wenckebach',
  'av-block-2-mobitz',
  'av-block-3',
  'extrasystoles',
  'ventricular-tachycardia',
  'ventricular-fibrillation',
  'asystole',
] as const;

/** Left bundle branch block with an occlusion under it stands between the two lists. */
export const CONDITIONS = [...NON_OCCLUSIONS, ...OCCLUSIONS, 'lbbb-concordant'] as const;

export type Condition = (typeof CONDITIONS)[number];

export function isCondition(text: string): text is Condition {
  return CONDITIONS.some((condition) => condition === text);
}

/** The artery that is closed, or that was and has opened again (Wellens). */
export type Culprit = 'LM' | 'LAD' | 'LCX' | 'RCA';

export const LEAD_FAULTS = [
  'lead-off',
  'arm-swap',
  'arm-leg-swap',
  'precordial-swap',
  'noise',
] as const;

export type LeadFault = (typeof LEAD_FAULTS)[number];

/** By which half of the generator's parameters a case is made; the halves share no value. */
export type Draw = 'training' | 'test';

export interface CaseSpec {
  /** A whole number; with the rest of the specification it settles every sample. */
  readonly seed: number;
  readonly condition: Condition;
  readonly ageYears: number;
  readonly sex: 'male' | 'female';
  /** 0 is the faintest that still has its name, 1 the gravest. Drawn by the seed where absent. */
  readonly severity?: number;
  /** Since the artery closed; drawn by the seed where absent, without meaning in other cases. */
  readonly minutesSinceOnset?: number;
  /** Without it, any parameters. */
  readonly draw?: Draw;
  readonly sampleRateHz?: number;
  readonly seconds?: number;
  readonly leadFault?: LeadFault;
  /** Which recorder took it; drawn by the seed where absent. */
  readonly recorder?: RecorderName;
}

/** `archived` samples at 400 Hz in steps of 5 uV and is stored at another rate, as many archives are. */
export const RECORDERS = ['archived', 'diagnostic', 'notched', 'ward', 'monitor'] as const;

export type RecorderName = (typeof RECORDERS)[number];

export const RHYTHMS = [
  'sinus',
  'atrial-fibrillation',
  'atrial-flutter',
  'av-block-1',
  'av-block-2-wenckebach',
  'av-block-2-mobitz',
  'av-block-3',
  'paced',
  'extrasystoles',
  'ventricular-tachycardia',
  'ventricular-fibrillation',
  'asystole',
  'sine-wave',
] as const;

export type Rhythm = (typeof RHYTHMS)[number];

/** In samples from the start of the recording; may lie outside it. */
export interface WaveMarks {
  readonly onset: number;
  readonly peak: number;
  readonly offset: number;
}

export interface BeatTruth {
  readonly kind: 'ordinary' | 'ventricular' | 'atrial' | 'paced';
  /** Null where no P wave belongs to this beat. */
  readonly p: WaveMarks | null;
  /** The offset is the J point. */
  readonly qrs: WaveMarks;
  readonly t: WaveMarks | null;
}

/** What is known of a simulated ECG because it was made so. */
export interface Truth {
  readonly condition: Condition;
  readonly culprit: Culprit | null;
  readonly occluded: boolean;
  /** The millimetre rule on the levels below, before any noise; false where it does not apply. */
  readonly stemiCriteria: boolean;
  /** J point against QRS onset without noise; all zero where there are no beats. */
  readonly stMicrovolts: Readonly<Record<LeadName, number>>;
  readonly rhythm: Rhythm;
  readonly beats: readonly BeatTruth[];
  readonly ageYears: number;
  readonly sex: 'male' | 'female';
  readonly severity: number;
  /** Only where an artery is or was closed. */
  readonly minutesSinceOnset: number | null;
  readonly leadFault: LeadFault | null;
}

export interface SimulatedCase {
  readonly ecg: Ecg;
  readonly truth: Truth;
}
