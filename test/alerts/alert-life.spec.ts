import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModelCard } from '../../src/core/decision/card.js';
import { decide } from '../../src/core/decision/decide.js';
import { examine } from '../../src/core/decision/examination.js';
import {
  ALERT_POLICY,
  EVALUATION_POLICY,
  type AlertPolicy,
  type Policy,
} from '../../src/core/decision/policy.js';
import type { ModelOutcome } from '../../src/core/decision/scorer.js';
import { fail } from '../../src/core/failure.js';
import { silentLog } from '../../src/core/log.js';
import { alertRound } from '../../src/delivery/alert-watch.js';
import type { Destination } from '../../src/delivery/destination.js';
import { departmentOf, placeOf } from '../../src/core/ecg/reading.js';
import { toPagePlan } from '../../src/delivery/page-plan.js';
import { createDeliveryStation } from '../../src/delivery/station.js';
import {
  openEmbeddedLedger,
  type EmbeddedLedger,
} from '../../src/ledger/embedded/embedded-ledger.js';
import {
  arrivalOf,
  ecgVerdict,
  entryOf,
  NOON_MS,
  UNDER,
} from '../../src/ledger/ledger.fixtures.js';
import type { JobHandler } from '../../src/queue/queue.js';
import { readCards } from '../../src/scoring/models-folder.js';
import { createScoreStation } from '../../src/scoring/station.js';
import { simulateEcg } from '../support/simulated.js';
import { ledgerTemplate } from '../support/template.js';

jest.setTimeout(300_000);

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Any model shipped, at a site that approved it; every finding of it is positive. */
async function approved() {
  const { ready } = await readCards(fileURLToPath(new URL('../../models', import.meta.url)));
  const [shipped] = ready;
  if (!shipped) throw new Error('no model is shipped');
  const card: ModelCard = { ...shipped, standing: 'evaluation' };
  const policy: Policy = {
    ...EVALUATION_POLICY,
    version: 'p1',
    approvedBy: 'A. Physician',
    validUntilMs: Number.MAX_SAFE_INTEGER,
    models: { [card.id]: { mode: 'alert', decisionPoint: null, threshold: 0.1, prevalence: null } },
    approvedFor: { [card.id]: 'f00d' },
  };
  const outcome: ModelOutcome = {
    kind: 'answer',
    modelId: card.id,
    modelVersion: card.version,
    logits: {},
    findings: card.findings.map(({ id }) => ({
      findingId: id,
      probability: 0.97,
      spread: null,
      evidence: null,
    })),
    distance: null,
    inputStatistics: { mean: [], deviation: [], peak: [] },
    runMs: 1,
  };
  return { card, policy, outcome };
}

/** A destination that remembers who was called, and can be away. */
function pager(name: string) {
  const calls: string[] = [];
  const state = { isAway: false };
  const destination: Destination = {
    name,
    kinds: ['result', 'alert', 'escalation'],
    async deliver(order, attempt) {
      await attempt.beforeWrite();
      if (state.isAway) throw fail('destination-away', 'as the spec wants it');
      if (order.kind !== 'result') calls.push(`${order.kind} ${order.ecg.patient?.value ?? ''}`);
      return { reference: null, found: false };
    },
  };
  return { destination, calls, state };
}

