import type { Machine } from './machine.js';
import type { Figures, StackFigures } from './measure.js';
import { CONNECTIONS, PACE_MS, type Plan, type StackName } from './plan.js';
import type { Spread } from './statistics.js';

/** The page and the table on the screen are one text; every number in it comes from the run. */
export const BENCHMARK_PAGE = 'docs/benchmarks.md';

const TITLES: Readonly<Record<StackName, string>> = {
  'postgres-redis': 'PostgreSQL and Redis',
  embedded: 'Embedded',
};

/** What the whole path may cost over the model runs and the signal work, in ms of CPU. */
const AIM_OVER_MS: Readonly<Record<StackName, number>> = { 'postgres-redis': 15, embedded: 60 };
const AIM_ACCEPTED_PER_SECOND = 300;
const AIM_READY_MS = { empty: 3_000, filled: 5_000 };

export function renderReport(
  machine: Machine,
  figures: Figures,
  alone: readonly string[],
  plan: Plan,
): string {
  const parts = [head(machine, figures)];
  for (const [name, stack] of figures.stacks) parts.push(stackPart(name, stack, figures));
  for (const name of figures.skipped) parts.push(`Skipped: ${name}.`);
  parts.push(readyPart(figures), ...alone, method(plan));
  return `${parts.join('\n\n')}\n`;
}

function head(machine: Machine, { frameBytes }: Figures): string {
  const { date, cores, processor, memoryGib, versions, loadBefore } = machine;
  return `# Benchmarks

Written by \`npm run bench\` on ${date}: ${cores} cores (${processor}), ${memoryGib} GiB, ${versions}.
The load average before the run was ${loadBefore.toFixed(1)}. Service, senders, servers and EHR share these cores, and
any other work on the machine disturbs: times and rates more than CPU, and CPU as well. One ECG is
an HL7 v2 message of 12 leads of 5,000 samples, ${kilobytes(frameBytes)}; every one is of another patient.`;
}

function stackPart(name: StackName, stack: StackFigures, figures: Figures): string {
  return [
    `## ${TITLES[name]}`,
    table(
      ['time and rate', 'Leadwire', 'floor in the same run', 'aim'],
      [...speedRows(name, stack, figures)],
    ),
    table(
      ['CPU for each ECG', 'ms', 'floor in the same run', 'aim'],
      cpuRows(name, stack, figures),
    ),
  ].join('\n\n');
}

type Row = readonly [what: string, value: string, floor: string, aim: string];

function speedRows(name: StackName, stack: StackFigures, figures: Figures): Row[] {
  const { accepting, delivering, insert } = stack;
  const isServed = name === 'postgres-redis';
  return [
    [
      'from the first byte to the ACK, one connection',
      spread(accepting.ackMs),
      `write and fdatasync of the same bytes: ${spread(figures.fsync.wallMs)}`,
      '',
    ],
    [
      `accepted by the doors alone, ${CONNECTIONS} connections`,
      rate(accepting.perSecond),
      insert ? `bare \`insert\` of the same bytes: ${rate(insert.perSecond)}` : '',
      isServed
        ? `${AIM_ACCEPTED_PER_SECOND} ECG/s: ${verdict(accepting.perSecond >= AIM_ACCEPTED_PER_SECOND)}`
        : '',
    ],
    [
      'sustained from door to chart',
      rate(delivering.perSecond),
      `bare networks: ${rate(figures.model.perSecond)}`,
      '',
    ],
    [
      'from the ACK to the chart, one ECG at a time',
      spread(delivering.ackToDeliveredMs),
      `bare networks ${spread(figures.model.wallMs)}, two bare jobs ${spread(twice(stack.jobs.wallMs))}`,
      '',
    ],
    ['the same with a backlog', spread(delivering.underLoadMs), '', ''],
  ];
}

