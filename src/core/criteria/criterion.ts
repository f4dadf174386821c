import type { AnyLeadName } from '../ecg/lead.js';

/** What one classic rule says about one ECG, beside the networks and independent of them. */
export interface CriterionResult {
  readonly id: CriterionId;
  readonly title: string;
  readonly verdict: Verdict;
  /** Why the rule does not apply; null where it does. */
  readonly whyNot: string | null;
  /** The answer for each patient this could be, where age or sex is unknown and changes it. */
  readonly variants: readonly CriterionVariant[];
  readonly measured: readonly MeasuredNumber[];
  /** For a clinician. Negative is never worded as normal. */
  readonly sentence: string;
}

export type CriterionId =
  | 'stemi'
  | 'st-depression'
  | 'sgarbossa'
  | 'smith-modified-sgarbossa'
  | 'barcelona'
  | 'four-variable'
  | 'posterior'
  | 'aslanger'
  | 'south-african-flag'
  | 'de-winter';

/** `depends`: positive for some patients this could be and negative for others. */
export type Verdict = 'positive' | 'negative' | 'depends' | 'not-applicable';

export interface CriterionVariant {
  readonly patient: string;
  readonly positive: boolean;
}

export interface MeasuredNumber {
  readonly lead: AnyLeadName | null;
  readonly what: string;
  readonly value: number;
  readonly unit: 'mm' | 'ms' | 'points' | 'ratio' | 'score';
  /** Whether this number is one that made the rule positive. */
  readonly decisive: boolean;
}

export const TITLES: Readonly<Record<CriterionId, string>> = Object.freeze({
  stemi: 'ST elevation by the fourth universal definition',
  'st-depression': 'ST depression or T inversion',
  sgarbossa: 'Sgarbossa',
  'smith-modified-sgarbossa': 'Smith-modified Sgarbossa',
  barcelona: 'Barcelona',
  'four-variable': 'Four-variable formula',
  posterior: 'Posterior pattern',
  aslanger: 'Aslanger pattern',
  'south-african-flag': 'South African flag pattern',
  'de-winter': 'de Winter pattern',
});

/** Those that ask for an occluded artery; ST depression elsewhere is ischaemia of any kind. */
export const CRITERIA_OF_OCCLUSION: readonly CriterionId[] = Object.freeze([
  'stemi',
  'sgarbossa',
  'smith-modified-sgarbossa',
  'barcelona',
  'four-variable',
  'posterior',
  'aslanger',
  'south-african-flag',
  'de-winter',
] as const);

export function answered(
  id: CriterionId,
  positive: boolean,
  measured: readonly MeasuredNumber[],
  sentence: string,
): CriterionResult {
  const verdict = positive ? 'positive' : 'negative';
  return result({ id, verdict, whyNot: null, variants: [], measured, sentence });
}

export function notApplicable(
  id: CriterionId,
  whyNot: string,
  measured: readonly MeasuredNumber[] = [],
): CriterionResult {
  const sentence = `${TITLES[id]}: not applied, because ${whyNot}.`;
  return result({ id, verdict: 'not-applicable', whyNot, variants: [], measured, sentence });
}

export function result(parts: Omit<CriterionResult, 'title'>): CriterionResult {
  return Object.freeze({ ...parts, title: TITLES[parts.id] });
}

export function millimetres(
  lead: AnyLeadName | null,
  what: string,
  value: number,
  decisive = false,
): MeasuredNumber {
  return Object.freeze({ lead, what, value, unit: 'mm', decisive });
}

/** What is shown (a tenth of a millimetre) is what decides: no 1.0 that is called too low. */
export function shown(value: number): number {
  return Math.round(value * 10) / 10;
}

/** `1.5 mm`, with the sign only where it is below zero. */
export function mm(value: number): string {
  return `${value.toFixed(1)} mm`;
}

/** `II, III and aVF`. */
export function listed(names: readonly string[]): string {
  const last = names[names.length - 1] ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
