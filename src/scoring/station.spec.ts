import { describe, expect, test } from '@jest/globals';
import { levelEcg } from '../../test/support/model-folder.js';
import type { Assessment } from '../core/decision/assessment.js';
import { examine } from '../core/decision/examination.js';
import type { ModelOutcome } from '../core/decision/scorer.js';
import { fail, failure, type Failure, type FailureCode } from '../core/failure.js';
import type { LogEvent } from '../core/log.js';
import { PLAN } from '../ledger/alerts.suite.js';
import type { PagePlan } from '../ledger/alerts.js';
import type { AssessmentRecord, EcgRecord, NewDelivery } from '../ledger/ledger.js';
import { createScoreStation, type ScoreStationOptions, type ToDecide } from './station.js';

const NOW_MS = 1_000_000;

const ROW: AssessmentRecord = {
  id: 'assessment-1',
  ecgId: 'ecg-1',
  modelSet: 'models-of-old',
  policyVersion: 'policy-of-old',
  isFirst: true,
  state: 'pending',
  attempts: 0,
  dueAtMs: 0,
  failure: null,
  assessment: null,
  createdAtMs: 0,
  completedAtMs: null,
};

const PATIENT = { authority: 'urn:h', value: '1', others: [], name: null };

const EXAMINATION = examine(levelEcg(100));

const RECORD = { id: 'ecg-1', ecg: levelEcg(100), patient: PATIENT } as unknown as EcgRecord;

const QUIET: Assessment = {
  modelSet: 'models-of-now',
  policyVersion: 'policy-of-now',
  findings: [],
  abstentions: [],
  examination: null,
  agreement: null,
  alert: { raise: false, because: 'nothing-positive' },
  evaluationOnly: true,
  timeFlags: [],
};

const SILENCE: ModelOutcome = {
  kind: 'silence',
  modelId: 'm',
  modelVersion: '1',
  failure: failure('model-run-failed', 'member-1.onnx failed'),
};

/** A ledger of one row that remembers what was asked of it, as the interface promises it. */
function oneRow(row: AssessmentRecord | null, record: EcgRecord | null = RECORD) {
  const completed: {
    id: string;
    assessment: Assessment;
    deliveries: readonly NewDelivery[];
    plan: PagePlan | null | undefined;
  }[] = [];
  const failed: { failure: Failure; dueAtMs: number; park: boolean }[] = [];
  const assessments: ScoreStationOptions['ledger']['assessments'] = {
    get: () => Promise.resolve(row),
    ecg: () => Promise.resolve(record),
    complete: (id, assessment, _, deliveries, plan) => {
      completed.push({ id, assessment, deliveries, plan });
      return Promise.resolve(deliveries.map(({ destination, kind }) => `${destination}-${kind}`));
    },
    failed: (_, why, dueAtMs, park) => {
      failed.push({ failure: why, dueAtMs, park });
      return Promise.resolve();
    },
  };
  return { ledger: { assessments }, completed, failed };
}

function station(
  { ledger }: ReturnType<typeof oneRow>,
  more: Partial<ScoreStationOptions> = {},
): {
  run: () => ReturnType<ReturnType<typeof createScoreStation>>;
  enqueued: string[];
  events: LogEvent[];
} {
  const enqueued: string[] = [];
  const events: LogEvent[] = [];
  const handler = createScoreStation({
    ledger,
    queue: {
      enqueue: (kind, id) => {
        enqueued.push(`${kind} ${id}`);
        return Promise.resolve();
      },
    },
    scorer: { score: () => Promise.resolve({ examination: EXAMINATION, outcomes: [SILENCE] }) },
    decide: () => QUIET,
    planOf: () => Promise.resolve(PLAN),
    destinations: ['ehr', 'webhook'],
    retryPlan: { delayMsFirst: 1000, delayMsMax: 60_000, attemptsMax: 3 },
    log: (event) => events.push(event),
    now: () => NOW_MS,
    random: () => 1,
    ...more,
  });
  return { run: () => handler('assessment-1'), enqueued, events };
}

const scorerThat = (code: FailureCode): Partial<ScoreStationOptions> => ({
  scorer: { score: () => Promise.reject(fail(code, 'as the spec wants it')) },
});

