import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { analyse } from '../../src/core/signal/analysis.js';
import { rhythmOf } from '../../src/core/signal/rhythm.js';
import { bumpsOf, P_BUMPS, QRS_BUMPS } from '../../src/sandbox/simulator/basis.js';
import { SCALARS } from '../../src/sandbox/simulator/anatomy.js';
import { toHeart } from '../../src/sandbox/simulator/torso.js';
import { INDEPENDENT_LEADS } from '../../src/core/ecg/lead.js';
import { principalModes, solve, regress } from './simulator-algebra.js';
import { ecgOf, readPtbxl, type PtbxlRecord } from './ptbxl-records.js';
import { skipped } from './skipped.js';

/** One real median beat in the simulator's own terms. */
interface Beat {
  readonly covariates: readonly number[];
  /** SCALARS first, then eight numbers a Gaussian, each wave at size one. */
  readonly values: readonly number[];
  readonly logRate: number;
}

const RIDGE = 1e-3;
const MARGIN_BEFORE = 16;
const REST_SAMPLES = 12;
const MS_PER_SAMPLE = 2;
/** A PTB-XL code, how many modes its records can bear, and the file its table goes to. */
const KINDS = [
  { name: 'normal', file: 'population-normal', modes: 22, codes: ['NORM'], not: [] },
  { name: 'lbbb', file: 'population-wide', modes: 5, codes: ['CLBBB'], not: [] },
  { name: 'rbbb', file: 'population-wide', modes: 5, codes: ['CRBBB'], not: ['CLBBB'] },
  {
    name: 'hypertrophy',
    file: 'population-ill',
    modes: 6,
    codes: ['LVH'],
    not: ['CLBBB', 'CRBBB', 'AFIB'],
  },
  {
    name: 'inferior-scar',
    file: 'population-ill',
    modes: 6,
    codes: ['IMI'],
    not: ['CLBBB', 'CRBBB', 'AFIB', 'ASMI', 'AMI'],
  },
  {
    name: 'anterior-scar',
    file: 'population-wide',
    modes: 6,
    codes: ['ASMI', 'AMI'],
    not: ['CLBBB', 'CRBBB', 'AFIB', 'IMI'],
  },
] as const;

async function main(): Promise<void> {
  const records = await readPtbxl();
  if (!records) {
    skipped('Fitting', 'PTB-XL records');
    return;
  }
  const even = records.filter(({ fold }) => fold % 2 === 0);
  const files = new Map<string, string[]>();
  for (const { name, file, modes, codes, not } of KINDS) {
    const beats = even
      .filter((record) => codes.some((code) => record.codes.has(code)))
      .filter((record) => !not.some((code) => record.codes.has(code)))
      .flatMap((record) => beatOf(record) ?? []);
    const text = tableOf(name, beats, modes);
    files.set(file, [...(files.get(file) ?? []), text]);
    process.stdout.write(`${name}: ${beats.length} beats\n`);
  }
  for (const [file, texts] of files) {
    const path = new URL(`../../src/sandbox/simulator/${file}.ts`, import.meta.url);
    await writeFile(path, `${HEAD}${texts.join('\n')}`);
  }
}

const HEAD = `/**
 * Made by \`npm run fit:simulator\`; do not edit. Means, regressions and principal modes over the
 * even folds of PTB-XL (Wagner et al., Sci Data 2020, CC BY 4.0), in thousandths, as anatomy.ts reads
 * them.
 */
`;

/** Null where a wave is missing or an interval is not believable. */
function beatOf(record: PtbxlRecord): Beat | null {
  const ecg = ecgOf(record);
  const { ageYears, sex } = record.patient;
  const analysis = analyse(ecg);
  const kind = analysis.kinds[0];
  if (!kind || ageYears === null || ageYears < 18 || sex === null) return null;
  const { p, qrs, t } = kind.fiducials;
  const rr = rhythmOf(analysis).rrMsMedian;
  if (!p || !t || rr === null) return null;
  const at = (sample: number) => ((sample - qrs.all.onset) * MS_PER_SAMPLE) / 1000;
  const times = {
    pOnset: at(p.all.onset),
    pOffset: Math.min(at(p.all.offset), -0.006),
    j: at(qrs.all.offset),
    tOffset: at(t.all.offset),
  };
  const leads = INDEPENDENT_LEADS.map(
    (name) =>
      kind.median.leads.find((lead) => lead.name === name)?.microvolts ?? new Float64Array(),
  );
  const coefficients = fitBumps(leads, qrs.all.onset, times);
  const groups = [
    coefficients.slice(0, P_BUMPS),
    coefficients.slice(P_BUMPS, P_BUMPS + QRS_BUMPS),
    coefficients.slice(P_BUMPS + QRS_BUMPS),
  ];
  const sizes = groups.map((group) => {
    const flat = group.flat();
    return Math.sqrt(flat.reduce((sum, value) => sum + value * value, 0) / flat.length);
  });
  if (times.pOffset - times.pOnset < 0.04 || (sizes[0] ?? 0) < 2) return null;
  const shape = groups.flatMap((group, g) =>
    group.flatMap((row) => toHeart(row.map((value) => value / (sizes[g] ?? 1)))),
  );
  const scalars = [
    ...sizes.map((size) => Math.log(size)),
    Math.log(times.pOffset - times.pOnset),
    Math.log(-times.pOnset),
    Math.log(times.j),
    Math.log(times.tOffset - times.j),
  ];
  const age = (ageYears - 50) / 20;
  const logRate = Math.log(60_000 / rr / 70);
  return {
    covariates: [1, sex === 'male' ? 1 : 0, age, age * age, logRate],
    values: [...scalars, ...shape],
    logRate,
  };
}

