import { applyCriteria } from '../../src/core/criteria/criteria.js';
import { measure } from '../../src/core/signal/measure.js';
import { assessQuality } from '../../src/core/signal/quality.js';
import { OCCLUSIONS, type CaseSpec, type Truth } from '../../src/sandbox/simulator/case.js';
import { drawCase } from '../../src/sandbox/simulator/draw.js';
import { simulateCase } from '../../src/sandbox/simulator/simulate.js';
import { proportion } from './proportion.js';

/** What the millimetre rule says of one simulated ECG as it was recorded, and what is true. */
interface Judged {
  readonly truth: Truth;
  readonly positive: boolean;
  readonly patterns: readonly string[];
}

/** Of a hundred occlusions; shares as they are drawn in an emergency department. */
const OCCLUSION_EVERY = 23;

export function criteriaSection(total: number): string[] {
  const judged = Array.from({ length: total }, (_, n) => judge(drawCase(50_000 + n, {})));
  const well = judged.filter(({ truth }) => !truth.occluded);
  const extra = OCCLUSIONS.flatMap((condition) =>
    Array.from({ length: Math.ceil(total / OCCLUSION_EVERY) }, (_, n) =>
      judge(drawCase(90_000 + n, { condition })),
    ),
  );
  return [
    '## STEMI millimetre criteria on simulated occlusions',
    '',
    `Non-occlusions: ${well.length} cases drawn as an emergency department sees them, mimics included. Occlusions:`,
    'equally many of each kind, and weighted by how often each is drawn. Aim: sensitivity 35 to 55 % at a',
    'specificity of at least 93 %, as on real ECGs. "Truth" applies the same rule to the noise-free levels.',
    '',
    '| | STEMI criteria met as measured | by the noise-free levels |',
    '|---|---|---|',
    row('non-occlusions', well),
    row('**all occlusions, equal shares**', extra),
    weightedRow(extra),
    ...OCCLUSIONS.map((name) =>
      row(
        name,
        extra.filter(({ truth }) => truth.condition === name),
      ),
    ),
    ...(['LAD', 'LM', 'LCX', 'RCA'] as const).map((culprit) =>
      row(
        `culprit ${culprit}`,
        extra.filter(({ truth }) => truth.culprit === culprit),
      ),
    ),
    '',
    'Non-occlusions that meet them:',
    '',
    falseOnes(well),
    '',
    'Patterns found by our own rules where they were made:',
    '',
    '| condition | pattern | found there | found in non-occlusions |',
    '|---|---|---|---|',
    ...PATTERNS.map(([condition, pattern]) => {
      const there = extra.filter(({ truth }) => truth.condition === condition);
      const has = (own: Judged) => own.patterns.includes(pattern);
      return `| ${condition} | ${pattern} | ${proportion(there.filter(has).length, there.length)} | ${proportion(well.filter(has).length, well.length)} |`;
    }),
    '',
  ];
}

const PATTERNS = [
  ['de-winter', 'de-winter'],
  ['aslanger', 'aslanger'],
  ['south-african-flag', 'south-african-flag'],
  ['omi-posterior', 'posterior'],
] as const;

function judge(spec: CaseSpec): Judged {
  const { ecg, truth } = simulateCase(spec);
  const measurement = measure(ecg);
  const results = applyCriteria(ecg, measurement, assessQuality(ecg, measurement));
  const met = results.filter(({ verdict }) => verdict === 'positive').map(({ id }) => id);
  return { truth, positive: met.includes('stemi'), patterns: met };
}

function row(name: string, judged: readonly Judged[]): string {
  const measured = judged.filter(({ positive }) => positive).length;
  const true_ = judged.filter(({ truth }) => truth.stemiCriteria).length;
  return `| ${name} | ${proportion(measured, judged.length)} | ${proportion(true_, judged.length)} |`;
}

/** Each kind counts as often as it is drawn. */
function weightedRow(judged: readonly Judged[]): string {
  const drawn = new Map<string, number>();
  for (let n = 0; n < 60_000; n += 1) {
    const { condition } = drawCase(200_000 + n, {});
    drawn.set(condition, (drawn.get(condition) ?? 0) + 1);
  }
  const share = (rule: (own: Judged) => boolean) => {
    let [sum, total] = [0, 0];
    for (const name of OCCLUSIONS) {
      const own = judged.filter(({ truth }) => truth.condition === name);
      const weight = drawn.get(name) ?? 0;
      sum += (weight * own.filter(rule).length) / own.length;
      total += weight;
    }
    return `${((100 * sum) / total).toFixed(1)} %`;
  };
  return `| **all occlusions, as drawn** | ${share(({ positive }) => positive)} | ${share(({ truth }) => truth.stemiCriteria)} |`;
}

function falseOnes(well: readonly Judged[]): string {
  const counts = new Map<string, number>();
  for (const { truth, positive } of well) {
    if (positive) counts.set(truth.condition, (counts.get(truth.condition) ?? 0) + 1);
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
