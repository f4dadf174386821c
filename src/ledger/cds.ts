/**
 * What the conversation by CDS Hooks has to remember: tokens that were used, which card told of which
 * assessment, and what the clinician made of it. A card's id is ours, so that an answer to it finds
 * the assessment whoever takes it.
 */
export interface CdsMemory {
  /** False when this token was admitted before. One of two that come at one instant is the first. */
  admitToken(tokenKey: string, untilMs: number): Promise<boolean>;
  /** The newest ECGs, by acquisition, of a patient who may stand under several numbers. */
  newestEcgs(patientKeys: readonly string[], sinceMs: number, limit: number): Promise<string[]>;
  cardsShown(cards: readonly CdsCardNote[]): Promise<void>;
  /** The assessment that the card told of; null for a card that we never made. */
  feedback(feedback: CdsFeedbackNote): Promise<CdsCardNote | null>;
  feedbackOf(assessmentId: string): Promise<readonly CdsFeedbackNote[]>;
}

export interface CdsCardNote {
  readonly card: string;
  readonly service: string;
  readonly assessmentId: string;
  readonly ecgId: string;
  /** Null for a card that tells of an abstention. */
  readonly findingId: string | null;
  readonly atMs: number;
}

export interface CdsFeedbackNote {
  readonly card: string;
  readonly outcome: 'accepted' | 'overridden';
  readonly reasonCode: string | null;
  /** In the clinician's own words. Patient data: stays in the ledger. */
  readonly comment: string | null;
  /** The client that handed it on. */
  readonly by: string;
  readonly atMs: number;
}
