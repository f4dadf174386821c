import { LEAD_NAMES } from '../../core/ecg/lead.js';
import type { Truth } from './case.js';

/** The first line of labels.csv. */
export const LABEL_HEAD = [
  'id',
  'condition',
  'culprit',
  'occluded',
  'stemi_criteria',
  'age',
  'sex',
  'rhythm',
  ...LEAD_NAMES.map((name) => `st_${name}_uv`),
].join(',');

/** What is true of one case, as one line; no field needs quoting. */
export function labelLine(id: string, truth: Truth): string {
  return [
    id,
    truth.condition,
    truth.culprit ?? '',
    truth.occluded ? 1 : 0,
    truth.stemiCriteria ? 1 : 0,
    truth.ageYears,
    truth.sex,
    truth.rhythm,
    ...LEAD_NAMES.map((name) => truth.stMicrovolts[name]),
  ].join(',');
}

/** `s7-000042`: the seed and the case's number name it for good. */
export function caseId(seed: number, number: number): string {
  return `s${seed}-${String(number).padStart(6, '0')}`;
}