/** A department with a ledger of its own, two workers, and a clock that the test moves. */
async function department(dataDir: string, alerts: Partial<AlertPolicy> = {}) {
  const clock = { nowMs: NOON_MS };
  const now = () => clock.nowMs;
  const open = async () =>
    openEmbeddedLedger({ dataDir, log: silentLog, template: await ledgerTemplate(), now });
  const [ehr, phone] = [pager('ehr'), pager('phone')];
  const destinations = [ehr.destination, phone.destination];
  const { card, policy: inForce, outcome } = await approved();
  const policy = { ...ALERT_POLICY, routes: ['ehr', 'phone'], ...alerts };
  const ecg = simulateEcg({ seed: 5, condition: 'normal', ageYears: 60, sex: 'female' });
  const examination = examine(ecg);
  let ledger: EmbeddedLedger = await open();
  let seed = 0;
  const queue = { enqueue: () => Promise.resolve() };
  const retry = { delayMsFirst: 5_000, delayMsMax: 5_000, attemptsMax: 1_000 };
  const common = () => ({ ledger, queue, log: silentLog, now, random: () => 1 });
  const score = (): JobHandler =>
    createScoreStation({
      ...common(),
      retryPlan: retry,
      scorer: { score: () => Promise.resolve({ examination, outcomes: [outcome] }) },
      decide: ({ record, row, scored, nowMs }) =>
        decide({
          ...scored,
          ecg,
          acquisition: record.acquisition,
          production: record.production,
          hasPatient: true,
          firstAssessment: row.isFirst,
          cards: [card],
          modelSet: 'set',
          policy: inForce,
          nowMs,
        }),
      planOf: ({ record, findingIds, nowMs }) =>
        Promise.resolve(
          toPagePlan({
            policy,
            findingIds,
            destinations,
            troponin: [],
            department: departmentOf(record.place),
            nowMs,
          }),
        ),
      destinations: [],
    });
  const deliver = (owner: string): JobHandler =>
    createDeliveryStation({ ...common(), destinations, owner, leaseMs: 30_000, retry });
  return {
    clock,
    ehr,
    phone,
    alerts: () => ledger.alerts,
    /** An ECG comes in and is scored. */
    async ecg(patient: string, acquiredMs: number, pointOfCare: string | null = null) {
      seed += 1;
      const entry = entryOf(seed, {
        patient: { authority: 'urn:h', value: patient, others: [], name: null },
        acquisition: { instantMs: acquiredMs, flags: [] },
        place: placeOf({ pointOfCare, room: null, bed: null, facility: null }),
      });
      const arrival = arrivalOf({ receivedAtMs: clock.nowMs });
      const { assessmentId } = await ledger.receipts.accept(arrival, ecgVerdict(entry), UNDER);
      await score()(assessmentId ?? '');
      return assessmentId ?? '';
    },
    /** Time goes by in steps of five seconds, in which two workers do all that is due. */
    async pass(ms: number, isDelivering = true) {
      for (let passed = 0; passed < ms; passed += 5_000) {
        clock.nowMs += 5_000;
        const watch = { alerts: ledger.alerts, queue, log: silentLog, now };
        await Promise.all([alertRound(watch), alertRound(watch)]);
        if (!isDelivering) continue;
        const due = await ledger.deliveries.due(clock.nowMs, 1_000);
        for (const { id } of due) await Promise.all([deliver('a')(id), deliver('b')(id)]);
      }
    },
    /** The process dies; another opens what it left. */
    async restart() {
      await ledger.close();
      ledger = await open();
    },
    /** As after a power failure that took the database with it. */
    async loseDatabase() {
      await ledger.close();
      rmSync(join(dataDir, 'db'), { recursive: true });
      ledger = await open();
    },
    close: () => ledger.close(),
  };
}

