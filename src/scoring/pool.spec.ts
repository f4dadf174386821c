import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { levelEcg, SOURCE_THREAD, writeModel } from '../../test/support/model-folder.js';
import { examine } from '../core/decision/examination.js';
import type { ModelAnswer, ModelOutcome } from '../core/decision/scorer.js';
import { createEcg, type Ecg } from '../core/ecg/ecg.js';
import { failureOf } from '../core/failure.js';
import type { LogEvent, LogFields } from '../core/log.js';
import { simulateEcg } from '../../test/support/simulated.js';
import { openScorer, WAITING_MAX, type ScorerOptions, type ScorerPool } from './pool.js';
import type { ThreadProgram } from './slot.js';
import { modelSetOf } from './models-folder.js';

/** Small and quick, and fed as the shipped ones are. */
const QUICK = fileURLToPath(new URL('../../test/models', import.meta.url));

let dir: string;
let events: [LogEvent, LogFields][];
let open: ScorerPool[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'leadwire-pool-'));
  events = [];
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((pool) => pool.close()));
  await rm(dir, { recursive: true });
});

async function start(options: Partial<ScorerOptions> = {}): Promise<ScorerPool> {
  const pool = await openScorer({
    modelsDir: dir,
    threads: 1,
    intraOpThreads: 1,
    runMsMax: 20_000,
    log: (event, fields = {}) => events.push([event, fields]),
    program: SOURCE_THREAD,
    ...options,
  });
  open.push(pool);
  return pool;
}

function answer(outcome: ModelOutcome | undefined): ModelAnswer {
  if (outcome?.kind !== 'answer') throw new Error('the model gave no answer');
  return outcome;
}

async function codeOf(score: Promise<unknown>): Promise<string> {
  try {
    await score;
    return 'none';
  } catch (error) {
    return failureOf(error).code;
  }
}

const CRASH_AGE = 99;
const HANG_AGE = 98;

/**
 * The real scoring thread with an accident waiting: it dies, or loops for ever, on an ECG of a
 * patient of a certain age, as a fault in the runtime's own code would have it.
 */
const ACCIDENT_PRONE: ThreadProgram = {
  url: new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ ecg }) => {
        if (ecg.patient.ageYears === ${CRASH_AGE}) process.exit(3);
        while (ecg.patient.ageYears === ${HANG_AGE});
      });
      await import(${JSON.stringify(SOURCE_THREAD.url.href)});
    `)}`,
  ),
  execArgv: SOURCE_THREAD.execArgv,
};

