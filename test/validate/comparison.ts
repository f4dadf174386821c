import { mkdir, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { compareEcgs, type Change } from '../../src/core/compare/compare.js';
import {
  ORDINARY_CHANGE,
  sizeOfChange,
  type ChangeKind,
} from '../../src/core/compare/ordinary-change.js';
import { quantile } from '../../src/core/signal/statistics.js';
import { proportion } from './proportion.js';
import { ecgOf, readPtbxl, type PtbxlRecord } from './ptbxl-records.js';
import { skipped } from './skipped.js';

const REPORT = new URL('../../docs/validation/comparison.md', import.meta.url);
/** Every so many records one is cut in halves. */
const HALVES_STEP = 5;
const KINDS = Object.keys(ORDINARY_CHANGE) as readonly ChangeKind[];

interface Group {
  readonly name: string;
  /** Of each pair everything that was compared. */
  readonly pairs: readonly (readonly Change[])[];
}

export async function main(): Promise<void> {
  const records = await readPtbxl();
  if (!records) {
    skipped('comparison', 'PTB-XL records');
    return;
  }
  const pairs = pairsOf(records);
  const isNormal = (pair: Pair) => pair.every(({ codes }) => codes.has('NORM'));
  const groups: readonly Group[] = [
    { name: 'halves of one record', pairs: compared(records.filter(isChosen).map(halvesOf)) },
    { name: 'one patient, both read as normal', pairs: compared(pairs.filter(isNormal)) },
    { name: 'one patient, any reading', pairs: compared(pairs) },
  ];
  const report = [HEAD, ...groups.map(countLine), '', ...table(groups), ''].join('\n');
  await mkdir(new URL('.', REPORT), { recursive: true });
  await writeFile(REPORT, report);
  process.stdout.write(report);
}

const HEAD = `# What two ECGs of one person ordinarily differ by

Made by \`npm run validate:comparison\`; do not edit. PTB-XL (Wagner et al., Sci Data 2020, CC BY 4.0).
Halves of one record, 5 s each, show what measuring alone makes of one heart in one minute. Records of
one patient that a cardiologist both read as normal show what other electrodes, posture, day or year
add: a change as large as theirs is no news, and the limits were fitted to them. Each pair follows its patient's record numbers, which are not
always in order of time. "Beyond" counts what exceeds the limit in src/core/compare/ordinary-change.ts.
`;

type Pair = readonly [PtbxlRecord, PtbxlRecord];

function pairsOf(records: readonly PtbxlRecord[]): Pair[] {
  const byPatient = new Map<number, PtbxlRecord[]>();
  for (const record of [...records].sort((a, b) => a.id - b.id)) {
    const own = byPatient.get(record.patientNumber) ?? [];
    byPatient.set(record.patientNumber, [...own, record]);
  }
  return [...byPatient.values()].flatMap((own) =>
    own.slice(1).map((later, i): Pair => [own[i] ?? later, later]),
  );
}

function isChosen(_: PtbxlRecord, k: number): boolean {
  return k % HALVES_STEP === 0;
}

function halvesOf(record: PtbxlRecord): Pair {
  const half = Math.floor((record.signals[0]?.length ?? 0) / 2);
  const part = (from: number): PtbxlRecord => ({
    ...record,
    signals: record.signals.map((signal) => signal.slice(from, from + half)),
  });
  return [part(0), part(half)];
}

function compared(pairs: readonly Pair[]): readonly (readonly Change[])[] {
  return pairs.flatMap(([before, after]) => {
    const comparison = compareEcgs(ecgOf(before), ecgOf(after));
    return comparison.kind === 'compared' ? [comparison.changes] : [];
  });
}

function countLine({ name, pairs }: Group): string {
  const flagged = pairs.filter((changes) => changes.some((item) => item.beyondOrdinary));
  return `- ${name}: of ${pairs.length} pairs something is beyond the limits in ${proportion(flagged.length, pairs.length)}`;
}

function table(groups: readonly Group[]): string[] {
  return [
    `| change of | ${groups.map(({ name }) => `${name}: 95th, 99th percentile; beyond`).join(' | ')} | limit |`,
    `|---|${groups.map(() => '---|').join('')}---|`,
    ...KINDS.map((kind) => {
      const { most, share } = ORDINARY_CHANGE[kind];
      const limit = share > 0 ? `${most}, or ${Math.round(100 * share)} % of it` : `${most}`;
      return `| ${kind} | ${groups.map((group) => cell(group, kind)).join(' | ')} | ${limit} |`;
    }),
  ];
}

function cell({ pairs }: Group, kind: ChangeKind): string {
  const own = pairs.flat().filter((item) => item.what === kind);
  if (own.length === 0) return 'none';
  const sizes = own.map(({ before, after }) => sizeOfChange(kind, before, after));
  const unit = own[0]?.unit ?? '';
  const at = (level: number) => quantile(sizes, level).toFixed(unit === 'mm' ? 2 : 0);
  const beyond = own.filter((item) => item.beyondOrdinary).length;
  const percent = ((100 * beyond) / own.length).toFixed(1);
  return `${at(0.95)}, ${at(0.99)} ${unit}; ${percent} % of ${own.length}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
