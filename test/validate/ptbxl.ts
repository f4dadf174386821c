import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { CriterionResult } from '../../src/core/criteria/criterion.js';
import { bundleBranchBlock } from '../../src/core/criteria/conduction.js';
import { median, quantile } from '../../src/core/signal/statistics.js';
import { proportion } from './proportion.js';
import { examine, type Case } from './ptbxl-case.js';
import { readPtbxl } from './ptbxl-records.js';
import { swapSection } from './ptbxl-swaps.js';
import { skipped } from './skipped.js';

const REPORT = new URL('../../docs/validation/criteria.md', import.meta.url);
const SECOND = new URL('../../docs/validation/second-ptbxl.json', import.meta.url);
export async function main(secondAnswers: string | undefined): Promise<void> {
  const records = await readPtbxl();
  if (!records) {
    skipped('PTB-XL validation', 'PTB-XL records');
    return;
  }
  if (secondAnswers !== undefined) {
    await mkdir(new URL('.', SECOND), { recursive: true });
    await writeFile(SECOND, await readFile(secondAnswers, 'utf8'));
  }
  const cases = records.map((record) => examine(record));
  const report = [
    HEAD,
    ...swapSection(records, cases),
    ...(await agreementSection(cases)),
    ...stemiSection(cases),
    ...criteriaSection(cases),
    ...pWaveSection(cases),
    ...blockSection(cases),
    ...qualitySection(cases),
    '',
  ].join('\n');
  await mkdir(new URL('.', REPORT), { recursive: true });
  await writeFile(REPORT, report);
  process.stdout.write(report);
}

const HEAD = `# Measurements and criteria on PTB-XL

Made by \`npm run validate:ptbxl\`; do not edit. 1,480 raw records
of PTB-XL (Wagner et al., Sci Data 2020, CC BY 4.0), 10 s, 500 Hz. Intervals are Wilson's, 95 %.
PTB-XL's codes are readings of the trace, not angiography.
`;

interface SecondAnswer {
  readonly rateBpm: number;
  readonly axisByAreaDegrees: number;
  readonly axisByAmplitudeDegrees: number;
}

interface Second {
  readonly neurokit2: string;
  readonly records: Readonly<Record<string, SecondAnswer | null>>;
}

async function agreementSection(cases: readonly Case[]): Promise<string[]> {
  const title = ['## Rate and axis beside a second implementation', ''];
  let second: Second;
  try {
    second = JSON.parse(await readFile(SECOND, 'utf8')) as Second;
  } catch {
    return [...title, 'Not run here (test/validate/second_ptbxl.py).', ''];
  }
  const pairs = cases.flatMap(({ record, measurement }) => {
    const theirs = second.records[String(record.id)];
    if (!theirs || measurement.kind === 'not-measured') return [];
    const rate = measurement.rhythm.rateBpm;
    const axis = measurement.axes.qrs;
    return rate === null || axis === null ? [] : [{ rate, axis, theirs }];
  });
  const rates = pairs.map(({ rate, theirs }) => Math.abs(rate - theirs.rateBpm));
  const areas = pairs.map(({ axis, theirs }) => turn(axis, theirs.axisByAreaDegrees));
  const mixed = pairs.map(({ axis, theirs }) => turn(axis, theirs.axisByAmplitudeDegrees));
  const own = pairs.map(({ theirs }) =>
    turn(theirs.axisByAreaDegrees, theirs.axisByAmplitudeDegrees),
  );
  const row = (name: string, errors: readonly number[], bound: number) =>
    `| ${name} | ${median(errors).toFixed(1)} | ${quantile(errors, 0.95).toFixed(1)} | ${proportion(errors.filter((e) => e <= bound).length, errors.length)} |`;
  return [
    ...title,
    `Rate: R peaks of NeuroKit2 ${second.neurokit2}, the median of the leads. Axis: the median QRS in NumPy with`,
    'edges of its own (test/validate/second_ptbxl.py). An axis is read in two ways, by net areas as here or by',
    'net amplitudes; how far these two differ in one implementation stands in the last row.',
    '',
    '| | median difference | 95th percentile | within 3 bpm, 15 degrees |',
    '|---|---|---|---|',
    row('rate, bpm', rates, 3),
    row('QRS axis, areas against areas, degrees', areas, 15),
    row('QRS axis, our areas against amplitudes', mixed, 15),
    row('the second implementation’s areas against its amplitudes', own, 15),
    '',
  ];
}

function turn(a: number, b: number): number {
  const plain = Math.abs(a - b);
  return Math.min(plain, 360 - plain);
}

function verdictOf({ criteria }: Case, id: CriterionResult['id']): string {
  return criteria.find((item) => item.id === id)?.verdict ?? 'not-applicable';
}

