import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AlertView } from '../../src/board/alert-view.js';
import type { EcgView } from '../../src/board/ecg-view.js';
import type { Me } from '../../src/board/me.controller.js';
import type { MessageDetail, MessageRow, Replayed } from '../../src/board/messages.js';
import type { ModelReport } from '../../src/board/model-report.js';
import type { Row } from '../../src/board/row.js';
import type { DestinationRow, LetterRow } from '../../src/board/work-desk.js';
import type { WorklistPage } from '../../src/board/worklist.controller.js';
import type { Assessment, Finding } from '../../src/core/decision/assessment.js';
import { examine } from '../../src/core/decision/examination.js';
import type { Ecg } from '../../src/core/ecg/ecg.js';
import type { Reading } from '../../src/core/ecg/reading.js';
import { failure } from '../../src/core/failure.js';
import { toObservation } from '../../src/formats/fhir/write.js';
import { PLAN } from '../../src/ledger/alerts.suite.js';
import {
  arrivalOf,
  ASSESSMENT,
  ecgVerdict,
  entryOf,
  OUTCOMES,
} from '../../src/ledger/ledger.fixtures.js';
import { describeWith } from '../support/describe-with.js';
import { openEvents, type Told } from '../support/event-source.js';
import { startGateway, type Gateway } from '../support/gateway.js';
import { simulateEcg } from '../support/simulated.js';

const UNDER = { modelSet: 'board@1', policyVersion: 'board-1' };
const LEASE_MS = 30_000;
const PATIENT = { condition: 'anterior-occlusion', ageYears: 61, sex: 'male' } as const;
const EXAMINATION = examine(simulateEcg({ ...PATIENT, seed: 4 }));

const SPAN = { lead: 'V2', part: 'st-t', fromMs: 400, toMs: 520, weight: 1 } as const;
const FINDING: Finding = {
  modelId: 'omi',
  modelVersion: '1',
  standing: 'evaluation',
  labelProvenance: 'simulated',
  mode: 'alert',
  findingId: 'omi',
  title: 'Occlusion',
  code: { system: 's', code: 'c', display: 'd' },
  beside: [],
  probability: 0.93,
  spread: 0.02,
  threshold: 0.4,
  decisionPoint: null,
  positive: true,
  likelihood: 'high',
  cardProbability: 0.93,
  shift: null,
  evidence: { method: 'attention', spans: [SPAN] },
};

