import type { Abstention, Finding } from '../core/decision/assessment.js';
import { percent } from './fhir/wording.js';

/** What stands below an ECG on its paper, and on a terminal: one line each. */
export const NOTICE =
  'For evaluation only: not a cleared medical device. No finding does not mean a normal ECG.';

export function withheldLine({ modelId, detail }: Abstention): string {
  return `NOT KNOWN  ${modelId ?? 'every model'} abstains: ${detail}`;
}

export function findingLine(finding: Finding): string {
  const { title, probability, threshold, spread, modelId, modelVersion, standing } = finding;
  const word = finding.positive ? 'POSITIVE' : 'below threshold';
  const differ = spread === null ? '' : `, networks differ by ${percent(spread)}`;
  return (
    `${word}  ${percent(probability)} ${title} ` +
    `(${shiftWords(finding)}threshold ${percent(threshold)}${differ}; ` +
    `${modelId} ${modelVersion}, ${standing})`
  );
}

function shiftWords({ shift, cardProbability }: Finding): string {
  if (!shift) return '';
  return `at a prevalence of ${percent(shift.toPrevalence)}; ${percent(cardProbability)} by the card, `;
}
