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
  /** SHA-256 of the card of each model that it was approved for, by the model's id. */
  readonly approvedFor: Readonly<Record<string, string>>;
  /** Why it is not taken as approved although it names who did; found when it was loaded. */
  readonly doubts: readonly PolicyDoubt[];
  readonly alerts: AlertPolicy;
}

export type PolicyDoubt =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'signature-not-valid' }
  | { readonly kind: 'model-differs'; readonly modelId: string };

export interface ModelPolicy {
  readonly mode: ModelMode;
  /** Name of the card's decision point in use; null takes the first. */
  readonly decisionPoint: string | null;
  /** A site's own threshold, which then wins over the card's. */
  readonly threshold: number | null;
  /** The same for single findings of the model, which wins over `threshold`. */
  readonly thresholds?: Readonly<Record<string, number>> | null;
  /**
   * Per finding the share of positives among the ECGs of this site. It shifts what is shown from
   * the share on which the card was calibrated; thresholds keep to the card's own probability.
   */
  readonly prevalence: Readonly<Record<string, number>> | null;
}

/** How an alert is paged, once the gates are open. */
export interface AlertPolicy {
  /** By finding; one that is not named is critical. */
  readonly urgency: Readonly<Record<string, Urgency>>;
  /** A rising troponin beside the ECG makes an urgent alert critical. */
  readonly troponinRaisesUrgency: boolean;
  /** Names of destinations in the order in which they are tried; none: all that take alerts. */
  readonly routes: readonly string[];
  readonly nextRouteSeconds: number;
  readonly escalationMinutes: number | null;
  /** Who is called where nobody took it; none: the routes again. */
  readonly escalationRoutes: readonly string[];
  /** One page a patient and finding in this time. */
  readonly quietMinutes: number;
  readonly cap: { readonly pages: number; readonly minutes: number } | null;
}

export type Urgency = 'critical' | 'urgent';

/** "Within two minutes" with room for the timer that looks. */
export const NEXT_ROUTE_SECONDS = 90;

export const ALERT_POLICY: AlertPolicy = Object.freeze({
  urgency: Object.freeze({}),
  troponinRaisesUrgency: false,
  routes: Object.freeze([]),
  nextRouteSeconds: NEXT_ROUTE_SECONDS,
  escalationMinutes: 10,
  escalationRoutes: Object.freeze([]),
  quietMinutes: 120,
  cap: Object.freeze({ pages: 10, minutes: 10 }),
});

/** In force where a site has said nothing: models in their cards' own modes, nobody is paged. */
export const EVALUATION_POLICY: Policy = Object.freeze({
  version: 'evaluation-1',
  approvedBy: null,
  validUntilMs: null,
  models: Object.freeze({}),
  freshMinutesMax: 60,
  approvedFor: Object.freeze({}),
  doubts: Object.freeze([]),
  alerts: ALERT_POLICY,
});
