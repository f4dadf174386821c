import type { Finding } from './assessment.js';
import type { FindingSpec, ModelCard } from './card.js';

type Ordered = Pick<Finding, 'modelId' | 'findingId' | 'mode' | 'probability' | 'positive'> & {
  readonly refines?: string;
};

/**
 * The order in which people are told: what is found before what is not; what somebody may be paged for
 * before what is only advised; of one model as its card lists its findings, each followed by those that
 * say it more closely (the artery behind the occlusion that it is of), the likeliest first. One that
 * says more closely what was not itself found stands behind those that stand by themselves.
 */
export function inClinicalOrder<T extends Ordered>(findings: readonly T[]): readonly T[] {
  const found = findings.filter(({ positive }) => positive);
  const models = [...new Set(found.map(({ modelId }) => modelId))];
  const groups = models.map((id) => withinModel(found.filter(({ modelId }) => modelId === id)));
  return [...groups.toSorted(byHead).flat(), ...findings.filter(({ positive }) => !positive)];
}

/** The narrowest finding of the card of which this one is a part; null where it is part of none. */
export function refinedBy(card: Pick<ModelCard, 'findings'>, spec: FindingSpec): string | null {
  const broader = card.findings.filter(
    (other) =>
      other.output === spec.output &&
      other.classes.length > spec.classes.length &&
      spec.classes.every((name) => other.classes.includes(name)),
  );
  const [narrowest] = broader.toSorted((a, b) => a.classes.length - b.classes.length);
  return narrowest?.id ?? null;
}

function withinModel<T extends Ordered>(found: readonly T[]): readonly T[] {
  const ids = new Set(found.map(({ findingId }) => findingId));
  const partsOf = (id: string): readonly T[] =>
    found
      .filter(({ refines }) => refines === id)
      .toSorted(byProbability)
      .flatMap((one) => [one, ...partsOf(one.findingId)]);
  const withParts = (one: T): readonly T[] => [one, ...partsOf(one.findingId)];
  const orphans = found.filter(({ refines }) => refines !== undefined && !ids.has(refines));
  return [
    ...found.filter(({ refines }) => refines === undefined).flatMap(withParts),
    ...orphans.toSorted(byProbability).flatMap(withParts),
  ];
}

function byHead<T extends Ordered>([one]: readonly T[], [other]: readonly T[]): number {
  if (!one || !other) return 0;
  const pages = Number(other.mode === 'alert') - Number(one.mode === 'alert');
  return pages === 0 ? byProbability(one, other) : pages;
}

function byProbability(one: Ordered, other: Ordered): number {
  return other.probability - one.probability;
}
