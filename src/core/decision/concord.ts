import type { CriterionResult } from '../criteria/criterion.js';
import type { Finding } from './assessment.js';

/**
 * Whether some findings and the classic criteria point the same way: of one model, to be counted, or
 * of those that may be shown. What was decided on an ECG as a whole is its `Agreement`. `unknown`
 * where one of the two could not be told: silence of one is no concord.
 */
export type Concord = 'both' | 'network-only' | 'criteria-only' | 'neither' | 'unknown';

export function concordOf(
  findings: readonly Pick<Finding, 'positive'>[],
  criteria: readonly CriterionResult[],
): Concord {
  const network = findings.length === 0 ? null : findings.some(({ positive }) => positive);
  const rules = criteriaSay(criteria);
  if (network === null || rules === null) return 'unknown';
  if (network) return rules ? 'both' : 'network-only';
  return rules ? 'criteria-only' : 'neither';
}

/** Null where no rule applied, or where it hangs on an age or a sex that nobody knows. */
export function criteriaSay(criteria: readonly CriterionResult[]): boolean | null {
  const verdicts = criteria.map(({ verdict }) => verdict);
  if (verdicts.includes('positive')) return true;
  if (verdicts.includes('depends')) return null;
  return verdicts.includes('negative') ? false : null;
}