describe('a scorer', () => {
  test('answers by hand-computed numbers through the real runtime', async () => {
    await writeModel(dir, { id: 'level', members: [{}, { weights: [0, 0, 4] }] });
    const scorer = await start();
    const [outcome] = (await scorer.score(levelEcg(1000))).outcomes;
    const { logits, findings, inputStatistics, runMs } = answer(outcome);
    // The mean of the input is 1 mV: the members' logits are their weights.
    expect(logits).toEqual({
      out: [
        [0, 1, 2],
        [0, 0, 4],
      ],
    });
    // Mean logits 0, 1/2, 3; the finding is the sum of the last two classes.
    const odds = Math.exp(0.5) + Math.exp(3);
    const one = (Math.E + Math.E ** 2) / (1 + Math.E + Math.E ** 2);
    const two = (1 + Math.exp(4)) / (2 + Math.exp(4));
    expect(findings[0]?.findingId).toBe('level');
    expect(findings[0]?.probability).toBeCloseTo(odds / (1 + odds), 12);
    expect(findings[0]?.spread).toBeCloseTo(Math.abs(one - two) / 2, 12);
    expect(inputStatistics).toEqual({ mean: [1, 1], deviation: [0, 0], peak: [1, 1] });
    expect(runMs).toBeGreaterThan(0);
  });

  test('examines the trace where it scores it, so that its caller is free of that too', async () => {
    await writeModel(dir, { id: 'level' });
    const scorer = await start();
    const flat = levelEcg(1000);
    expect((await scorer.score(flat)).examination).toEqual(examine(flat));
    const beating = simulateEcg({ seed: 3, condition: 'normal', ageYears: 60, sex: 'female' });
    const { examination } = await scorer.score(beating);
    expect(examination).toEqual(examine(beating));
    expect(examination.measurement.kind).toBe('measured');
  });

  test('names its models and their set, and logs each as ready', async () => {
    await writeModel(dir, { id: 'a' });
    await writeModel(dir, { id: 'b' });
    const scorer = await start({ threads: 2 });
    expect(scorer.cards.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(Object.isFrozen(scorer.cards[0]?.findings)).toBe(true);
    expect(scorer.modelSet).toBe(modelSetOf(scorer.cards));
    expect(events.map(([event, { name }]) => [event, name])).toEqual([
      ['modelReady', 'a@1.0.0'],
      ['modelReady', 'b@1.0.0'],
    ]);
    expect(() => {
      scorer.check();
    }).not.toThrow();
  });

  test('keeps the ECG of its caller whole', async () => {
    await writeModel(dir, { id: 'level' });
    const scorer = await start();
    const ecg = levelEcg(1000);
    await scorer.score(ecg);
    expect(ecg.leads[0]?.samples).toHaveLength(100);
    expect(answer((await scorer.score(ecg)).outcomes[0]).logits['out']).toEqual([[0, 1, 2]]);
  });

  test('gives each caller the answer to its own ECG, however many ask at once', async () => {
    await writeModel(dir, { id: 'level' });
    const scorer = await start({ threads: 2 });
    const levels = Array.from({ length: 40 }, (_, i) => i * 25);
    const scored = await Promise.all(levels.map((level) => scorer.score(levelEcg(level))));
    scored.forEach(({ outcomes }, i) => {
      expect(answer(outcomes[0]).logits['out']?.[0]?.[1]).toBeCloseTo((levels[i] ?? 0) / 1000, 5);
    });
  });

  test('lets a model that fails in its run fail alone', async () => {
    await writeModel(dir, { id: 'a-fragile', members: [{ failsFromMean: 2 }] });
    await writeModel(dir, { id: 'b-sturdy' });
    const scorer = await start();
    expect((await scorer.score(levelEcg(1900))).outcomes.map(({ kind }) => kind)).toEqual([
      'answer',
      'answer',
    ]);
    expect((await scorer.score(levelEcg(2100))).outcomes).toMatchObject([
      { kind: 'silence', modelId: 'a-fragile', failure: { code: 'model-run-failed' } },
      { kind: 'answer', modelId: 'b-sturdy' },
    ]);
    expect(events.filter(([event]) => event === 'scorerReplaced')).toEqual([]);
  });

  test('lets a model whose input is not known stay silent', async () => {
    const scorer = await start({ modelsDir: QUICK });
    expect((await scorer.score(levelEcg(100, null))).outcomes).toMatchObject([
      { kind: 'silence', failure: { code: 'input-unavailable', detail: 'age is not known' } },
    ]);
  });

  test('scores nothing while a model is rejected, and says which and why', async () => {
    await writeModel(dir, { id: 'a' });
    await writeModel(dir, { id: 'b', goldenOffset: 1 });
    const scorer = await start();
    expect(scorer.rejected.map(({ folder }) => folder)).toEqual(['b']);
    expect(() => {
      scorer.check();
    }).toThrow(/scorer-not-ready: model b: output out of member-1\.onnx differs/);
    expect(await codeOf(scorer.score(levelEcg(0)))).toBe('scorer-not-ready');
    expect(events.map(([event]) => event)).toEqual(['modelReady', 'modelRejected']);
  });

  test('leaves the event loop of its caller free while it scores', async () => {
    const scorer = await start({ modelsDir: QUICK });
    const ecg = tenSeconds();
    await scorer.score(ecg);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const before = performance.eventLoopUtilization();
    const startedMs = performance.now();
    await Promise.all(Array.from({ length: 100 }, () => scorer.score(ecg)));
    const elapsedMs = performance.now() - startedMs;
    delay.disable();
    expect(elapsedMs).toBeGreaterThan(100);
    // Scored in this thread, the loop would have been busy for nearly all of that time.
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.5);
    expect(delay.max / 1e6).toBeLessThan(elapsedMs / 2);
  });
});