describe('a pending assessment', () => {
  test('is completed with one result for each destination, and their jobs are queued', async () => {
    const row = oneRow(ROW);
    const { run, enqueued, events } = station(row);
    expect(await run()).toEqual({ done: true });
    expect(row.completed).toEqual([
      {
        id: 'assessment-1',
        assessment: QUIET,
        deliveries: [
          { destination: 'ehr', kind: 'result' },
          { destination: 'webhook', kind: 'result' },
        ],
        plan: null,
      },
    ]);
    expect(enqueued).toEqual(['deliver ehr-result', 'deliver webhook-result']);
    expect(events).toEqual([
      'scoring',
      'modelSilent',
      'recording',
      'enqueued',
      'enqueued',
      'scored',
    ]);
  });

  test('that raises an alert brings the plan by which it is paged', async () => {
    const row = oneRow(ROW);
    const decide = (): Assessment => ({ ...QUIET, alert: { raise: true, findingIds: ['omi'] } });
    await station(row, { decide, destinations: ['ehr'] }).run();
    expect(row.completed[0]).toMatchObject({
      deliveries: [{ destination: 'ehr', kind: 'result' }],
      plan: PLAN,
    });
  });

  test('of an ECG without a patient is recorded and goes to no chart', async () => {
    const row = oneRow(ROW, { ...RECORD, patient: null });
    const { run, enqueued } = station(row);
    expect(await run()).toEqual({ done: true });
    expect(row.completed[0]?.deliveries).toEqual([]);
    expect(enqueued).toEqual([]);
  });

  test('born under older models is scored under those of now, and says so', async () => {
    const row = oneRow(ROW);
    const seen: ToDecide[] = [];
    const decide = (facts: ToDecide): Assessment => {
      seen.push(facts);
      return QUIET;
    };
    await station(row, { decide }).run();
    expect(seen).toMatchObject([
      { row: { modelSet: 'models-of-old' }, scored: { outcomes: [SILENCE] }, nowMs: NOW_MS },
    ]);
    expect(row.completed[0]).toMatchObject({
      id: 'assessment-1',
      assessment: { modelSet: 'models-of-now' },
    });
  });

  test('stays completed when the queue is away: the sweep brings its deliveries', async () => {
    const row = oneRow(ROW);
    const queue = { enqueue: () => Promise.reject(fail('queue-away', 'away')) };
    const { run, events } = station(row, { queue });
    expect(await run()).toEqual({ done: true });
    expect(row.completed).toHaveLength(1);
    expect(events.filter((event) => event === 'queueAway')).toHaveLength(2);
  });
});

describe('a job that comes late or twice', () => {
  test.each([
    ['done', { ...ROW, state: 'done' as const }],
    ['parked', { ...ROW, state: 'parked' as const }],
    ['gone', null],
  ])('does nothing to a row that is %s', async (_, state) => {
    const row = oneRow(state);
    const { run, events } = station(row, scorerThat('unexpected'));
    expect(await run()).toEqual({ done: true });
    expect([row.completed, row.failed, events]).toEqual([[], [], []]);
  });
});

describe('a score that fails', () => {
  test('for now is due again after a growing delay', async () => {
    const first = oneRow(ROW);
    const { run, events } = station(first, scorerThat('scorer-crashed'));
    expect(await run()).toEqual({ done: false, againAtMs: NOW_MS + 1000 });
    expect(first.failed).toMatchObject([
      { failure: { code: 'scorer-crashed' }, dueAtMs: NOW_MS + 1000, park: false },
    ]);
    expect(events).toEqual(['scoring', 'scoreRetried']);
    const second = oneRow({ ...ROW, attempts: 1 });
    expect(await station(second, scorerThat('scorer-timed-out')).run()).toEqual({
      done: false,
      againAtMs: NOW_MS + 2000,
    });
  });

  test('too often is parked for a person', async () => {
    const row = oneRow({ ...ROW, attempts: 2 });
    const { run, events } = station(row, scorerThat('scorer-crashed'));
    expect(await run()).toEqual({ done: true });
    expect(row.failed).toMatchObject([{ park: true }]);
    expect(events).toEqual(['scoring', 'scoreParked']);
  });

  test('for good is parked at once', async () => {
    const row = oneRow(ROW, null);
    expect(await station(row).run()).toEqual({ done: true });
    expect(row.failed).toMatchObject([{ failure: { code: 'row-missing' }, park: true }]);
  });

  test('by a defect of the decision is tried again, and never completes half', async () => {
    const row = oneRow(ROW);
    const decide = (): Assessment => {
      throw new RangeError('a defect');
    };
    expect(await station(row, { decide }).run()).toMatchObject({ done: false });
    expect(row.completed).toEqual([]);
    expect(row.failed).toMatchObject([{ failure: { code: 'unexpected' }, park: false }]);
  });

  test('because the ledger is away is left to the sweep', async () => {
    const row = oneRow(ROW);
    row.ledger.assessments.complete = () => Promise.reject(fail('ledger-away', 'away'));
    await expect(station(row).run()).rejects.toThrow('ledger-away');
    expect(row.failed).toEqual([]);
  });
});
