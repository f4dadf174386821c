import type { Assessment, Finding } from '../../core/decision/assessment.js';
import { agreementWords } from '../../core/decision/agreement.js';
import { evidenceWords } from '../../core/decision/evidence.js';
import type { Examination, MeasuredRecord } from '../../core/decision/examination.js';
import { shownAbstentions, shownFindings } from '../../core/decision/standing.js';
import { durationSeconds, type Ecg } from '../../core/ecg/ecg.js';
import { pageWords } from '../../core/ecg/page-note.js';
import type { Reading, VendorMeasurements, WrittenTime } from '../../core/ecg/reading.js';
import { findingLine, NOTICE, withheldLine } from '../../delivery/lines.js';

/** One file as a person reads it on a terminal. */
export function tell(file: string, reading: Reading, assessment: Assessment): string {
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['format', [reading.format]],
    ['device', told([deviceOf(reading.ecg)])],
    ['recording', [recordingOf(reading.ecg)]],
    ['from paper', told([reading.page ? pageWords(reading.page) : null])],
    ['acquired', [timeOf(reading.acquired)]],
    ['patient', [patientOf(reading)]],
    ['status', [reading.status]],
    ['recorder says', reading.vendorStatements],
    ['its numbers', told([vendorNumbers(reading.vendorMeasurements)])],
    ...(assessment.examination ? examined(assessment.examination) : []),
    ['findings', findingsOf(assessment)],
    ['side by side', told([assessment.agreement && agreementWords(assessment.agreement)])],
  ];
  const lines = rows.flatMap(([name, texts]) =>
    texts.map((text, i) => `  ${(i === 0 ? name : '').padEnd(14)}${text}`),
  );
  return [file, ...lines, `  ${NOTICE}`, ''].join('\n');
}

const told = (texts: readonly (string | null)[]): string[] => texts.flatMap((text) => text ?? []);

function deviceOf({ device }: Ecg): string | null {
  if (!device) return null;
  const { manufacturer, model, serialNumber } = device;
  const serial = serialNumber === null ? null : `serial ${serialNumber}`;
  return told([manufacturer, model, serial]).join(', ') || null;
}

function recordingOf(ecg: Ecg): string {
  const derived = ecg.leads.filter(({ origin }) => origin === 'derived').map(({ name }) => name);
  const extra = ecg.extraLeads.map(({ name }) => name);
  const { filters } = ecg;
  const pass = filters && `filters ${filters.highPassHz ?? '?'} to ${filters.lowPassHz ?? '?'} Hz`;
  const notchHz = filters?.notchHz ?? null;
  const notch = notchHz === null ? null : `notch ${notchHz} Hz`;
  return told([
    `${ecg.sampleRateHz} Hz`,
    `${durationSeconds(ecg).toFixed(1)} s`,
    `12 leads${derived.length > 0 ? ` (${derived.join(', ')} derived)` : ''}`,
    extra.length > 0 ? `and ${extra.join(', ')}` : null,
    pass,
    notch,
  ]).join(', ');
}

function timeOf(acquired: WrittenTime | null): string {
  if (!acquired) return 'not written';
  const { local, offsetMinutes } = acquired;
  const time = local.replace('T', ' ').replace(/\.000$/, '');
  if (offsetMinutes === null) return `${time} (zone not written)`;
  const minutes = Math.abs(offsetMinutes);
  const clock = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
  return `${time} (UTC${offsetMinutes < 0 ? '-' : '+'}${clock})`;
}

function patientOf({ patient, ecg }: Reading): string {
  const { ageYears, sex } = ecg.patient;
  return [
    patient ? `${patient.value} (${patient.authority})` : 'no identifier',
    ageYears === null ? 'age not known' : `${ageYears} years`,
    sex ?? 'sex not known',
  ].join(', ');
}

function vendorNumbers(measurements: VendorMeasurements | null): string | null {
  if (!measurements) return null;
  const { heartRateBpm, prMs, qrsMs, qtMs, qtcMs, qrsAxisDegrees } = measurements;
  return told([
    number('rate', heartRateBpm, '/min'),
    number('PR', prMs, 'ms'),
    number('QRS', qrsMs, 'ms'),
    number('QT', qtMs, 'ms'),
    number('QTc', qtcMs, 'ms'),
    number('QRS axis', qrsAxisDegrees, 'degrees'),
  ]).join(', ');
}

function number(name: string, value: number | null, unit: string): string | null {
  return value === null ? null : `${name} ${Math.round(value)} ${unit}`;
}

function examined({ quality, measurement, criteria }: Examination): [string, string[]][] {
  const faults = quality.findings.map(({ sentence }) => sentence);
  const isMet = (verdict: string): boolean => verdict === 'positive' || verdict === 'depends';
  const met = criteria.filter(({ verdict }) => isMet(verdict));
  const named = (wanted: string): string =>
    criteria
      .filter(({ verdict }) => verdict === wanted)
      .map(({ title }) => title)
      .join(', ');
  const negative = named('negative');
  return [
    ['quality', faults.length > 0 ? faults : ['no fault found']],
    ...(measurement.kind === 'measured'
      ? measuredRows(measurement)
      : ([['measured', [`nothing: ${measurement.detail}`]]] as [string, string[]][])),
    [
      'criteria',
      told([
        ...met.map(({ sentence }) => `MET ${sentence}`),
        negative === '' ? null : `not met: ${negative} (this excludes nothing)`,
        ...criteria
          .filter(({ verdict }) => verdict === 'not-applicable')
          .map(({ sentence }) => sentence),
      ]),
    ],
  ];
}

const MICROVOLTS_PER_MM = 100;

function measuredRows({ rhythm, intervals, axes, leads }: MeasuredRecord): [string, string[]][] {
  const numbers = told([
    number('rate', rhythm.rateBpm, '/min'),
    rhythm.regularity === 'unknown' ? null : rhythm.regularity,
    number('PR', intervals.prMs, 'ms'),
    number('QRS', intervals.qrsMs, 'ms'),
    number('QT', intervals.qtMs, 'ms'),
    number('QTc', intervals.qtcBazettMs, 'ms (Bazett)'),
    number('QRS axis', axes.qrs, 'degrees'),
  ]);
  const levels = leads
    .filter(({ beatCount }) => beatCount > 0)
    .map(({ name, st }) => `${name} ${millimetres(st.j - st.onset)}`);
  return [
    ['measured', [numbers.join(', ')]],
    ['ST at J, mm', [levels.join('  ')]],
  ];
}

/** Never as `-0.0`. */
function millimetres(microvolts: number): string {
  return (Math.round(microvolts / (MICROVOLTS_PER_MM / 10)) / 10 + 0).toFixed(1);
}

/** What people are told; a model in shadow speaks in the JSON alone, with its mode. */
function findingsOf(assessment: Assessment): string[] {
  const lines = [
    ...shownFindings(assessment).flatMap((one) => [findingLine(one), ...evidenceLine(one)]),
    ...shownAbstentions(assessment).map(withheldLine),
  ];
  return lines.length > 0 ? lines : ['none: no network answered'];
}

/** Only of a positive finding: what speaks a little for a thing that is not found misleads. */
function evidenceLine({ positive, evidence }: Finding): string[] {
  const words = positive && evidence ? evidenceWords(evidence) : null;
  return words === null ? [] : [`          driven by ${words}`];
}
