import { cpus } from 'node:os';
import { pathToFileURL } from 'node:url';
import { applyCriteria } from '../../src/core/criteria/criteria.js';
import type { Ecg } from '../../src/core/ecg/ecg.js';
import { analyse } from '../../src/core/signal/analysis.js';
import { measureAnalysis } from '../../src/core/signal/measure.js';
import { assessQuality } from '../../src/core/signal/quality.js';
import { syntheticEcg } from '../validate/synthetic-ecg.js';

/** Milliseconds of one core. CPU time, because other work on the machine must not count. */
export interface SignalFigure {
  readonly name: string;
  readonly seconds: number;
  readonly medianMs: number;
  readonly worstMs: number;
}

const WARM_UP_RUNS = 15;
const RUNS = 30;
const LONG_SECONDS = [30, 60, 150, 300, 600] as const;

/** Quality, median beat, all measurements and all criteria: what every ECG costs before a network. */
export function benchSignal(longSeconds: readonly number[] = LONG_SECONDS): SignalFigure[] {
  const ordinary = syntheticEcg({ seconds: 10, signalToNoiseDb: 20, patient: { ageYears: 60 } });
  for (let i = 0; i < WARM_UP_RUNS; i += 1) readWhole(ordinary);
  return [
    figure('10 s, 500 Hz, 12 leads', 10, ordinary, RUNS),
    figure('10 s, 1000 Hz, 12 leads', 10, syntheticEcg({ sampleRateHz: 1000 }), RUNS),
    ...longSeconds.map((seconds) =>
      figure(`${seconds} s, 500 Hz, 12 leads`, seconds, syntheticEcg({ seconds }), 3),
    ),
  ];
}

function readWhole(ecg: Ecg): void {
  const measurement = measureAnalysis(ecg, analyse(ecg));
  applyCriteria(ecg, measurement, assessQuality(ecg, measurement));
}

function figure(name: string, seconds: number, ecg: Ecg, runs: number): SignalFigure {
  const times = Array.from({ length: runs }, () => {
    const before = process.cpuUsage();
    readWhole(ecg);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  }).sort((a, b) => a - b);
  return {
    name,
    seconds,
    medianMs: times[Math.floor(runs / 2)] ?? NaN,
    worstMs: times[runs - 1] ?? NaN,
  };
}

export function signalTable(figures: readonly SignalFigure[]): string {
  return [
    '| ECG | CPU, median | CPU, worst | per 10 s |',
    '|---|---|---|---|',
    ...figures.map(({ name, seconds, medianMs, worstMs }) => {
      const each = (10 * medianMs) / seconds;
      return `| ${name} | ${medianMs.toFixed(1)} ms | ${worstMs.toFixed(1)} ms | ${each.toFixed(1)} ms |`;
    }),
  ].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.stdout.write(`${cpus()[0]?.model ?? 'unknown'}\n${signalTable(benchSignal())}\n`);
}
