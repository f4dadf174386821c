import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { MessageDetail, MessageRow, Replayed } from '../../src/board/messages.js';
import type { ModelReport } from '../../src/board/model-report.js';
import type { DestinationRow, LetterRow } from '../../src/board/work-desk.js';
import { failure } from '../../src/core/failure.js';
import { startBoard, type BoardRig } from '../support/board-rig.js';
import { describeWith } from '../support/describe-with.js';
import { openEvents } from '../support/event-source.js';

const LEASE_MS = 30_000;

describeWith('postgres', 'the desk of the interface analyst', () => {
  let rig: BoardRig;
  beforeAll(async () => {
    rig = await startBoard();
  }, 120_000);
  afterAll(() => rig.stop());

  test('an analyst finds a message, reads it, replays it; looks at patients are written down', async () => {
    const { receiptId } = await rig.arrive('browse-1');
    const found = await rig.get<{ rows: MessageRow[]; next: null }>('messages?patient=browse-1');
    expect(found).toMatchObject({
      rows: [{ receiptId, outcome: 'ecg', failure: null }],
      next: null,
    });
    const detail = await rig.get<MessageDetail>(`messages/${receiptId}`);
    expect(detail.decoded[0]).toMatch(/^MSH\|/);
    const raw = await fetch(rig.api(`messages/${receiptId}/raw`));
    expect(raw.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await raw.text()).toMatch(/^MSH\|/);
    const replayed = await rig.post('messages/replay', { receiptIds: [receiptId, 'receipt-none'] });
    const [done, none] = (await replayed.json()) as Replayed[];
    expect(done?.receiptId).toBe(receiptId);
    expect(none).toEqual({ receiptId: 'receipt-none', outcome: 'not-there' });
    const actions = (await rig.ledger.audit.list(20))
      .filter(({ subject }) => subject === receiptId)
      .map(({ action }) => action);
    expect(actions).toEqual(['replay receipt', 'read raw', 'read receipt']);
    expect((await fetch(rig.api('messages?outcome=nonsense'))).status).toBe(400);
    expect((await fetch(rig.api('messages?limit=100000'))).status).toBe(400);
  });

  test('what was given up is told in the banner, listed, and tried again', async () => {
    const { assessmentId } = await rig.arrive('parked-1');
    const [id = ''] = await rig.assess(assessmentId);
    const { deliveries } = rig.ledger;
    const claim = await deliveries.claim(id, 'worker', LEASE_MS);
    const events = await openEvents(rig.api('events'));
    const why = failure('destination-refused', 'no such patient there');
    await deliveries.failed(id, claim?.fence ?? 0, why, 0, true);
    await events.next(
      ({ event, data }) => event === 'banner' && /parked:ehr/.test(JSON.stringify(data)),
    );
    events.close();
    const letters = await rig.get<LetterRow[]>('dead-letters');
    expect(letters).toContainEqual(
      expect.objectContaining({ kind: 'deliveries', id, code: 'destination-refused' }),
    );
    expect((await rig.post(`dead-letters/deliveries/${id}/retry`, {})).status).toBe(204);
    expect((await rig.post(`dead-letters/deliveries/${id}/retry`, {})).status).toBe(404);
    expect((await rig.post(`dead-letters/nonsense/${id}/retry`, {})).status).toBe(404);
  });

  test('a destination that is paused gets nothing until it goes on', async () => {
    const { assessmentId } = await rig.arrive('paused-1');
    const [id = ''] = await rig.assess(assessmentId);
    const { deliveries } = rig.ledger;
    expect((await rig.post('destinations/ehr/pause', {})).status).toBe(204);
    await expect(deliveries.claim(id, 'worker', LEASE_MS)).resolves.toBeNull();
    const due = await deliveries.due(Date.now() + LEASE_MS, 1_000);
    expect(due.map((one) => one.id)).not.toContain(id);
    const [ehr] = await rig.get<DestinationRow[]>('destinations');
    expect(ehr).toMatchObject({ name: 'ehr', paused: true, pausedBy: 'local' });
    expect((await rig.post('destinations/ehr/resume', {})).status).toBe(204);
    await expect(deliveries.claim(id, 'worker', LEASE_MS)).resolves.toMatchObject({ id });
    expect((await rig.post('destinations/nowhere/pause', {})).status).toBe(404);
    expect(await rig.get('queues')).toMatchObject([
      { name: 'fetch' },
      { name: 'score' },
      { name: 'deliver' },
    ]);
  });

  test('each model tells its card, its days and its drift', async () => {
    const reports = await rig.get<ModelReport[]>('models');
    expect(reports.length).toBeGreaterThan(0);
    for (const report of reports) {
      expect(report.card.findings.length).toBeGreaterThan(0);
      expect(report.drift.enough).toBe(false);
      expect(report.drift.scores.every(({ psi }) => psi === null)).toBe(true);
    }
  });
});
