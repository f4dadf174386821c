import type { Features } from './simulator-features.js';

/** One ECG with whom it is of. */
export interface Sample {
  readonly ageYears: number;
  readonly sex: 'male' | 'female';
  readonly features: Features;
}

/** What the table shows, in its order. */
const SHOWN = [
  ...['rate', 'P length', 'PR', 'QRS', 'QT', 'QTc', 'P axis', 'QRS axis', 'T axis'],
  ...['RR spread', 'RR range'],
  ...['I', 'II', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'].flatMap((lead) =>
    ['R', 'S', 'ST', 'T'].map((what) => `${what} ${lead}`),
  ),
];

/** The greatest distance of two distribution curves (Kolmogorov and Smirnov). */
export function distance(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [sorted(a), sorted(b)];
  let [i, k, greatest] = [0, 0, 0];
  while (i < x.length && k < y.length) {
    const at = Math.min(x[i] as number, y[k] as number);
    while (i < x.length && (x[i] as number) <= at) i += 1;
    while (k < y.length && (y[k] as number) <= at) k += 1;
    greatest = Math.max(greatest, Math.abs(i / x.length - k / y.length));
  }
  return greatest;
}

function sorted(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

function column(samples: readonly Sample[], name: string): number[] {
  return samples
    .map(({ features }) => features.get(name) ?? NaN)
    .filter((value) => !Number.isNaN(value));
}

/** Below this, two samples of these sizes differ by no more than chance would (5 %). */
export function chanceDistance(a: number, b: number): number {
  return 1.358 * Math.sqrt((a + b) / (a * b));
}

export interface Halves {
  readonly real: readonly Sample[];
  readonly simulated: readonly Sample[];
}

export function distanceTable(even: Halves, odd: Halves): string[] {
  const rows = SHOWN.map((name) => {
    const [a, b] = [column(even.real, name), column(even.simulated, name)];
    const kept = distance(column(odd.real, name), column(odd.simulated, name));
    return `| ${name} | ${middle(a)} | ${middle(b)} | ${distance(a, b).toFixed(2)} | ${kept.toFixed(2)} |`;
  });
  return [
    '| | real: 10th, 50th, 90th percentile | simulated | distance, even | distance, odd |',
    '|---|---|---|---|---|',
    ...rows,
    `| mean | | | ${mean(even).toFixed(3)} | ${mean(odd).toFixed(3)} |`,
    `| what chance alone gives (5 % bound) | | | ${bound(even)} | ${bound(odd)} |`,
  ];
}

function bound({ real, simulated }: Halves): string {
  return chanceDistance(real.length, simulated.length).toFixed(2);
}

export function mean({ real, simulated }: Halves): number {
  const all = SHOWN.map((name) => distance(column(real, name), column(simulated, name)));
  return all.reduce((sum, value) => sum + value, 0) / all.length;
}

function middle(values: readonly number[]): string {
  const x = sorted(values);
  const digits = (x[x.length - 1] ?? 0) < 5 ? 2 : 0;
  return [0.1, 0.5, 0.9]
    .map((share) => (x[Math.floor(share * (x.length - 1))] ?? NaN).toFixed(digits))
    .join(', ');
}

const GROUPS = [
  ['women under 50', 'female', 0, 50],
  ['women of 50 and over', 'female', 50, 200],
  ['men under 50', 'male', 0, 50],
  ['men of 50 and over', 'male', 50, 200],
] as const;
const BY_GROUP = ['rate', 'PR', 'QRS', 'QTc', 'QRS axis', 'R V5', 'S V2', 'ST V2', 'T V2', 'T V5'];

/** All folds, as groups of the odd ones alone would be too small. */
export function groupTable({ real, simulated }: Halves): string[] {
  return [
    `| | ${BY_GROUP.join(' | ')} | records | bound |`,
    `|${'---|'.repeat(BY_GROUP.length + 3)}`,
    ...GROUPS.map(([name, sex, from, to]) => {
      const within = (samples: readonly Sample[]) =>
        samples.filter((own) => own.sex === sex && own.ageYears >= from && own.ageYears < to);
      const [a, b] = [within(real), within(simulated)];
      const cells = BY_GROUP.map((what) => distance(column(a, what), column(b, what)).toFixed(2));
      const limit = chanceDistance(a.length, b.length).toFixed(2);
      return `| ${name} | ${cells.join(' | ')} | ${a.length} | ${limit} |`;
    }),
  ];
}