/** Least squares of all leads at once: one row of eight amplitudes a Gaussian. */
function fitBumps(
  leads: readonly Float64Array[],
  onset: number,
  times: Parameters<typeof bumpsOf>[0],
): number[][] {
  const bumps = bumpsOf(times);
  const from = Math.max(
    0,
    Math.round(onset + (times.pOnset * 1000) / MS_PER_SAMPLE) - MARGIN_BEFORE,
  );
  const length = leads[0]?.length ?? 0;
  const to = Math.min(length, Math.round(onset + (times.tOffset * 1000) / MS_PER_SAMPLE) + 5);
  const rows = bumps.map(({ at, width }) =>
    Array.from({ length: to - from }, (_, i) => {
      const seconds = ((from + i - onset) * MS_PER_SAMPLE) / 1000;
      return Math.exp(-0.5 * ((seconds - at) / width) ** 2);
    }),
  );
  const normal = rows.map((a, i) =>
    rows.map((b, k) => dotOf(a, b) + (i === k ? RIDGE * dotOf(a, a) : 0)),
  );
  const levels = leads.map((lead) => fromRest(lead.subarray(from, to)));
  const wanted = rows.map((row) => levels.map((lead) => dotOf(row, lead)));
  return solve(normal, wanted);
}

/** The line before the P wave is zero: there neither atria nor ventricles are at work. */
function fromRest(lead: Float64Array): Float64Array {
  const rest = lead.subarray(0, REST_SAMPLES).reduce((sum, value) => sum + value, 0) / REST_SAMPLES;
  return lead.map((value) => value - rest);
}

function dotOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** A scalar weighs as much as several shape numbers, or the modes would pass it over. */
const SCALAR_WEIGHT = 2;

function tableOf(name: string, beats: readonly Beat[], modeCount: number): string {
  const isLarge = beats.length > 200;
  const covariates = beats.map((beat) => (isLarge ? beat.covariates : [1]));
  const rates = regress(
    covariates.map((row) => row.slice(0, 4)),
    beats.map(({ logRate }) => [logRate]),
  );
  const { coefficients, residuals } = regress(
    covariates,
    beats.map(({ values }) => values),
  );
  const spreads = SCALARS.map((_, k) => deviation(residuals.map((row) => row[k] as number)));
  const weights =
    residuals[0]?.map((_, k) => {
      const spread = spreads[k];
      return spread === undefined ? 1 : SCALAR_WEIGHT / spread;
    }) ?? [];
  const weighted = residuals.map((row) => row.map((value, k) => value * (weights[k] as number)));
  const { modes, left } = principalModes(weighted, modeCount);
  const unweighted = (row: readonly number[]) =>
    row.map((value, k) => value / (weights[k] as number));
  const lines = [
    ...coefficients.map((row) => line(row)),
    line(unweighted(left)),
    ...modes.map((mode) => line(unweighted(mode))),
  ];
  const rate = [
    ...rates.coefficients.map((row) => row[0] as number),
    deviation(rates.residuals.map((row) => row[0] as number)),
  ];
  return `
export const ${constantOf(name)} = {
  records: ${beats.length},
  covariates: ${covariates[0]?.length ?? 0},
  rate: '${line(rate)}',
  table: \`
${lines.flatMap((text) => wrapped(text)).join('\n')}
\`,
};
`;
}

function constantOf(name: string): string {
  return name.toUpperCase().replace('-', '_');
}

/** Rows end with a semicolon; within one, line breaks have no meaning. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(' ')) {
    if (current.length + word.length + 1 > 98) {
      lines.push(current);
      current = word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, `${current};`];
}

function line(values: readonly number[]): string {
  return values.map((value) => String(Math.round(1000 * value))).join(' ');
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