describe('an alert', () => {
  const root = mkdtempSync(join(tmpdir(), 'leadwire-alerts-'));
  let count = 0;
  const open: Awaited<ReturnType<typeof department>>[] = [];
  const ward = async (alerts: Partial<AlertPolicy> = {}) => {
    count += 1;
    const made = await department(join(root, String(count)), alerts);
    open.push(made);
    return made;
  };
  beforeAll(() => ledgerTemplate());
  afterAll(async () => {
    for (const each of open) await each.close();
    rmSync(root, { recursive: true });
  });

  test('is raised by no ECG of a ten-year archive, and by the one of now', async () => {
    const ed = await ward();
    const ECGS = 200;
    for (let i = 0; i < ECGS; i += 1) {
      const ageMs = Math.max(2 * 3_600_000, (3_650 * DAY_MS * i) / ECGS);
      await ed.ecg(`P${i % 40}`, ed.clock.nowMs - ageMs);
    }
    await ed.pass(MINUTE_MS);
    await expect(ed.alerts().open(1_000)).resolves.toEqual([]);
    expect([...ed.ehr.calls, ...ed.phone.calls]).toEqual([]);
    await ed.ecg('P1', ed.clock.nowMs - 5 * MINUTE_MS);
    await ed.pass(10_000);
    expect(ed.ehr.calls).toEqual(['alert P1']);
  });

  test('that its first route cannot take goes by the second within two minutes', async () => {
    const ed = await ward();
    ed.ehr.state.isAway = true;
    const raisedMs = ed.clock.nowMs;
    await ed.ecg('A', raisedMs);
    while (ed.phone.calls.length === 0 && ed.clock.nowMs < raisedMs + 10 * MINUTE_MS) {
      await ed.pass(5_000);
    }
    expect(ed.phone.calls).toEqual(['alert A']);
    expect(ed.clock.nowMs - raisedMs).toBeLessThanOrEqual(2 * MINUTE_MS);
    const [alert] = await ed.alerts().open(10);
    expect(alert).toMatchObject({ state: 'delivered' });
  });

  test('that nobody takes escalates once, also over a restart between its steps', async () => {
    const ed = await ward({ escalationMinutes: 10, escalationRoutes: ['phone'] });
    await ed.ecg('B', ed.clock.nowMs);
    await ed.restart();
    await ed.pass(MINUTE_MS);
    await ed.restart();
    await ed.pass(10 * MINUTE_MS, false);
    await ed.restart();
    await ed.pass(10 * MINUTE_MS);
    expect(ed.ehr.calls).toEqual(['alert B']);
    expect(ed.phone.calls).toEqual(['escalation B']);
    const [alert] = await ed.alerts().open(10);
    expect(alert?.events.map(({ action }) => action)).toEqual(['raise', 'deliver', 'escalate']);
  });

  test('that a person took stays taken when the database is lost, and pages nobody again', async () => {
    const ed = await ward();
    await ed.ecg('C', ed.clock.nowMs);
    await ed.pass(10_000);
    const [alert] = await ed.alerts().open(10);
    const act = { action: 'acknowledge', actor: 'dr-a', via: 'board' } as const;
    await ed.alerts().act(alert?.id ?? '', { ...act, atMs: ed.clock.nowMs });
    await ed.loseDatabase();
    const [again] = await ed.alerts().open(10);
    expect(again).toMatchObject({ id: alert?.id, state: 'acknowledged', acknowledgedBy: 'dr-a' });
    await ed.ecg('C', ed.clock.nowMs - 3 * MINUTE_MS);
    await ed.pass(30 * MINUTE_MS);
    expect(ed.ehr.calls).toEqual(['alert C']);
    expect(ed.phone.calls).toEqual([]);
  });

  test('that ended before its page left wakes nobody', async () => {
    const ed = await ward({ routes: ['ehr'], escalationMinutes: null });
    ed.ehr.state.isAway = true;
    await ed.ecg('D', ed.clock.nowMs);
    await ed.pass(10_000);
    const [alert] = await ed.alerts().open(10);
    const act = { action: 'resolve', actor: 'dr-a', via: 'board' } as const;
    await ed.alerts().act(alert?.id ?? '', { ...act, atMs: ed.clock.nowMs });
    ed.ehr.state.isAway = false;
    await ed.pass(MINUTE_MS);
    expect(ed.ehr.calls).toEqual([]);
  });

  test('of a burst of one department leaves the pages of another alone', async () => {
    const both = await ward({ cap: { pages: 1, minutes: 10 }, escalationMinutes: null });
    for (let i = 0; i < 3; i += 1) await both.ecg(`ED${i}`, both.clock.nowMs, 'ED');
    await both.ecg('CCU', both.clock.nowMs, 'CCU');
    await both.pass(10_000);
    const open = await both.alerts().open(100);
    const told = open.map(({ department, isStorm }) => `${department} ${isStorm}`).sort();
    expect(told).toEqual(['CCU false', 'ED false', 'ED false', 'ED false', 'ED true']);
    expect(both.ehr.calls).toContain('alert CCU');
  });

  test('of a burst is one storm, with every ECG on the board', async () => {
    const ed = await ward({ cap: { pages: 5, minutes: 10 }, escalationMinutes: null });
    for (let i = 0; i < 40; i += 1) await ed.ecg(`S${i}`, ed.clock.nowMs);
    await ed.pass(10_000);
    expect(ed.ehr.calls).toHaveLength(6);
    const board = await ed.alerts().open(1_000);
    expect(board.filter(({ isStorm }) => isStorm)).toHaveLength(1);
    expect(board.filter(({ isStorm }) => !isStorm)).toHaveLength(40);
  });
});
