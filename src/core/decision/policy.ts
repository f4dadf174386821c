import type { ModelMode } from './card.js';

/** A site's word on what may be shown and who may be paged. Belongs to the site, not to a model. */
export interface Policy {
  readonly version: string;
  /** Who approved it and until when; without both nothing ever pages anybody. */
  readonly approvedBy: string | null;
  readonly validUntilMs: number | null;
  readonly models: Readonly<Record<string, ModelPolicy>>;
  /** A page is for now: an ECG older than this is filed quietly. */
  readonly freshMinutesMax: number;
}

export interface ModelPolicy {
  readonly mode: ModelMode;
  /** Name of the card's decision point in use; null takes the first. */
  readonly decisionPoint: string | null;
  /** A site's own threshold, which then wins over the card's. */
  readonly threshold: number | null;
}

/** In force where a site has said nothing: models in their cards' own modes, nobody is paged. */
export const EVALUATION_POLICY: Policy = Object.freeze({
  version: 'evaluation-1',
  approvedBy: null,
  validUntilMs: null,
  models: Object.freeze({}),
  freshMinutesMax: 60,
});
