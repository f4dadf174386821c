import type { Policy } from '../core/decision/policy.js';
import type { ModelCard } from '../core/decision/card.js';
import { isInForce } from '../core/decision/decide.js';

/** Why nothing here may be used for care yet; empty where a site's word and its models allow it. */
export function evaluationReasons(
  policy: Policy,
  cards: readonly ModelCard[],
  nowMs: number,
): readonly string[] {
  const reasons: string[] = [];
  if (policy.approvedBy === null || policy.validUntilMs === null) {
    reasons.push('No policy has been approved for this site.');
  } else if (!isInForce(policy, nowMs)) {
    reasons.push('The policy of this site has expired.');
  }
  const unproven = cards.filter(({ standing }) => standing !== 'validated').map(({ id }) => id);
  if (cards.length === 0) reasons.push('No model is there.');
  if (unproven.length > 0) {
    reasons.push(`Not validated for care: ${unproven.join(', ')}.`);
  }
  return reasons;
}
