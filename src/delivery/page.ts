import type { Assessment, Finding } from '../core/decision/assessment.js';
import { shownAbstentions, shownFindings } from '../core/decision/standing.js';
import { LEAD_NAMES } from '../core/ecg/lead.js';
import { pageWords } from '../core/ecg/page-note.js';
import type { Reading } from '../core/ecg/reading.js';
import { drawEcg } from '../core/image/draw-ecg.js';
import type { DrawOptions } from '../core/image/paper.js';
import type { Page } from '../core/image/page.js';
import { evidenceOf, type EvidenceLine } from '../core/image/evidence.js';
import { spansOfFindings } from '../core/image/finding-spans.js';
import { measure } from '../core/signal/measure.js';
import { findingLine, NOTICE, withheldLine } from './lines.js';

/** The ECG on its paper with what was found; without a word of who the patient is. */
export function toPage(
  { ecg, acquired, page }: Pick<Reading, 'ecg' | 'acquired' | 'page'>,
  assessment: Assessment,
  options: Pick<DrawOptions, 'layout'> = {},
): Page {
  const { examination } = assessment;
  const findings = shownFindings(assessment);
  const measurement = measure(ecg);
  const met = (examination?.criteria ?? []).filter(({ verdict }) => verdict === 'positive');
  const decisive = LEAD_NAMES.filter((name) =>
    met.some(({ measured }) => measured.some((one) => one.decisive && one.lead === name)),
  );
  const { spans, letters } = spansOfFindings(findings);
  const lines: EvidenceLine[] = [
    ...findings.map((one) => ({ kind: 'finding' as const, text: lettered(one, letters) })),
    ...shownAbstentions(assessment).map((one) => ({
      kind: 'abstention' as const,
      text: withheldLine(one),
    })),
    ...met.map(({ sentence }) => ({ kind: 'note' as const, text: sentence })),
    ...(page ? [{ kind: 'note' as const, text: pageWords(page) }] : []),
    { kind: 'note', text: NOTICE },
  ];
  return drawEcg(ecg, {
    ...options,
    acquired,
    rateBpm: measurement.kind === 'measured' ? measurement.rhythm.rateBpm : null,
    evidence: { spans, ...evidenceOf(measurement, decisive), lines },
  });
}

/** The letter stands at the shaded stretches that drove it. */
function lettered(finding: Finding, letters: ReadonlyMap<Finding, string>): string {
  const letter = letters.get(finding);
  return letter === undefined ? findingLine(finding) : `[${letter}] ${findingLine(finding)}`;
}
