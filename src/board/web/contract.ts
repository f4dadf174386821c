/** What the service tells the board, field by field. Times are ISO with Z; null is "not known". */
export const PERMISSIONS = ['see', 'act', 'messages', 'raw', 'replay', 'admin'] as const;
export type Permission = (typeof PERMISSIONS)[number];

export interface Me {
  readonly name: string;
  readonly roles: readonly string[];
  readonly permissions: readonly Permission[];
  readonly csrf: string;
  readonly evaluation: { readonly everything: boolean; readonly why: readonly string[] };
  readonly idleMsMax: number;
  readonly product: { readonly version: string };
  /** Whose patient numbers this site knows by name. */
  readonly authorities: readonly string[];
}

export interface Banner {
  readonly id: string;
  readonly level: 'warning' | 'critical';
  readonly text: string;
  readonly since: string | null;
}

export interface Worklist {
  readonly at: string;
  readonly lastEventId: string;
  readonly rows: readonly Row[];
  readonly banner: readonly Banner[];
}

export interface Patient {
  readonly key: string | null;
  readonly name: string | null;
  readonly identifier: string | null;
  readonly birthDate: string | null;
  readonly ageYears: number | null;
  readonly sex: string | null;
}

export interface RowFinding {
  readonly modelId: string;
  readonly modelVersion: string;
  readonly findingId: string;
  readonly title: string;
  readonly probability: number;
  readonly spread: number | null;
  readonly threshold: number;
  readonly positive: boolean;
  readonly likelihood: 'negligible' | 'low' | 'moderate' | 'high' | 'certain';
  readonly mode: string;
  readonly standing: string;
  readonly labelProvenance: string;
}

export interface RowCriterion {
  readonly id: string;
  readonly title: string;
  readonly positive: boolean | null;
  readonly applies: boolean;
  readonly why: string | null;
  readonly text: string;
}

export interface Abstention {
  readonly modelId: string | null;
  readonly reason: string;
  readonly detail: string;
}

export type AlertState =
  'raised' | 'delivered' | 'acknowledged' | 'escalated' | 'resolved' | 'superseded' | 'withdrawn';

export interface RowAlert {
  readonly id: string;
  readonly state: AlertState;
  readonly urgency: 'critical' | 'urgent';
  readonly raisedAt: string;
  readonly deliveredAt: string | null;
  readonly acknowledgedAt: string | null;
  readonly acknowledgedBy: string | null;
  readonly escalateAt: string | null;
  readonly storm: boolean;
}

export type Agreement = 'both' | 'network-only' | 'criteria-only' | 'neither' | 'unknown';

export interface Row {
  readonly ecgId: string;
  readonly assessmentId: string | null;
  readonly patient: Patient;
  readonly place: string | null;
  readonly acquiredAt: string | null;
  readonly arrivedAt: string;
  readonly waitingSince: string;
  readonly state: 'pending' | 'done' | 'parked';
  readonly priority: number;
  readonly findings: readonly RowFinding[];
  readonly criteria: readonly RowCriterion[];
  readonly agreement: Agreement;
  readonly abstentions: readonly Abstention[];
  readonly quality: { readonly verdict: string; readonly sentences: readonly string[] } | null;
  readonly alert: RowAlert | null;
  readonly held: { readonly because: string; readonly text: string } | null;
  readonly evaluationOnly: boolean;
  readonly timeFlags: readonly string[];
  readonly corrected: 'superseded' | 'withdrawn' | null;
}

export interface WireLead {
  readonly name: string;
  readonly sampleRateHz: number;
  /** base64 of int16, little-endian; the lowest value is "no sample". */
  readonly microvolts: string;
  readonly offsetMs: number;
}

export interface WireBeat {
  readonly sampleRateHz: number;
  readonly beatCount: number;
  /** Of the QRS, in samples of the beat; the J point is where it ends. */
  readonly onset: number;
  readonly jPoint: number;
  readonly leads: readonly WireBeatLead[];
}

export interface WireBeatLead {
  readonly name: string;
  readonly microvolts: string;
  /** At the J point against the QRS onset, in millimetres of 0.1 mV. */
  readonly stMillimetres: number;
  /** One of those that made a rule positive. */
  readonly decisive: boolean;
}

export interface WireSpan {
  readonly lead: string | null;
  readonly fromMs: number;
  readonly toMs: number;
  readonly weight: number;
}

export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface ModelExcerpt {
  readonly id: string;
  readonly version: string;
  /** Null where the model withheld its answer. */
  readonly findingId: string | null;
  readonly title: string;
  readonly intendedUse: string | null;
  readonly notIntendedUse: string | null;
  readonly limits: readonly string[];
  readonly threshold: number | null;
  /** Null where the site set the threshold. */
  readonly decisionPoint: string | null;
  readonly cohort: string | null;
  readonly sensitivity: Estimate | null;
  readonly specificity: Estimate | null;
}

export interface LeadChange {
  readonly lead: string;
  readonly stDeltaMillimetres: number;
  readonly beyondOrdinary: boolean;
}

export interface PreviousEcg {
  readonly ecgId: string;
  readonly acquiredAt: string | null;
  readonly change: readonly LeadChange[];
  readonly sentences: readonly string[];
}

export interface BesideItem {
  readonly kind: 'troponin' | 'vital' | 'complaint' | 'earlier-ecg';
  readonly display: string;
  readonly value: number | string | null;
  readonly unit: string | null;
  readonly at: string;
  readonly interpretation: string | null;
}

export interface Measurement {
  readonly id: string;
  readonly name: string;
  readonly value: number | null;
  readonly unit: string;
  readonly why: string | null;
}

export interface Delivery {
  readonly id: string;
  readonly destination: string;
  readonly kind: string;
  readonly state: string;
  readonly attempts: number;
  readonly failure: { readonly code: string; readonly detail: string } | null;
  readonly at: string;
}

export interface Outcome {
  readonly findingId: string;
  readonly says: 'present' | 'absent';
  readonly by: string;
  readonly source: string;
  readonly reason: string | null;
  readonly at: string;
}

export interface EcgView {
  readonly row: Row;
  /** How it was read off its paper; null for a recording. */
  readonly readFrom: string | null;
  readonly leads: readonly WireLead[];
  readonly beat: WireBeat | null;
  readonly evidence: readonly { readonly findingId: string; readonly spans: readonly WireSpan[] }[];
  readonly measurements: readonly Measurement[];
  readonly models: readonly ModelExcerpt[];
  readonly previous: readonly PreviousEcg[];
  readonly beside: readonly BesideItem[];
  readonly sources: readonly {
    readonly receiptId: string;
    readonly door: string;
    readonly sender: string | null;
    readonly at: string;
  }[];
  readonly deliveries: readonly Delivery[];
  readonly outcome: readonly Outcome[];
}
