import type { LeadName } from '../ecg/lead.js';

/**
 * What a model says about itself: the content of `models/<id>/card.json`. Code reads tensors, names
 * and thresholds from here and knows no model by name.
 */
export interface ModelCard {
  readonly schema: 1;
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly intendedUse: string;
  readonly notIntendedUse: string;
  readonly standing: ModelStanding;
  /** The mode a model has until a site's policy says otherwise. */
  readonly defaultMode: ModelMode;
  readonly labelProvenance: LabelProvenance;
  readonly population: { readonly ageYearsMin: number };
  readonly inputs: readonly ModelInput[];
  readonly outputs: readonly ModelOutput[];
  readonly members: readonly { readonly file: string; readonly sha256: string }[];
  readonly findings: readonly FindingSpec[];
  readonly golden: GoldenVector;
  readonly training: { readonly data: string; readonly records: number; readonly command: string };
  readonly evaluation: readonly EvaluationRow[];
  readonly limits: readonly string[];
  readonly licence: string;
  readonly credits: readonly string[];
}

/** placeholder: proves the plumbing. evaluation: may be studied. validated: by the site's own word. */
export type ModelStanding = 'placeholder' | 'evaluation' | 'validated';
export type ModelMode = 'off' | 'shadow' | 'advise' | 'alert';
export type LabelProvenance =
  'angiography' | 'adjudicated' | 'trace-reading' | 'simulated' | 'surrogate';

export type ModelInput = WaveformInput | DemographicsInput;

/** float32 [n, leads, samples]: the ECG resampled, filtered, cut or zero-padded around its middle. */
export interface WaveformInput {
  readonly kind: 'waveform';
  readonly tensor: string;
  readonly leads: readonly LeadName[];
  readonly sampleRateHz: number;
  /** Length of the tensor's time axis. */
  readonly samples: number;
  /** How much of the ECG is shown to the model; the rest of the tensor is zero. */
  readonly windowSamples: number;
  readonly unit: 'mV' | 'uV';
  readonly filter: EllipticHighPass | null;
}

/** Zero-phase (forward and backward), run at the ECG's own rate before resampling. */
export interface EllipticHighPass {
  readonly kind: 'elliptic-high-pass';
  readonly passHz: number;
  readonly stopHz: number;
  readonly rippleDb: number;
  readonly attenuationDb: number;
}

/** float32 [n, fields]: `(value - centre) / scale` for age, 0 or 1 for male. */
export interface DemographicsInput {
  readonly kind: 'demographics';
  readonly tensor: string;
  readonly fields: readonly DemographicField[];
}

export interface DemographicField {
  readonly field: 'male' | 'age';
  readonly centre: number;
  readonly scale: number;
  /** The value the network was trained to take for "unknown"; null makes an unknown an abstention. */
  readonly whenUnknown: number | null;
}

export interface ModelOutput {
  readonly tensor: string;
  readonly activation: 'softmax' | 'sigmoid';
  readonly classes: readonly string[];
}

/** A finding is the sum of the probabilities of some classes of one output. */
export interface FindingSpec {
  readonly id: string;
  readonly title: string;
  readonly code: Coding;
  readonly beside: readonly Coding[];
  readonly output: string;
  readonly classes: readonly string[];
  readonly decisionPoints: readonly DecisionPoint[];
}

export interface Coding {
  readonly system: string;
  readonly code: string;
  readonly display: string;
}

export interface DecisionPoint {
  readonly name: string;
  readonly threshold: number;
  /** The patients on whom it was chosen: a threshold without its cohort means nothing. */
  readonly cohort: string;
  readonly sensitivity: Estimate;
  readonly specificity: Estimate;
}

export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface EvaluationRow {
  readonly measure: string;
  readonly cohort: string;
  readonly records: number;
  readonly positives: number;
  readonly estimate: Estimate;
}

export interface GoldenVector {
  /** JSON of an Ecg's leads and patient, and of the outputs that PyTorch gave for it. */
  readonly file: string;
  readonly tolerance: number;
  readonly command: string;
}
