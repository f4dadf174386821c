import { fileURLToPath } from 'node:url';
import { examine } from '../../src/core/decision/examination.js';
import type { Ecg } from '../../src/core/ecg/ecg.js';
import { packEcg } from '../../src/scoring/packed-ecg.js';
import { runModel } from '../../src/scoring/run-model.js';
import { releaseSessions, type OpenModel } from '../../src/scoring/session.js';
import { openModels } from '../../src/scoring/verify.js';
import { simulateEcg } from '../support/simulated.js';

const SHIPPED = fileURLToPath(new URL('../../models', import.meta.url));

interface ModelsPlan {
  readonly warmUpRuns: number;
  readonly runs: number;
}

const FULL: ModelsPlan = { warmUpRuns: 3, runs: 15 };
const SMOKE: ModelsPlan = { warmUpRuns: 0, runs: 1 };
const THREADS = [1, 2] as const;

/** What an ensemble as shipped may take on two cores. */
const AIM_MS: Readonly<Record<string, number>> = { omi: 250, ami: 25, eianet: 150 };

interface Times {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** Every shipped model on one ECG, from the samples to the findings. */
export async function modelsTable(smoke: boolean): Promise<string> {
  const plan = smoke ? SMOKE : FULL;
  const ecg = simulateEcg({ seed: 8, condition: 'anterior-occlusion', ageYears: 60, sex: 'male' });
  const rows: string[] = [];
  for (const threads of THREADS) {
    const { ready } = await openModels(SHIPPED, threads);
    for (const model of ready) {
      const plain = await timesOf(without(model), ecg, plan);
      const full = model.card.evidence ? await timesOf(always(model), ecg, plan) : null;
      rows.push(rowOf(model, threads, plain, full));
      await releaseSessions(model.sessions);
    }
  }
  return [
    '| model | networks | threads | wall | CPU | wall with evidence | CPU with evidence | aim |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function without(model: OpenModel): OpenModel {
  return { ...model, card: { ...model.card, evidence: null } };
}

/** With thresholds at nought, so that the evidence is looked for whatever the networks say. */
function always(model: OpenModel): OpenModel {
  const findings = model.card.findings.map((one) => ({
    ...one,
    decisionPoints: one.decisionPoints.map((point) => ({ ...point, threshold: 0 })),
  }));
  return { ...model, card: { ...model.card, findings } };
}

async function timesOf(model: OpenModel, ecg: Ecg, plan: ModelsPlan): Promise<Times> {
  const examination = examine(ecg);
  const walls: number[] = [];
  const cpus: number[] = [];
  for (let i = 0; i < plan.warmUpRuns + plan.runs; i += 1) {
    const startedMs = performance.now();
    const before = process.cpuUsage();
    const outcome = await runModel(model, packEcg(ecg), examination);
    if (outcome.kind === 'silence') throw new Error(outcome.failure.detail);
    if (i < plan.warmUpRuns) continue;
    const { user, system } = process.cpuUsage(before);
    walls.push(performance.now() - startedMs);
    cpus.push((user + system) / 1000);
  }
  return { wallMs: medianOf(walls), cpuMs: medianOf(cpus) };
}

function medianOf(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function rowOf({ card }: OpenModel, threads: number, plain: Times, full: Times | null): string {
  const aimMs = AIM_MS[card.id];
  const reached = aimMs !== undefined && plain.wallMs <= aimMs ? 'reached' : 'missed';
  const aim = aimMs === undefined || threads === 1 ? '' : `${aimMs} ms: ${reached}`;
  const cells = [
    `${card.id} ${card.version}`,
    String(card.members.length),
    String(threads),
    ms(plain.wallMs),
    ms(plain.cpuMs),
    full ? ms(full.wallMs) : '',
    full ? ms(full.cpuMs) : '',
    aim,
  ];
  return `| ${cells.join(' | ')} |`;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
