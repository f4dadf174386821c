import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AlertView } from '../../src/board/alert-view.js';
import type { EcgView } from '../../src/board/ecg-view.js';
import type { Row } from '../../src/board/row.js';
import type { WorklistPage } from '../../src/board/worklist.controller.js';
import type { Ecg } from '../../src/core/ecg/ecg.js';
import type { Reading } from '../../src/core/ecg/reading.js';
import { toObservation } from '../../src/formats/fhir/write.js';
import { PATIENT, startBoard, type BoardRig } from '../support/board-rig.js';
import { describeWith } from '../support/describe-with.js';
import { openEvents, type Told } from '../support/event-source.js';
import { simulateEcg } from '../support/simulated.js';

describeWith('postgres', 'the board of a running service', () => {
  let rig: BoardRig;
  beforeAll(async () => {
    rig = await startBoard();
  }, 120_000);
  afterAll(() => rig.stop());

  const rowOf = (ecgId: string) => (told: Told) =>
    told.event === 'row' && (told.data as Row).ecgId === ecgId;
  const doneRowOf = (ecgId: string) => (told: Told) =>
    rowOf(ecgId)(told) && (told.data as Row).state === 'done';

  test('an ECG appears without reload, is scored before the eyes, and gives way to the next', async () => {
    const page = await rig.get<WorklistPage>('worklist');
    const events = await openEvents(rig.api(`events?after=${page.lastEventId}`));
    const first = await rig.arrive('live-1', 30);
    const pending = await events.next(rowOf(first.ecgId));
    expect(pending.data).toMatchObject({ state: 'pending', priority: 3, agreement: 'unknown' });
    expect(pending.data).toMatchObject({ place: 'ED · 3 · B' });
    await rig.assess(first.assessmentId);
    const done = await events.next(doneRowOf(first.ecgId));
    expect(done.data).toMatchObject({ agreement: 'both', alert: null, evaluationOnly: true });
    const second = await rig.arrive('live-1', 2);
    await events.next(rowOf(second.ecgId));
    await events.next(({ event, data }) => event === 'gone' && rowId(data) === first.ecgId);
    const list = await rig.get<WorklistPage>('worklist');
    expect(list.rows.map(({ ecgId }) => ecgId)).toContain(second.ecgId);
    expect(list.rows.map(({ ecgId }) => ecgId)).not.toContain(first.ecgId);
    events.close();
  });

  test('a page that was away is told all it missed, also what ended meanwhile', async () => {
    const kept = await rig.arrive('away-1', 40);
    const { lastEventId } = await rig.get<WorklistPage>('worklist');
    const [newer, other] = [await rig.arrive('away-1', 3), await rig.arrive('away-2', 3)];
    await rig.assess(other.assessmentId);
    const events = await openEvents(rig.api('events'), lastEventId);
    await events.next(rowOf(newer.ecgId));
    await events.next(doneRowOf(other.ecgId));
    await events.next(({ event, data }) => event === 'gone' && rowId(data) === kept.ecgId);
    events.close();
    const lost = await openEvents(rig.api('events'), '00000000.1.0');
    await lost.next(({ event }) => event === 'reset');
    lost.close();
  });

  test('an alert stands first with its clock; acknowledged by one, it is so on every page', async () => {
    const { ecgId, assessmentId } = await rig.arrive('alert-1');
    const alert = { raise: true, findingIds: ['omi'] } as const;
    const { lastEventId } = await rig.get<WorklistPage>('worklist');
    await rig.assess(assessmentId, { alert }, true);
    const events = await openEvents(rig.api(`events?after=${lastEventId}`));
    const told = await events.next(
      (one) => rowOf(ecgId)(one) && (one.data as Row).alert?.state === 'raised',
    );
    const row = told.data as Row;
    expect(row).toMatchObject({ priority: 0, alert: { urgency: 'critical', storm: false } });
    expect((await rig.get<WorklistPage>('worklist')).rows[0]?.priority).toBe(0);
    const id = row.alert?.id ?? '';
    const answer = await rig.post(`alerts/${id}/acknowledge`, { note: 'on my way' });
    expect(answer.status).toBe(200);
    expect((await answer.json()) as AlertView).toMatchObject({
      state: 'acknowledged',
      acknowledgedBy: 'local',
    });
    await events.next(
      (one) => rowOf(ecgId)(one) && (one.data as Row).alert?.state === 'acknowledged',
    );
    const record = await rig.ledger.alerts.get(id);
    expect(record?.events.at(-1)).toMatchObject({ via: 'board', note: 'on my way' });
    expect((await rig.post(`alerts/${id}/delete`, {})).status).toBe(404);
    expect((await rig.post('alerts/none/resolve', {})).status).toBe(404);
    events.close();
  });

  test('one ECG opens with its leads, its beat, its rules and its picture, and each look is kept', async () => {
    const earlier = await rig.arrive('open-1', 90);
    const { ecgId, assessmentId, ecg } = await rig.arrive('open-1', 5);
    await rig.assess(assessmentId);
    const view = await rig.get<EcgView>(`ecgs/${ecgId}`);
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
    const png = await fetch(rig.api(`ecgs/${ecgId}/page.png?layout=6x2`));
    expect(
      Buffer.from(await png.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    expect((await fetch(rig.api(`ecgs/${ecgId}/page.svg?layout=1x1`))).status).toBe(400);
    expect((await fetch(rig.api('ecgs/none'))).status).toBe(404);
    const audited = await rig.ledger.audit.list(20);
    expect(audited.filter(({ subject }) => subject === ecgId).map(({ action }) => action)).toEqual([
      'draw ecg',
      'read ecg',
    ]);
  });

  test('a clinician who disagrees is heard and kept', async () => {
    const { ecgId, assessmentId } = await rig.arrive('disagree-1');
    await rig.assess(assessmentId);
    const word = { findingId: 'omi', says: 'absent', reason: 'early repolarisation' };
    expect((await rig.post(`ecgs/${ecgId}/disagree`, word)).status).toBe(204);
    const { outcome } = await rig.get<EcgView>(`ecgs/${ecgId}`);
    expect(outcome).toMatchObject([{ ...word, by: 'local', source: 'board' }]);
    expect((await rig.post(`ecgs/${ecgId}/disagree`, { ...word, findingId: 'no' })).status).toBe(
      404,
    );
    expect((await rig.post(`ecgs/${ecgId}/disagree`, { ...word, says: 'maybe' })).status).toBe(400);
  });

  test('a file is taken at the board, and one without an ECG says why', async () => {
    const headers = { ...rig.csrfHeader, 'content-type': 'application/fhir+json' };
    const body = JSON.stringify(toObservation(readingOf(simulateEcg({ ...PATIENT, seed: 9 }))));
    const taken = await fetch(rig.api('ecgs'), { method: 'POST', headers, body });
    expect(await taken.json()).toMatchObject({
      ecgId: expect.stringMatching(/^ecg-/),
      failure: null,
    });
    const about = new URLSearchParams({ patient: 'HOSP|77', name: 'Berg, Alva', age: '63' });
    const named = await fetch(rig.api('ecgs'), {
      method: 'POST',
      headers: { ...headers, 'x-beside': about.toString() },
      body: JSON.stringify(toObservation(readingOf(simulateEcg({ ...PATIENT, seed: 10 })))),
    });
    const { ecgId } = (await named.json()) as { ecgId: string };
    expect((await rig.get<EcgView>(`ecgs/${ecgId}`)).row.patient).toMatchObject({
      name: 'Berg, Alva',
      identifier: '77',
      ageYears: 63,
    });
    for (const hostile of ['age=1&age=2', 'patient=42', 'weight=7', `name=${'x'.repeat(300)}`]) {
      const refused = await fetch(rig.api('ecgs'), {
        method: 'POST',
        headers: { ...headers, 'x-beside': hostile },
        body,
      });
      expect([refused.status, await refused.json()]).toMatchObject([
        400,
        { error: { code: 'invalid' } },
      ]);
    }
    const nothing = await fetch(rig.api('ecgs'), { method: 'POST', headers, body: 'not an ECG' });
    const told = (await nothing.json()) as { receiptId: string; ecgId: null; failure: object };
    expect(told).toMatchObject({ ecgId: null, failure: { code: expect.any(String) } });
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