function stemiSection(cases: readonly Case[]): string[] {
  const normals = cases.filter(({ record }) => record.codes.has('NORM'));
  const bands: readonly [string, number, number][] = [
    ['under 40', 18, 40],
    ['40 to 64', 40, 65],
    ['65 and over', 65, 200],
  ];
  const cell = (sex: string, from: number, to: number) => {
    const group = normals.filter(
      ({ record: { patient } }) =>
        patient.sex === sex && (patient.ageYears ?? -1) >= from && (patient.ageYears ?? -1) < to,
    );
    const applied = group.filter((item) => verdictOf(item, 'stemi') !== 'not-applicable');
    return proportion(
      applied.filter((item) => verdictOf(item, 'stemi') === 'positive').length,
      applied.length,
    );
  };
  return [
    '## STEMI millimetre criteria: false positives on normal records',
    '',
    '| age | women | men |',
    '|---|---|---|',
    ...bands.map(
      ([name, from, to]) => `| ${name} | ${cell('female', from, to)} | ${cell('male', from, to)} |`,
    ),
    `| all adults | ${cell('female', 18, 200)} | ${cell('male', 18, 200)} |`,
    '',
  ];
}

const INJURY = ['INJAS', 'INJAL', 'INJIN', 'INJLA', 'INJIL'];
const INFARCTION = ['AMI', 'ASMI', 'ALMI', 'IMI', 'ILMI', 'IPLMI', 'IPMI', 'LMI', 'PMI'];

function criteriaSection(cases: readonly Case[]): string[] {
  const groups: readonly [string, (codes: ReadonlySet<string>) => boolean][] = [
    ['normal', (codes) => codes.has('NORM')],
    ['injury code', (codes) => INJURY.some((code) => codes.has(code))],
    ['infarction code (mostly old)', (codes) => INFARCTION.some((code) => codes.has(code))],
    ['complete LBBB', (codes) => codes.has('CLBBB')],
  ];
  const ids = cases[0]?.criteria.map(({ id, title }) => ({ id, title })) ?? [];
  return [
    '## Positive where applied',
    '',
    `| criterion | ${groups.map(([name]) => name).join(' | ')} |`,
    `|---|${groups.map(() => '---|').join('')}`,
    ...ids.map(({ id, title }) => {
      const cells = groups.map(([, belongs]) => {
        const applied = cases.filter(
          (item) => belongs(item.record.codes) && verdictOf(item, id) !== 'not-applicable',
        );
        return proportion(
          applied.filter((item) => verdictOf(item, id) === 'positive').length,
          applied.length,
        );
      });
      return `| ${title} | ${cells.join(' | ')} |`;
    }),
    '',
  ];
}

/** A P wave that is claimed in fibrillation, or missed in sinus rhythm, misleads. */
function pWaveSection(cases: readonly Case[]): string[] {
  const row = (name: string, ...codes: readonly string[]) => {
    const group = cases.filter(
      ({ record, measurement }) =>
        measurement.kind === 'measured' && codes.some((code) => record.codes.has(code)),
    );
    const claimed = group.filter(
      ({ measurement }) => measurement.kind === 'measured' && measurement.rhythm.pBeforeQrs,
    );
    return `| ${name} | ${proportion(claimed.length, group.length)} |`;
  };
  return [
    '## P waves against the reading of the rhythm',
    '',
    'How much a P wave must repeat was fitted to these readings and to the even records of LUDB.',
    '',
    '| rhythm | P wave before each QRS |',
    '|---|---|',
    row('sinus rhythm, arrhythmia, bradycardia, tachycardia', 'SR', 'SARRH', 'SBRAD', 'STACH'),
    row('atrial fibrillation', 'AFIB'),
    row('atrial flutter', 'AFLT'),
    '',
  ];
}

function blockSection(cases: readonly Case[]): string[] {
  const found = (code: string, block: 'left' | 'right') => {
    const coded = cases.filter(({ record }) => record.codes.has(code));
    const others = cases.filter(({ record }) => !record.codes.has(code));
    const has = ({ measurement }: Case) =>
      measurement.kind === 'measured' && bundleBranchBlock(measurement) === block;
    return `| ${code} | ${proportion(coded.filter(has).length, coded.length)} | ${proportion(others.filter(has).length, others.length)} |`;
  };
  return [
    '## Bundle branch block against the cardiologist',
    '',
    '| code | found | claimed where not coded |',
    '|---|---|---|',
    found('CLBBB', 'left'),
    found('CRBBB', 'right'),
    '',
  ];
}

function qualitySection(cases: readonly Case[]): string[] {
  const kinds = [...new Set(cases.flatMap(({ quality }) => quality.findings.map((f) => f.kind)))];
  return [
    '## Quality findings',
    '',
    '| finding | records | of these forbidding a score | of these forbidding millimetres |',
    '|---|---|---|---|',
    ...kinds.sort().map((kind) => {
      const having = cases.flatMap(({ quality }) => {
        const own = quality.findings.filter((item) => item.kind === kind);
        return own.length > 0 ? [own] : [];
      });
      const forbidding = (what: 'score' | 'measure') =>
        having.filter((own) => own.some((item) => item.forbids.includes(what))).length;
      return `| ${kind} | ${having.length} | ${forbidding('score')} | ${forbidding('measure')} |`;
    }),
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(process.argv[2]);
