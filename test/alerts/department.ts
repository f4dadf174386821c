import { rmSync } from 'node:fs';
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
  /** `before` is what happens between the start of a delivery and its first byte. */
  const state: { isAway: boolean; isDoubtful: boolean; before: () => Promise<unknown> } = {
    isAway: false,
    isDoubtful: false,
    before: () => Promise.resolve(),
  };
  const destination: Destination = {
    name,
    kinds: ['result', 'alert', 'escalation'],
    async deliver(order, attempt) {
      await state.before();
      await attempt.beforeWrite();
      if (state.isAway) throw fail('destination-away', 'as the spec wants it');
      if (state.isDoubtful) throw fail('destination-outcome-unknown', 'as the spec wants it');
      if (order.kind !== 'result') calls.push(`${order.kind} ${order.ecg.patient?.value ?? ''}`);
      return { reference: null, found: false };
    },
  };
  return { destination, calls, state };
}

/** A department with a ledger of its own, two workers, and a clock that the test moves. */
export async function department(dataDir: string, alerts: Partial<AlertPolicy> = {}) {
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
    deliveries: () => ledger.deliveries,
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