describeWith('postgres', 'the board of a running service', () => {
  let gateway: Gateway;
  let csrf = '';
  let serial = 0;
  beforeAll(async () => {
    gateway = await startGateway();
    csrf = (await get<Me>('me')).csrf;
  }, 120_000);
  afterAll(() => gateway.stop());

  const api = (path: string): string => `${gateway.url}/board/api/${path}`;
  async function get<T>(path: string): Promise<T> {
    const answer = await fetch(api(path));
    expect([path, answer.status]).toEqual([path, 200]);
    return (await answer.json()) as T;
  }
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(api(path), {
      method: 'POST',
      headers: { 'x-csrf': csrf, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  const arrive = async (patient: string, minutesAgo = 1) => {
    serial += 1;
    const nowMs = Date.now();
    // One recording is no two patients': each arrival brings its own.
    const ecg = simulateEcg({ ...PATIENT, seed: 1_000 + serial });
    const entry = entryOf(serial, {
      ecg,
      patient: {
        authority: 'HOSP',
        value: patient,
        others: [],
        name: { family: 'Doe', given: 'Jo' },
      },
      acquisition: { instantMs: nowMs - minutesAgo * 60_000 - serial, flags: [] },
    });
    const arrival = arrivalOf({ receivedAtMs: nowMs, sender: 'CART|ED' });
    const accepted = await gateway.ledger.receipts.accept(arrival, ecgVerdict(entry), UNDER);
    return {
      ...accepted,
      ecg,
      ecgId: accepted.ecgId ?? '',
      assessmentId: accepted.assessmentId ?? '',
    };
  };
  const assess = (assessmentId: string, more: Partial<Assessment> = {}, plan = false) =>
    gateway.ledger.assessments.complete(
      assessmentId,
      { ...ASSESSMENT, abstentions: [], findings: [FINDING], examination: EXAMINATION, ...more },
      OUTCOMES,
      [{ destination: 'ehr', kind: 'result' }],
      plan ? PLAN : null,
    );
  const rowOf = (ecgId: string) => (told: Told) =>
    told.event === 'row' && (told.data as Row).ecgId === ecgId;
  const doneRowOf = (ecgId: string) => (told: Told) =>
    rowOf(ecgId)(told) && (told.data as Row).state === 'done';

  test('an ECG appears without reload, is scored before the eyes, and gives way to the next', async () => {
    const page = await get<WorklistPage>('worklist');
    const events = await openEvents(api(`events?after=${page.lastEventId}`));
    const first = await arrive('live-1', 30);
    const pending = await events.next(rowOf(first.ecgId));
    expect(pending.data).toMatchObject({ state: 'pending', priority: 3, agreement: 'unknown' });
    await assess(first.assessmentId);
    const done = await events.next(doneRowOf(first.ecgId));
    expect(done.data).toMatchObject({ agreement: 'both', alert: null, evaluationOnly: true });
    const second = await arrive('live-1', 2);
    await events.next(rowOf(second.ecgId));
    await events.next(({ event, data }) => event === 'gone' && rowId(data) === first.ecgId);
    const list = await get<WorklistPage>('worklist');
    expect(list.rows.map(({ ecgId }) => ecgId)).toContain(second.ecgId);
    expect(list.rows.map(({ ecgId }) => ecgId)).not.toContain(first.ecgId);
    events.close();
  });

  test('a page that was away is told all it missed, also what ended meanwhile', async () => {
    const kept = await arrive('away-1', 40);
    const { lastEventId } = await get<WorklistPage>('worklist');
    const [newer, other] = [await arrive('away-1', 3), await arrive('away-2', 3)];
    await assess(other.assessmentId);
    const events = await openEvents(api('events'), lastEventId);
    await events.next(rowOf(newer.ecgId));
    await events.next(doneRowOf(other.ecgId));
    await events.next(({ event, data }) => event === 'gone' && rowId(data) === kept.ecgId);
    events.close();
    const lost = await openEvents(api('events'), '00000000.1.0');
    await lost.next(({ event }) => event === 'reset');
    lost.close();
  });

  test('an alert stands first with its clock; acknowledged by one, it is so on every page', async () => {
    const { ecgId, assessmentId } = await arrive('alert-1');
    const alert = { raise: true, findingIds: ['omi'] } as const;
    const { lastEventId } = await get<WorklistPage>('worklist');
    await assess(assessmentId, { alert }, true);
    const events = await openEvents(api(`events?after=${lastEventId}`));
    const told = await events.next(
      (one) => rowOf(ecgId)(one) && (one.data as Row).alert?.state === 'raised',
    );
    const row = told.data as Row;
    expect(row).toMatchObject({ priority: 0, alert: { urgency: 'critical', storm: false } });
    expect((await get<WorklistPage>('worklist')).rows[0]?.priority).toBe(0);
    const id = row.alert?.id ?? '';
    const answer = await post(`alerts/${id}/acknowledge`, { note: 'on my way' });
    expect(answer.status).toBe(200);
    expect((await answer.json()) as AlertView).toMatchObject({
      state: 'acknowledged',
      acknowledgedBy: 'local',
    });
    await events.next(
      (one) => rowOf(ecgId)(one) && (one.data as Row).alert?.state === 'acknowledged',
    );
    const record = await gateway.ledger.alerts.get(id);
    expect(record?.events.at(-1)).toMatchObject({ via: 'board', note: 'on my way' });
    expect((await post(`alerts/${id}/delete`, {})).status).toBe(404);
    expect((await post('alerts/none/resolve', {})).status).toBe(404);
    events.close();
  });

  test('one ECG opens with its leads, its beat, its rules and its picture, and each look is kept', async () => {
    const earlier = await arrive('open-1', 90);
    const { ecgId, assessmentId, ecg } = await arrive('open-1', 5);
    await assess(assessmentId);
    const view = await get<EcgView>(`ecgs/${ecgId}`);
    expect(view.row.ecgId).toBe(ecgId);
    expect(view.leads).toHaveLength(12);
    const samples = Buffer.from(view.leads[0]?.microvolts ?? '', 'base64');
    expect(samples.readInt16LE(200)).toBe(ecg.leads[0]?.samples[100]);
    expect(view.beat?.leads).toHaveLength(12);
    expect(view.beat?.leads.some(({ decisive }) => decisive)).toBe(true);
    expect(view.evidence).toEqual([
      { findingId: 'omi', spans: [{ lead: 'V2', fromMs: 400, toMs: 520, weight: 1 }] },
    ]);
    expect(view.measurements.map(({ name }) => name)).toContain('QRS');
    expect(view.models).toMatchObject([{ id: 'omi', findingId: 'omi', threshold: 0.4 }]);
    expect(view.previous).toMatchObject([{ ecgId: earlier.ecgId }]);
    expect(view.previous[0]?.change).toHaveLength(12);
    expect(view.sources).toMatchObject([{ sender: 'CART|ED', door: 'mllp' }]);
    expect(view.deliveries).toMatchObject([{ destination: 'ehr', state: 'pending' }]);
    const png = await fetch(api(`ecgs/${ecgId}/page.png?layout=6x2`));
    expect(
      Buffer.from(await png.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    expect((await fetch(api(`ecgs/${ecgId}/page.svg?layout=1x1`))).status).toBe(400);
    expect((await fetch(api('ecgs/none'))).status).toBe(404);
    const audited = await gateway.ledger.audit.list(20);
    expect(audited.filter(({ subject }) => subject === ecgId).map(({ action }) => action)).toEqual([
      'draw ecg',
      'read ecg',
    ]);
  });

  test('a clinician who disagrees is heard and kept', async () => {
    const { ecgId, assessmentId } = await arrive('disagree-1');
    await assess(assessmentId);
    const word = { findingId: 'omi', says: 'absent', reason: 'early repolarisation' };
    expect((await post(`ecgs/${ecgId}/disagree`, word)).status).toBe(204);
    const { outcome } = await get<EcgView>(`ecgs/${ecgId}`);
    expect(outcome).toMatchObject([{ ...word, by: 'local', source: 'board' }]);
    expect((await post(`ecgs/${ecgId}/disagree`, { ...word, findingId: 'no' })).status).toBe(404);
    expect((await post(`ecgs/${ecgId}/disagree`, { ...word, says: 'maybe' })).status).toBe(400);
  });

  test('a file is taken at the board, and one without an ECG says why', async () => {
    const headers = { 'x-csrf': csrf, 'content-type': 'application/fhir+json' };
    const body = JSON.stringify(toObservation(readingOf(simulateEcg({ ...PATIENT, seed: 9 }))));
    const taken = await fetch(api('ecgs'), { method: 'POST', headers, body });
    expect(await taken.json()).toMatchObject({
      ecgId: expect.stringMatching(/^ecg-/),
      failure: null,
    });
    const nothing = await fetch(api('ecgs'), { method: 'POST', headers, body: 'not an ECG' });
    const told = (await nothing.json()) as { receiptId: string; ecgId: null; failure: object };
    expect(told).toMatchObject({ ecgId: null, failure: { code: expect.any(String) } });
  });

  test('an analyst finds a message, reads it, replays it; looks at patients are written down', async () => {
    const { receiptId } = await arrive('browse-1');
    const found = await get<{ rows: MessageRow[]; next: null }>('messages?patient=browse-1');
    expect(found).toMatchObject({
      rows: [{ receiptId, outcome: 'ecg', failure: null }],
      next: null,
    });
    const detail = await get<MessageDetail>(`messages/${receiptId}`);
    expect(detail.decoded[0]).toMatch(/^MSH\|/);
    const raw = await fetch(api(`messages/${receiptId}/raw`));
    expect(raw.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await raw.text()).toMatch(/^MSH\|/);
    const replayed = await post('messages/replay', { receiptIds: [receiptId, 'receipt-none'] });
    const [done, none] = (await replayed.json()) as Replayed[];
    expect(done?.receiptId).toBe(receiptId);
    expect(none).toEqual({ receiptId: 'receipt-none', outcome: 'not-there' });
    const actions = (await gateway.ledger.audit.list(20))
      .filter(({ subject }) => subject === receiptId)
      .map(({ action }) => action);
    expect(actions).toEqual(['replay receipt', 'read raw', 'read receipt']);
    expect((await fetch(api('messages?outcome=nonsense'))).status).toBe(400);
    expect((await fetch(api('messages?limit=100000'))).status).toBe(400);
  });

  test('what was given up is told in the banner, listed, and tried again', async () => {
    const { assessmentId } = await arrive('parked-1');
    const [id = ''] = await assess(assessmentId);
    const { deliveries } = gateway.ledger;
    const claim = await deliveries.claim(id, 'worker', LEASE_MS);
    const events = await openEvents(api('events'));
    const why = failure('destination-refused', 'no such patient there');
    await deliveries.failed(id, claim?.fence ?? 0, why, 0, true);
    await events.next(
      ({ event, data }) => event === 'banner' && /parked:ehr/.test(JSON.stringify(data)),
    );
    events.close();
    const letters = await get<LetterRow[]>('dead-letters');
    expect(letters).toContainEqual(
      expect.objectContaining({ kind: 'deliveries', id, code: 'destination-refused' }),
    );
    expect((await post(`dead-letters/deliveries/${id}/retry`, {})).status).toBe(204);
    expect((await post(`dead-letters/deliveries/${id}/retry`, {})).status).toBe(404);
    expect((await post(`dead-letters/nonsense/${id}/retry`, {})).status).toBe(404);
  });

  test('a destination that is paused gets nothing until it goes on', async () => {
    const { assessmentId } = await arrive('paused-1');
    const [id = ''] = await assess(assessmentId);
    const { deliveries } = gateway.ledger;
    expect((await post('destinations/ehr/pause', {})).status).toBe(204);
    await expect(deliveries.claim(id, 'worker', LEASE_MS)).resolves.toBeNull();
    const due = await deliveries.due(Date.now() + LEASE_MS, 1_000);
    expect(due.map((one) => one.id)).not.toContain(id);
    const [ehr] = await get<DestinationRow[]>('destinations');
    expect(ehr).toMatchObject({ name: 'ehr', paused: true, pausedBy: 'local' });
    expect((await post('destinations/ehr/resume', {})).status).toBe(204);
    await expect(deliveries.claim(id, 'worker', LEASE_MS)).resolves.toMatchObject({ id });
    expect((await post('destinations/nowhere/pause', {})).status).toBe(404);
    expect(await get('queues')).toMatchObject([
      { name: 'fetch' },
      { name: 'score' },
      { name: 'deliver' },
    ]);
  });

  test('each model tells its card, its days and its drift', async () => {
    const reports = await get<ModelReport[]>('models');
    expect(reports.length).toBeGreaterThan(0);
    for (const report of reports) {
      expect(report.card.findings.length).toBeGreaterThan(0);
      expect(report.drift.enough).toBe(false);
      expect(report.drift.scores.every(({ psi }) => psi === null)).toBe(true);
    }
  });
});

function readingOf(ecg: Ecg): Reading {
  return {
    ecg,
    format: 'sample',
    patient: null,
    encounter: null,
    order: null,
    acquired: null,
    birthDate: null,
    status: 'final',
    vendorStatements: [],
    vendorMeasurements: null,
  };
}

function rowId(data: unknown): string {
  return (data as { readonly ecgId: string }).ecgId;
}
