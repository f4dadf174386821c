import { proportion } from './proportion.js';
import { examine, type Case } from './ptbxl-case.js';
import type { PtbxlRecord } from './ptbxl-records.js';

/** Every so many records one has its electrodes swapped, until 300 have. */
const SWAPPED = 300;
/** Two legs are nearly one place: of what a lead between an arm and a leg shows, this much is left. */
const BETWEEN_LEGS = 0.03;

type Remake = (one: number, two: number) => { one: number; two: number; chest?: number };

/**
 * What the recorder shows of each sample when electrodes are swapped, from its true I and II. An arm
 * on the ground's place also moves the middle that chest leads are read against.
 */
const SWAPS: readonly (readonly [name: string, remake: Remake])[] = [
  ['left and right arm', (one, two) => ({ one: -one, two: two - one })],
  ['right arm and left foot', (one, two) => ({ one: one - two, two: -two })],
  ['left arm and left foot', (one, two) => ({ one: two, two: one })],
  ['all three turned, right arm to left arm', (one, two) => ({ one: two - one, two: -one })],
  ['all three turned, left arm to right arm', (one, two) => ({ one: -two, two: one - two })],
  [
    'right arm and right leg (simulated)',
    (one, two) => ({ one: one - two, two: BETWEEN_LEGS * two, chest: -two / 3 }),
  ],
  [
    'left arm and right leg (simulated)',
    (one, two) => ({ one: two - BETWEEN_LEGS * (two - one), two, chest: (one - two) / 3 }),
  ],
];

export function swapSection(records: readonly PtbxlRecord[], cases: readonly Case[]): string[] {
  const every = Math.floor(records.length / SWAPPED);
  const chosen = new Set(records.filter((_, k) => k % every === 0).slice(0, SWAPPED));
  const rest = cases.filter(({ record }) => !chosen.has(record));
  const rows = SWAPS.map(([name, remake]) => {
    const swapped = [...chosen].map((record) => examine(record, remade(record, remake)));
    const aside = swapped.filter(isAside);
    const suspected = swapped.filter((item) => has(item, 'limb-swap-suspected'));
    return `| ${name} | ${share(swapped, 'limb-swap')} | ${share(aside, 'limb-swap')} | ${proportion(suspected.length, swapped.length)} |`;
  });
  const alarms = (list: readonly Case[]) =>
    `${share(list, 'limb-swap')} | ${share(list.filter(isAside), 'limb-swap')} | ${share(list, 'limb-swap-suspected')}`;
  return [
    '## Swapped limb electrodes',
    '',
    'Swaps are made in 300 records; the rest stay as they were recorded. The limb leads are predicted from',
    'the chest leads; coefficients and bounds were fitted on the even folds, the odd ones kept aside. A swap',
    'that is found forbids scores and millimetres; one that is only suspected forbids nothing, because the',
    'left arm and the left foot are swapped without much that a trace could show. Right leg and left foot',
    'swapped change no lead and cannot be found. With an arm on the right leg, that the legs differ by',
    `${100 * BETWEEN_LEGS} % of a limb lead is an assumption of ours.`,
    '',
    '| swapped | found | found, odd folds | suspected |',
    '|---|---|---|---|',
    ...rows,
    `| nothing (false alarms) | ${alarms(rest)} |`,
    '',
  ];
}

function remade({ signals }: PtbxlRecord, remake: Remake): readonly ArrayLike<number>[] {
  const [one, two, ...chest] = signals;
  if (!one || !two) throw new Error('a record has leads I and II');
  const made = Array.from(one, (x, i) => remake(x, two[i] ?? 0));
  return [
    made.map((sample) => sample.one),
    made.map((sample) => sample.two),
    ...chest.map((lead) => lead.map((x, i) => x + (made[i]?.chest ?? 0))),
  ];
}

function has({ quality }: Case, kind: 'limb-swap' | 'limb-swap-suspected'): boolean {
  return quality.findings.some((item) => item.kind === kind);
}

function share(list: readonly Case[], kind: 'limb-swap' | 'limb-swap-suspected'): string {
  return proportion(list.filter((item) => has(item, kind)).length, list.length);
}

function isAside({ record }: Case): boolean {
  return record.fold % 2 === 1;
}
