import { vendorMeasurements, type VendorMeasurements } from '../../core/ecg/reading.js';
import { parseDecimal } from '../decimal.js';
import { boundedStatements } from '../statements.js';
import { childOf, childrenOf, textOf, type XmlElement } from '../xml/tree.js';

export const MEASUREMENTS = {
  heartRateBpm: 'VentricularRate',
  prMs: 'PRInterval',
  qrsMs: 'QRSDuration',
  qtMs: 'QTInterval',
  qtcMs: 'QTCorrected',
  pAxisDegrees: 'PAxis',
  qrsAxisDegrees: 'RAxis',
  tAxisDegrees: 'TAxis',
} as const satisfies Record<keyof VendorMeasurements, string>;

/** Those now in force: a person may have corrected what the recorder first measured. */
export function measurementsOf(root: XmlElement): VendorMeasurements | null {
  const all =
    childOf(root, 'RestingECGMeasurements') ?? childOf(root, 'OriginalRestingECGMeasurements');
  const number = (name: keyof VendorMeasurements): number | null => {
    const value = parseDecimal(textOf(childOf(all, MEASUREMENTS[name])));
    // No interval and no rate is nought: that is how a recorder writes that it found none.
    return value === 0 && !name.endsWith('Degrees') ? null : value;
  };
  return vendorMeasurements({
    heartRateBpm: number('heartRateBpm'),
    prMs: number('prMs'),
    qrsMs: number('qrsMs'),
    qtMs: number('qtMs'),
    qtcMs: number('qtcMs'),
    pAxisDegrees: number('pAxisDegrees'),
    qrsAxisDegrees: number('qrsAxisDegrees'),
    tAxisDegrees: number('tAxisDegrees'),
  });
}

/** Lines of the diagnosis. A line may come in pieces; the last of them is flagged as its end. */
export function statementsOf(root: XmlElement): readonly string[] {
  const diagnosis = childOf(root, 'Diagnosis') ?? childOf(root, 'OriginalDiagnosis');
  if (!diagnosis) return [];
  const pieces = childrenOf(diagnosis, 'DiagnosisStatement').map((statement) => {
    const flags = childrenOf(statement, 'StmtFlag').map((flag) => textOf(flag).toUpperCase());
    // What a person has struck out stays in the file, and is said no more.
    const text = flags.includes('DELETED') ? '' : textOf(childOf(statement, 'StmtText'));
    return { text, isEnd: flags.includes('ENDSLINE') };
  });
  // Some writers set no flags at all: then each piece is a line.
  const isFlagged = pieces.some(({ isEnd }) => isEnd);
  const lines: string[] = [];
  let line: string[] = [];
  for (const { text, isEnd } of pieces) {
    line.push(text);
    if (isFlagged && !isEnd) continue;
    lines.push(line.join(' '));
    line = [];
  }
  return boundedStatements([...lines, line.join(' ')]);
}
