import type { Assessment, Finding } from '../core/decision/assessment.js';
import type { Estimate, ModelCard } from '../core/decision/card.js';
import { shownAbstentions, shownFindings } from '../core/decision/standing.js';

/** What has to stand beside a finding, so that nobody takes its number for more than it is. */
export interface CardExcerpt {
  readonly id: string;
  readonly version: string;
  readonly findingId: string | null;
  readonly title: string;
  readonly intendedUse: string;
  readonly notIntendedUse: string;
  readonly limits: readonly string[];
  readonly threshold: number | null;
  /** Where the threshold comes from; null where the site set it. */
  readonly decisionPoint: string | null;
  readonly cohort: string | null;
  readonly sensitivity: Estimate | null;
  readonly specificity: Estimate | null;
}

export function toCardExcerpts(
  assessment: Assessment | null,
  cards: readonly ModelCard[],
): readonly CardExcerpt[] {
  if (assessment === null) return [];
  const findings = shownFindings(assessment);
  const answered = findings.map((finding) => ofFinding(finding, cards));
  const silent = shownAbstentions(assessment)
    .flatMap(({ modelId }) => cards.find(({ id }) => id === modelId) ?? [])
    .filter(({ id }) => !findings.some(({ modelId }) => modelId === id));
  return [...answered, ...silent.map(ofSilent)];
}

/** The card may have gone on since: then its words are those of another version, and left out. */
function ofFinding(finding: Finding, cards: readonly ModelCard[]): CardExcerpt {
  const { modelId, modelVersion, findingId, title, threshold, decisionPoint } = finding;
  const card = cards.find(({ id, version }) => id === modelId && version === modelVersion);
  return {
    id: modelId,
    version: modelVersion,
    findingId,
    title: card?.title ?? title,
    ...wordsOf(card ?? null),
    threshold,
    decisionPoint: decisionPoint?.name ?? null,
    cohort: decisionPoint?.cohort ?? null,
    sensitivity: decisionPoint?.sensitivity ?? null,
    specificity: decisionPoint?.specificity ?? null,
  };
}

function ofSilent(card: ModelCard): CardExcerpt {
  return {
    id: card.id,
    version: card.version,
    findingId: null,
    title: card.title,
    ...wordsOf(card),
    threshold: null,
    decisionPoint: null,
    cohort: null,
    sensitivity: null,
    specificity: null,
  };
}

function wordsOf(
  card: ModelCard | null,
): Pick<CardExcerpt, 'intendedUse' | 'notIntendedUse' | 'limits'> {
  return {
    intendedUse: card?.intendedUse ?? '',
    notIntendedUse: card?.notIntendedUse ?? '',
    limits: card?.limits ?? [],
  };
}
