import type { Evidence, EvidenceLine } from './evidence.js';
import { HEADER_FIRST_MM, HEADER_LINES_MAX, HEADER_STEP_MM } from './header.js';
import { wrapText } from './lettering.js';
import { line, type Mark } from './page.js';
import { PAPER } from './paper.js';
import { textAt } from './writing.js';

const LEFT_MM = PAPER.gridLeftMm + 134;
const WIDTH_MM = PAPER.gridLeftMm + PAPER.gridWidthMm - LEFT_MM;
const SIZE_MM = 3.2;
const RULE_MM = 2.5;
const LINES_PER_TEXT_MAX = 2;
const LINES_READ_MAX = 50;

/** Silence is not a healthy heart, and the page says so. */
export const NO_FINDING = 'No finding is reported. That does not mean that this ECG is normal.';

/** Findings in bold, then what was not assessed, then the rest, as far as there is room. */
export function evidenceLineMarks({ lines }: Pick<Evidence, 'lines'>): readonly Mark[] {
  const written = ordered(lines).flatMap(({ kind, text }) => {
    const style = { sizeMm: SIZE_MM, bold: kind === 'finding' };
    const worded = kind === 'abstention' ? `Not assessed: ${text}` : text;
    return wrapText(worded, style, WIDTH_MM, LINES_PER_TEXT_MAX).map((part) => ({ part, style }));
  });
  const doAllFit = written.length <= HEADER_LINES_MAX && lines.length <= LINES_READ_MAX;
  const shown = doAllFit ? written : written.slice(0, HEADER_LINES_MAX - 1);
  const more = { part: 'More is said in the result than fits here.', style: PLAIN };
  const bottom = HEADER_FIRST_MM + (HEADER_LINES_MAX - 1) * HEADER_STEP_MM;
  const x = LEFT_MM - RULE_MM;
  return [
    line('quiet', 0.25, [x, HEADER_FIRST_MM - SIZE_MM, x, bottom + 0.5]),
    ...[...shown, ...(doAllFit ? [] : [more])].map(({ part, style }, i) =>
      textAt(part, LEFT_MM, HEADER_FIRST_MM + i * HEADER_STEP_MM, style),
    ),
  ];
}

const PLAIN = Object.freeze({ sizeMm: SIZE_MM, bold: false });

function ordered(lines: readonly EvidenceLine[]): readonly EvidenceLine[] {
  const read = lines.slice(0, LINES_READ_MAX);
  const of = (kind: EvidenceLine['kind']): EvidenceLine[] =>
    read.filter((item) => item.kind === kind);
  const findings = of('finding');
  const first = findings.length > 0 ? findings : [{ kind: 'note' as const, text: NO_FINDING }];
  return [...first, ...of('abstention'), ...of('note')];
}
