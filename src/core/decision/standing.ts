import type { Abstention, Finding } from './assessment.js';
import type { ModelCard, ModelMode } from './card.js';
import { inClinicalOrder } from './order.js';
import type { Policy, PolicyDoubt } from './policy.js';

/** Whether what we say may be taken for care, and if not, why: told on the board, not only logged. */
export interface Evaluation {
  /** True where nothing may be taken for care; false where some models may. */
  readonly everything: boolean;
  /** In words; also names single models that are for evaluation while others are not. */
  readonly why: readonly string[];
}

export function isInForce(policy: Policy, nowMs: number): boolean {
  return policyFaults(policy, nowMs).length === 0;
}

/** A site's approval of these very weights stands for a validation; a placeholder has nothing to approve. */
export function isApproved(policy: Policy, card: Pick<ModelCard, 'id' | 'standing'>): boolean {
  return card.standing !== 'placeholder' && policy.approvedFor[card.id] !== undefined;
}

/** Models whose findings people see: what is in shadow or off speaks to nobody. */
export function isShown(policy: Policy, card: Pick<ModelCard, 'id' | 'defaultMode'>): boolean {
  return speaks(policy.models[card.id]?.mode ?? card.defaultMode);
}

/** Findings that people see, on the board, on paper and in the chart, and in which order. */
export function shownFindings(of: { readonly findings: readonly Finding[] }): readonly Finding[] {
  return inClinicalOrder(of.findings.filter(({ mode }) => speaks(mode)));
}

/** What is withheld by models that people hear of at all. */
export function shownAbstentions(of: {
  readonly abstentions: readonly Abstention[];
}): readonly Abstention[] {
  return of.abstentions.filter(({ inShadow }) => inShadow !== true);
}

function speaks(mode: ModelMode): boolean {
  return mode === 'advise' || mode === 'alert';
}

export function assessEvaluation(
  policy: Policy,
  cards: readonly Pick<ModelCard, 'id' | 'standing' | 'defaultMode'>[],
  nowMs: number,
): Evaluation {
  const faults = policyFaults(policy, nowMs);
  const shown = cards.filter((card) => isShown(policy, card));
  const doubted = shown.filter((card) => !isApproved(policy, card));
  return Object.freeze({
    everything: faults.length > 0 || doubted.length === shown.length,
    why: Object.freeze([...faults, ...doubted.map(modelFault)]),
  });
}

function modelFault({ id, standing }: Pick<ModelCard, 'id' | 'standing'>): string {
  return standing === 'placeholder'
    ? `Model ${id} is a placeholder that proves the plumbing.`
    : `Model ${id} is not among those that the policy was approved for.`;
}

export function policyFaults(policy: Policy, nowMs: number): readonly string[] {
  const { approvedBy, validUntilMs, doubts } = policy;
  if (approvedBy === null || validUntilMs === null) return ['No approved policy is in force.'];
  return [
    ...(nowMs < validUntilMs ? [] : ['The policy has expired.']),
    ...doubts.map(doubtInWords),
  ];
}

function doubtInWords(doubt: PolicyDoubt): string {
  switch (doubt.kind) {
    case 'unsigned':
      return 'The policy is not signed, and this site lists the keys that sign.';
    case 'signature-not-valid':
      return 'The signature of the policy is not valid.';
    case 'model-differs':
      return `The policy was approved for another model ${doubt.modelId} than the one that is here.`;
  }
}