function cpuRows(name: StackName, stack: StackFigures, figures: Figures): Row[] {
  const { accepting, delivering, insert, jobs } = stack;
  const { model, signal } = figures;
  const isServed = name === 'postgres-redis';
  const score = isServed ? stack.scoringCpuMs : stack.scoringCpuMs - accepting.cpuMs;
  const deliver = delivering.workerCpuMs - stack.scoringCpuMs;
  const over = delivering.wholeCpuMs - model.cpuMs - signal.cpuMs;
  const aim = AIM_OVER_MS[name];
  const rows: Row[] = [
    [
      'accept',
      ms(accepting.cpuMs),
      insert
        ? `bare \`insert\`: ${ms(insert.cpuMs)}`
        : `write and fdatasync: ${ms(figures.fsync.cpuMs)}`,
      '',
    ],
    ['score', ms(score), `bare networks ${ms(model.cpuMs)}, signal work ${ms(signal.cpuMs)}`, ''],
    ['deliver', ms(deliver), `two bare BullMQ jobs: ${ms(2 * jobs.cpuMs)}`, ''],
    ['the whole path', ms(delivering.wholeCpuMs), '', ''],
    [
      'the whole path, less networks and signal work',
      ms(over),
      '',
      `${aim} ms: ${verdict(over <= aim)}`,
    ],
  ];
  if (delivering.servers && accepting.servers && jobs.servers && insert?.servers) {
    const { servers } = delivering;
    rows.push(
      ['PostgreSQL beside it, whole path', ms(servers.postgresMs), '', ''],
      [
        'of that, accepting',
        ms(accepting.servers.postgresMs),
        `bare \`insert\`: ${ms(insert.servers.postgresMs)}`,
        '',
      ],
      [
        'Redis beside it, whole path',
        ms(servers.redisMs),
        `two bare BullMQ jobs: ${ms(2 * jobs.servers.redisMs)}`,
        '',
      ],
    );
  }
  return rows;
}

function readyPart({ ready }: Figures): string {
  const row = (what: string, value: number, aim: number): Row => [
    what,
    `${Math.round(value)} ms`,
    '',
    `${aim} ms: ${verdict(value <= aim)}`,
  ];
  return [
    '## Start',
    table(
      ['`leadwire serve` is ready', 'after', '', 'aim'],
      [
        row('on an empty folder', ready.emptyMs, AIM_READY_MS.empty),
        row(
          `with ${ready.receipts.toLocaleString('en')} receipts`,
          ready.filledMs,
          AIM_READY_MS.filled,
        ),
      ],
    ),
  ].join('\n\n');
}

function method(plan: Plan): string {
  return `## How it is measured

- CPU is user and system time of whole processes as the kernel counts it. **Accept** is the doors'
  process while nothing else works (a gateway; over the embedded stores its parts put together in a
  process that does nothing else), ${plan.rateEcgs} ECGs. **Score** is the working process with no chart to write to,
  ${plan.scoredEcgs} ECGs, less accepting where it is the same process. **Deliver** is the working process with
  the sandbox EHR, ${plan.sustainedEcgs} ECGs, less the same without. The whole path is all processes of Leadwire in
  that run; what PostgreSQL and Redis spend stands beside it; senders and EHR are counted to nobody.
- The sender is a process of its own with frames made beforehand. An answer's time runs from the first
  byte written to the last of the ACK. ACK to chart runs from the commit that the ACK waits for to the
  confirmed delivery, by the service's own log; one ECG at a time means one each ${PACE_MS} ms (${plan.pacedEcgs} of them).
- Floors are bare scripts, one after the other in a process that does nothing else: ${plan.writes} writes with fdatasync beside the databases'
  files; ${plan.inserts} inserts of the same bytes over ${CONNECTIONS} connections; ${plan.modelRuns} runs of every network of every model
  by onnxruntime-node with the scoring threads' settings; the preparation of their inputs;
  ${plan.jobs.toLocaleString('en')} jobs through BullMQ with an empty handler on the same store, one after the other.
- PostgreSQL commits with fsync, Redis appends with fsync at every write.
- Every run ends with as many results in the sandbox EHR as ECGs were sent, or it fails.
- Ready is counted from the start of \`node dist/main.js serve\`; \`npx\` adds its own start to it.`;
}

function table(heads: readonly string[], rows: readonly Row[]): string {
  // A column that no row fills only makes the page wide.
  const kept = heads.map((_, i) => rows.some((row) => row[i] !== ''));
  const line = (cells: readonly string[]): string =>
    `| ${cells.filter((_, i) => kept[i]).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

function spread({ p50, p95 }: Spread): string {
  return `p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`;
}

function twice({ p50, p95 }: Spread): Spread {
  return { p50: 2 * p50, p95: 2 * p95 };
}

function rate(perSecond: number): string {
  return `${perSecond < 100 ? perSecond.toFixed(1) : Math.round(perSecond)} ECG/s`;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}

function verdict(reached: boolean): string {
  return reached ? 'reached' : 'missed';
}
