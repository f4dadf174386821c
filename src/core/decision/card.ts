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
  readonly population: {
    readonly ageYearsMin: number;
    /** Null: there is no upper bound. */
    readonly ageYearsMax: number | null;
  };
  readonly inputs: readonly ModelInput[];
  readonly outputs: readonly ModelOutput[];
  readonly members: readonly { readonly file: string; readonly sha256: string }[];
  readonly findings: readonly FindingSpec[];
  /** How the networks themselves say that they have seen nothing like this ECG. */
  readonly distance: DistanceSpec | null;
  /** How the leads and times that drove a finding are come by. */
  readonly evidence: EvidenceSpec | null;
  readonly golden: GoldenVector;
  readonly training: { readonly data: string; readonly records: number; readonly command: string };
  readonly evaluation: readonly EvaluationRow[];
  readonly selectiveRisk: readonly SelectiveRisk[];
  readonly limits: readonly string[];
  readonly licence: string;
  readonly credits: readonly string[];
}

/** placeholder: proves the plumbing. evaluation: may be studied. validated: by the site's own word. */
export type ModelStanding = 'placeholder' | 'evaluation' | 'validated';
export type ModelMode = 'off' | 'shadow' | 'advise' | 'alert';
export type LabelProvenance =
  'angiography' | 'adjudicated' | 'trace-reading' | 'simulated' | 'surrogate';

export type ModelInput = SignalInput | DemographicsInput;
/** What shows the ECG itself: every card feeds one of these. */
export type SignalInput = WaveformInput | PictureInput;

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

/** float32 [n, 1, height, width]: the share of ink in each place of the one standard page. */
export interface PictureInput {
  readonly kind: 'picture';
  readonly tensor: string;
  /** How the picture comes about (core/image/picture), by name and version. */
  readonly pipeline: { readonly name: string; readonly version: number };
  readonly width: number;
  readonly height: number;
  readonly pixelsPerMm: number;
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
  /** The mean of the members' raw values is divided by it before the activation. */
  readonly temperature: number;
}

/** An output [n, 1] of each member: how far this ECG's features lie from those of training. */
export interface DistanceSpec {
  readonly tensor: string;
  /** A mean over the members above it is an abstention. */
  readonly max: number;
}

export type EvidenceSpec = AttentionEvidence | OcclusionEvidence;

/**
 * An output of each member, never negative: [n, leads, steps], steps spread evenly over time, where
 * a waveform is fed, and [n, rows, columns], spread evenly over the page, where a picture is.
 */
export interface AttentionEvidence {
  readonly kind: 'attention';
  readonly tensor: string;
  readonly findings: readonly string[];
}

/** Parts of the ECG are flattened and run once more, all in one batch; what falls counted. */
export interface OcclusionEvidence {
  readonly kind: 'lead-occlusion';
  readonly findings: readonly string[];
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
  /** Where this finding's labels come from: the card's own word where it says nothing else. */
  readonly labelProvenance: LabelProvenance;
  readonly calibration: PlattCalibration | null;
  /** Share of positives behind the calibrated probability: what a site's own share shifts from. */
  readonly trainingPrevalence: number | null;
  /** Speaks of what the classic criteria of occlusion speak of, and is set beside them. */
  readonly besideCriteria: boolean;
  /** The members' probabilities before calibration may differ by so much (standard deviation) before the finding is withheld. */
  readonly spreadMax: number | null;
}

/** `sigmoid(slope * logit(p) + intercept)` of the finding's summed probability. */
export interface PlattCalibration {
  readonly kind: 'platt';
  readonly slope: number;
  readonly intercept: number;
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
  /** Null: of the model as a whole. */
  readonly findingId: string | null;
  readonly note: string | null;
}

/** How good the answers are that are left when the doubtful ones are withheld. */
export interface SelectiveRisk {
  readonly findingId: string;
  readonly cohort: string;
  readonly points: readonly {
    /** Share of the ECGs that are answered. */
    readonly coverage: number;
    readonly measure: string;
    readonly estimate: Estimate;
  }[];
}

export interface GoldenVector {
  /** JSON of an Ecg's leads and patient, and of the outputs that PyTorch gave for it. */
  readonly file: string;
  readonly tolerance: number;
  readonly command: string;
}

/** The one input that shows the ECG itself. */
export function signalOf({ inputs }: Pick<ModelCard, 'inputs'>): SignalInput | null {
  return inputs.find((one) => one.kind !== 'demographics') ?? null;
}
