import type { CriterionResult } from '../core/criteria/criterion.js';
import type { AlertHold, Assessment, Finding } from '../core/decision/assessment.js';
import { criteriaSay } from '../core/decision/concord.js';
import { shownAbstentions } from '../core/decision/standing.js';

/**
 * The order in which patients want to be looked at:
 *
 *     0  an alert that nobody has taken yet
 *     1  an alert that somebody has taken, or a finding of a network in an ECG of now
 *     2  a classic criterion that is met, or a finding in an ECG of some other time
 *     3  not known: not scored yet, withheld, given up
 *     4  everything else; never "normal"
 *
 * An alert that is over, and an ECG that was taken back, ask for nobody: they go last.
 */
export type Priority = 0 | 1 | 2 | 3 | 4;

export interface PriorityFacts {
  readonly state: 'pending' | 'done' | 'parked';
  readonly assessment: Pick<Assessment, 'alert' | 'abstentions'> | null;
  /** Those that may be shown. */
  readonly findings: readonly Pick<Finding, 'positive'>[];
  readonly criteria: readonly CriterionResult[];
  readonly alert: { readonly state: string } | null;
  readonly corrected: 'superseded' | 'withdrawn' | null;
}

const UNTAKEN = ['raised', 'delivered', 'escalated'];
const NOT_OF_NOW: readonly AlertHold[] = ['not-fresh', 'not-production', 'clock-doubtful'];

export function priorityOf(facts: PriorityFacts): Priority {
  const { state, assessment, findings, criteria, alert, corrected } = facts;
  if (corrected !== null) return 4;
  if (alert !== null) {
    if (UNTAKEN.includes(alert.state)) return 0;
    return alert.state === 'acknowledged' ? 1 : 4;
  }
  if (state !== 'done' || assessment === null) return 3;
  if (findings.some(({ positive }) => positive)) return isOfNow(assessment) ? 1 : 2;
  if (criteriaSay(criteria) === true) return 2;
  if (shownAbstentions(assessment).length > 0 || findings.length === 0) return 3;
  return 4;
}

/** A clock in doubt may well be that of a patient who sits here now, but nobody can say so. */
function isOfNow({ alert }: Pick<Assessment, 'alert'>): boolean {
  return alert.raise || !NOT_OF_NOW.includes(alert.because);
}

/** Most urgent first, then whoever has waited longest. */
export function byUrgency(
  one: { readonly priority: Priority; readonly waitingSince: string; readonly ecgId: string },
  other: { readonly priority: Priority; readonly waitingSince: string; readonly ecgId: string },
): number {
  if (one.priority !== other.priority) return one.priority - other.priority;
  if (one.waitingSince !== other.waitingSince) {
    return one.waitingSince < other.waitingSince ? -1 : 1;
  }
  return one.ecgId < other.ecgId ? -1 : 1;
}
