/** One ECG as its sender knows it. */
export interface Sent {
  /** Unique for an ECG: it is also the number of its patient. */
  readonly key: string;
  /** The sender was told that it is safe, at least once. */
  readonly acknowledged: boolean;
}

/** One RiskAssessment as the EHR holds it. */
export interface Standing {
  readonly id: string;
  /** Our identifier on it; null where it has none. */
  readonly identifier: string | null;
  readonly patient: string;
  readonly occurrence: string;
}

export type Problem =
  | { readonly kind: 'lost'; readonly key: string }
  | { readonly kind: 'doubled'; readonly key: string; readonly count: number }
  | { readonly kind: 'stranger'; readonly key: string }
  | { readonly kind: 'same-identifier'; readonly key: string }
  | { readonly kind: 'no-identifier'; readonly key: string }
  /** What the ledger or the process itself says is wrong. */
  | { readonly kind: 'service'; readonly key: string };

/**
 * The promise, counted in the EHR and nowhere else: an acknowledged ECG has exactly one
 * RiskAssessment, one that nobody acknowledged has one at most, and nothing else is there.
 */
export function judge(sent: readonly Sent[], standing: readonly Standing[]): Problem[] {
  const problems: Problem[] = [];
  const byPatient = countBy(standing, ({ patient }) => patient);
  const known = new Set(sent.map(({ key }) => key));
  for (const { key, acknowledged } of sent) {
    const count = byPatient.get(key) ?? 0;
    if (count === 0 && acknowledged) problems.push({ kind: 'lost', key });
    if (count > 1) problems.push({ kind: 'doubled', key, count });
  }
  for (const patient of byPatient.keys()) {
    if (!known.has(patient)) problems.push({ kind: 'stranger', key: patient });
  }
  for (const { id, identifier } of standing) {
    if (identifier === null) problems.push({ kind: 'no-identifier', key: id });
  }
  const byIdentifier = countBy(standing, ({ identifier }) => identifier ?? '');
  for (const [identifier, count] of byIdentifier) {
    if (identifier !== '' && count > 1) problems.push({ kind: 'same-identifier', key: identifier });
  }
  return problems;
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