describe('a scoring thread', () => {
  test('that crashes fails its score for now and is replaced', async () => {
    await writeModel(dir, { id: 'level' });
    const scorer = await start({ program: ACCIDENT_PRONE });
    const crashing = codeOf(scorer.score(levelEcg(0, CRASH_AGE)));
    const next = scorer.score(levelEcg(1000));
    expect(await crashing).toBe('scorer-crashed');
    expect(answer((await next).outcomes[0]).logits['out']).toEqual([[0, 1, 2]]);
    expect(events).toContainEqual([
      'scorerReplaced',
      { code: 'scorer-crashed', detail: 'scoring thread ended with code 3' },
    ]);
  });

  test('that takes too long is given up and replaced', async () => {
    await writeModel(dir, { id: 'level' });
    const scorer = await start({ program: ACCIDENT_PRONE, runMsMax: 300 });
    const hanging = codeOf(scorer.score(levelEcg(0, HANG_AGE)));
    const next = scorer.score(levelEcg(1000));
    expect(await hanging).toBe('scorer-timed-out');
    expect(answer((await next).outcomes[0]).logits['out']).toEqual([[0, 1, 2]]);
  });

  test('that is gone leaves the scorer not ready until the next one is up', async () => {
    await writeModel(dir, { id: 'level' });
    const scorer = await start({ program: ACCIDENT_PRONE });
    await codeOf(scorer.score(levelEcg(0, CRASH_AGE)));
    expect(() => {
      scorer.check();
    }).toThrow(/no scoring thread is up/);
    await scorer.score(levelEcg(0));
    expect(() => {
      scorer.check();
    }).not.toThrow();
  });

  test('cannot be replaced by one with other models', async () => {
    await writeModel(dir, { id: 'level' });
    const scorer = await start({ program: ACCIDENT_PRONE });
    await writeModel(dir, { id: 'level', members: [{ biases: [1, 1, 1] }] });
    await codeOf(scorer.score(levelEcg(0, CRASH_AGE)));
    const score = scorer.score(levelEcg(1000));
    await eventually(() =>
      events.some(([, { detail }]) => detail === 'the models changed on disk'),
    );
    await writeModel(dir, { id: 'level' });
    expect(answer((await score).outcomes[0]).logits['out']).toEqual([[0, 1, 2]]);
  });

  test('that cannot start at all is a scorer that cannot be opened', async () => {
    const program = { url: new URL('data:text/javascript,process.exit(4)'), execArgv: [] };
    expect(await codeOf(start({ program }))).toBe('scorer-crashed');
  });
});

describe('bounds and ends', () => {
  test('more waiting scores than the bound are turned away at once', async () => {
    await writeModel(dir, { id: 'level' });
    const scorer = await start();
    const scores = Array.from({ length: WAITING_MAX + 2 }, () => codeOf(scorer.score(levelEcg(1))));
    expect(scorer.depth).toEqual({ waiting: WAITING_MAX, running: 1 });
    expect(await scores.at(-1)).toBe('scorer-busy');
    expect(new Set(await Promise.all(scores.slice(0, -1)))).toEqual(new Set(['none']));
  });

  test('closing tells whoever waits, and takes no more', async () => {
    await writeModel(dir, { id: 'level' });
    const scorer = await start({ program: ACCIDENT_PRONE });
    const running = codeOf(scorer.score(levelEcg(0, HANG_AGE)));
    const waiting = codeOf(scorer.score(levelEcg(0)));
    await scorer.close();
    expect(await Promise.all([running, waiting])).toEqual(['scorer-not-ready', 'scorer-not-ready']);
    expect(await codeOf(scorer.score(levelEcg(0)))).toBe('scorer-not-ready');
  });
});

function tenSeconds(): Ecg {
  const wave = Float64Array.from({ length: 5000 }, (_, i) => 500 * Math.sin(i / 20));
  const made = createEcg({
    sampleRateHz: 500,
    patient: { ageYears: 60, sex: 'female' },
    leads: (['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const).map((name) => ({
      name,
      microvolts: wave,
    })),
  });
  if (!made.ok) throw new Error(made.failure.detail);
  return made.value;
}

async function eventually(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}
