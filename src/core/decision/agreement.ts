import type { CriterionId, CriterionResult } from '../criteria/criterion.js';
import { CRITERIA_OF_OCCLUSION } from '../criteria/criterion.js';
import type { Finding } from './assessment.js';
import type { ModelCard } from './card.js';
import type { Examination } from './examination.js';

/**
 * What the networks and the classic criteria say of the same question, side by side. Neither
 * overrules the other: this is told and decides nothing.
 */
export interface Agreement {
  readonly verdict: AgreementVerdict;
  /** Findings that speak of what the criteria speak of, and whether each is positive. */
  readonly networks: readonly {
    readonly modelId: string;
    readonly findingId: string;
    readonly positive: boolean;
  }[];
  /** Criteria that are met. */
  readonly criteria: readonly CriterionId[];
}

/** The criteria may also not apply, and the networks may all abstain: then nothing is compared. */
export type AgreementVerdict =
  | 'networks-and-criteria'
  | 'some-networks-and-criteria'
  | 'networks-only'
  | 'some-networks-only'
  | 'criteria-only'
  | 'neither'
  | 'not-comparable';

/** One finding a model speaks for it: the first of those that its card sets beside the criteria. */
export function agreementOf(
  cards: readonly ModelCard[],
  findings: readonly Finding[],
  examination: Examination | null,
): Agreement {
  const networks = cards.flatMap((card) => {
    const spec = card.findings.find(({ besideCriteria }) => besideCriteria);
    const found = findings.find((one) => one.modelId === card.id && one.findingId === spec?.id);
    if (!found) return [];
    return [{ modelId: card.id, findingId: found.findingId, positive: found.positive }];
  });
  const applied = (examination?.criteria ?? []).filter(isCompared);
  const criteria = applied.flatMap(({ id, verdict }) => (verdict === 'positive' ? [id] : []));
  const isComparable = networks.length > 0 && applied.length > 0;
  return Object.freeze({
    verdict: isComparable ? verdictOf(networks, criteria) : 'not-comparable',
    networks,
    criteria,
  });
}

function isCompared({ id, verdict }: CriterionResult): boolean {
  return CRITERIA_OF_OCCLUSION.includes(id) && verdict !== 'not-applicable';
}

function verdictOf(
  networks: Agreement['networks'],
  criteria: readonly CriterionId[],
): AgreementVerdict {
  const positive = networks.filter((one) => one.positive).length;
  if (positive === 0) return criteria.length > 0 ? 'criteria-only' : 'neither';
  const isAll = positive === networks.length;
  if (criteria.length > 0) return isAll ? 'networks-and-criteria' : 'some-networks-and-criteria';
  return isAll ? 'networks-only' : 'some-networks-only';
}

const WORDS: Readonly<Record<AgreementVerdict, string>> = Object.freeze({
  'networks-and-criteria': 'The networks and the classic criteria agree: both are positive.',
  'some-networks-and-criteria':
    'Classic criteria are met and some networks are positive, but not all of them.',
  'networks-only': 'The networks are positive and no classic criterion of occlusion is met.',
  'some-networks-only':
    'Some networks are positive, others are not, and no classic criterion of occlusion is met.',
  'criteria-only': 'Classic criteria are met and the networks are below their thresholds.',
  neither:
    'Neither the networks nor the classic criteria of occlusion are positive. This excludes nothing.',
  'not-comparable': 'Networks and classic criteria cannot be compared on this ECG.',
});

export function agreementWords({ verdict }: Agreement): string {
  return WORDS[verdict];
}
