import type { Examination, MeasuredRecord } from '../../core/decision/examination.js';
import type { CriterionResult } from '../../core/criteria/criterion.js';

/** What was read off the trace itself, as sentences beside the findings of the networks. */
export function examinationNotes({ quality, measurement, criteria }: Examination): string[] {
  return [
    ...(quality.findings.length > 0
      ? [`Recording: ${quality.findings.map(({ sentence }) => sentence).join(' ')}`]
      : []),
    measurement.kind === 'measured'
      ? measured(measurement)
      : `Not measured: ${measurement.detail}. This does not mean that the ECG is normal.`,
    ...criteria.filter(isTold).map(({ sentence }) => `Classic criterion: ${sentence}`),
    ...silent(criteria),
  ];
}

function isTold({ verdict }: CriterionResult): boolean {
  return verdict === 'positive' || verdict === 'depends';
}

/** Rules that found nothing are named, so that their silence is not taken for their absence. */
function silent(criteria: readonly CriterionResult[]): string[] {
  const named = (wanted: CriterionResult['verdict']): string =>
    criteria
      .filter(({ verdict }) => verdict === wanted)
      .map(({ title }) => title)
      .join(', ');
  const [negative, unapplied] = [named('negative'), named('not-applicable')];
  return [
    ...(negative === '' ? [] : [`Classic criteria not met: ${negative}. This excludes nothing.`]),
    ...(unapplied === '' ? [] : [`Classic criteria that do not apply here: ${unapplied}.`]),
  ];
}

const MICROVOLTS_PER_MM = 100;

function measured({ rhythm, intervals, leads }: MeasuredRecord): string {
  const numbers = [
    told('rate', rhythm.rateBpm, '/min'),
    told('PR', intervals.prMs, 'ms'),
    told('QRS', intervals.qrsMs, 'ms'),
    told('QT', intervals.qtMs, 'ms'),
    told('QTc (Bazett)', intervals.qtcBazettMs, 'ms'),
  ].join(', ');
  const levels = leads
    .filter(({ beatCount }) => beatCount > 0)
    .map(({ name, st }) => `${name} ${tenths((st.j - st.onset) / MICROVOLTS_PER_MM)}`)
    .join(', ');
  return `Measured: ${numbers}; ST at the J point in mm: ${levels}.`;
}

/** Never as `-0.0`. */
function tenths(value: number): string {
  return (Math.round(value * 10) / 10 + 0).toFixed(1);
}

function told(name: string, value: number | null, unit: string): string {
  return value === null ? `${name} not known` : `${name} ${Math.round(value)} ${unit}`;
}
