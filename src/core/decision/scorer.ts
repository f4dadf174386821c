import type { Ecg } from '../ecg/ecg.js';
import type { Failure } from '../failure.js';
import type { ModelCard } from './card.js';
import type { FindingEvidence } from './evidence.js';
import type { Examination } from './examination.js';

/** The port behind which networks live. Doors that need an answer on the spot are handed one too. */
export interface Scorer {
  /** Every verified model, in the order of the models folder. */
  readonly cards: readonly ModelCard[];
  /** Names exactly which weights answered: part of an assessment's identity. */
  readonly modelSet: string;
  /** Throws FailureError only when nothing could run. */
  score(ecg: Ecg): Promise<Scored>;
}

/** All that is computed from the samples of one ECG. */
export interface Scored {
  readonly examination: Examination;
  /** One a model, in the order of `cards`. */
  readonly outcomes: readonly ModelOutcome[];
}

export type ModelOutcome = ModelAnswer | ModelSilence;

export interface ModelAnswer {
  readonly kind: 'answer';
  readonly modelId: string;
  readonly modelVersion: string;
  /** Per output tensor, per member, the raw values: kept so that later monitoring has history. */
  readonly logits: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly findings: readonly RawFinding[];
  /** Mean over the members of how far this ECG lies from those of training; null: not told. */
  readonly distance: number | null;
  readonly inputStatistics: InputStatistics;
  readonly runMs: number;
}

/** A model that could not answer fails alone: the others' findings still count. */
export interface ModelSilence {
  readonly kind: 'silence';
  readonly modelId: string;
  readonly modelVersion: string;
  readonly failure: Failure;
}

export interface RawFinding {
  readonly findingId: string;
  /** Of the ensemble: the mean of the members' logits through temperature, activation, calibration. */
  readonly probability: number;
  /** Standard deviation of the members' own probabilities before the finding's calibration. */
  readonly spread: number | null;
  readonly evidence: FindingEvidence | null;
}

/** Per lead of the input tensor, in the tensor's unit: what drift is measured on. */
export interface InputStatistics {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  readonly peak: readonly number[];
}
