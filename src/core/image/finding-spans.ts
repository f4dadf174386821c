import type { Finding } from '../decision/assessment.js';
import type { EvidenceSpan } from './evidence.js';

const LETTERS = ['A', 'B', 'C', 'D'] as const;
/** A page on which everything is shaded shows nothing: the lightest spans of a finding stay away. */
const WEIGHT_MIN = 0.5;

export interface FindingSpans {
  readonly spans: readonly EvidenceSpan[];
  /** By the letter that its spans bear; findings that are not drawn have none. */
  readonly letters: ReadonlyMap<Finding, string>;
}

/**
 * What drove the positive findings, as stretches of the page. Findings that were driven by the same
 * stretches share a letter, so that nothing is shaded twice.
 */
export function spansOfFindings(findings: readonly Finding[]): FindingSpans {
  const letters = new Map<Finding, string>();
  const drawn = new Map<string, { letter: string; spans: readonly EvidenceSpan[] }>();
  for (const finding of findings) {
    const spans = finding.positive ? (finding.evidence?.spans ?? []) : [];
    const heavy = spans.filter(({ weight }) => weight >= WEIGHT_MIN);
    if (heavy.length === 0) continue;
    const places = heavy.map(({ lead, fromMs, toMs }) => ({ lead, fromMs, toMs }));
    const key = JSON.stringify(places);
    const letter = drawn.get(key)?.letter ?? LETTERS[drawn.size];
    if (letter === undefined) break;
    letters.set(finding, letter);
    drawn.set(key, { letter, spans: places.map((one) => ({ ...one, label: letter })) });
  }
  return { spans: [...drawn.values()].flatMap(({ spans }) => spans), letters };
}
