import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { silentLog } from '../../src/core/log.js';
import { ALERT_STATE, SYSTEMS } from '../../src/delivery/fhir/codes.js';
import { ALERT_TYPES, type AlertType } from '../../src/delivery/fhir/form.js';
import { AlertEar } from '../../src/delivery/fhir/hear-alerts.js';
import type { AlertAction, AlertRecord, AlertVia } from '../../src/ledger/alerts.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import type { FhirResource } from '../../src/wire/fhir/resource.js';
import { openDeliveryRig, type DeliveryRig } from '../support/delivery-rig.js';
import { PAGE_PLAN } from '../support/page-plan.js';

type Json = FhirResource & Readonly<Record<string, unknown>>;

/** A server that was just started takes its time over each first search and write. */
const COLD_MS_MAX = 90_000;
const ALERTING = { alert: { raise: true, findingIds: ['omi'] } } as const;

/** An alert is one thing at the board and at the EHR, whoever acts on it. */
export function alertSuite(serverUrl: () => string, ledger: () => Ledger): void {
  let rig: DeliveryRig;
  beforeAll(async () => {
    rig = await openDeliveryRig(serverUrl(), ledger());
    await rig.finish(rig.station(), (await rig.order()).deliveryId);
  }, 60_000);
  afterAll(() => rig.close());

  const paged = async (type: AlertType) => {
    const station = rig.station({ form: { alert: type } });
    const { deliveryId } = await rig.order({ assessment: ALERTING, plan: PAGE_PLAN });
    const { remoteReference, alertId } = await rig.finish(station, deliveryId);
    const alert = async (): Promise<AlertRecord> => {
      const found = await ledger().alerts.get(alertId ?? '');
      if (!found) throw new Error('there is no such alert');
      return found;
    };
    const finishAll = async (ids: readonly string[]): Promise<void> => {
      for (const id of ids) {
        expect(await rig.finish(station, id)).toMatchObject({ state: 'delivered' });
      }
    };
    const act = async (action: AlertAction, via: AlertVia = 'board'): Promise<void> => {
      const by = { actor: 'dr-a', via, atMs: Date.now() };
      const acted = await ledger().alerts.act(alertId ?? '', { action, ...by });
      expect(acted).toMatchObject({ changed: true, deliveryIds: [expect.any(String)] });
      await finishAll(acted?.deliveryIds ?? []);
    };
    const hear = async (): Promise<void> => {
      const born: string[] = [];
      const queue = {
        enqueue: (_: string, id: string) => {
          born.push(id);
          return Promise.resolve();
        },
      };
      const { alerts } = ledger();
      // Of this alert alone: others of this spec stand open beside it.
      const open = async () => [await alert()].filter(({ endedAtMs }) => endedAtMs === null);
      await new AlertEar({
        name: 'fhir',
        type,
        client: rig.direct,
        alerts: { ...alerts, open },
        queue,
        log: silentLog,
        now: Date.now,
      }).listen();
      await finishAll(born);
    };
    const read = async (): Promise<Json> =>
      (await rig.direct.read(remoteReference ?? '')) as unknown as Json;
    const change = async (more: Readonly<Record<string, unknown>>): Promise<void> => {
      await rig.direct.update({ ...(await read()), ...more });
    };
    const shown = async () => {
      const { status, extension } = await read();
      return { status, extension };
    };
    return { alert, act, hear, read, change, shown, reference: remoteReference ?? '' };
  };
  const as = (status: string, state: string) => ({
    status,
    extension: [{ url: ALERT_STATE, valueCode: state }],
  });

  test.each([
    ['CommunicationRequest', 'active', 'completed', 'completed'],
    ['Flag', 'active', 'active', 'inactive'],
    ['DetectedIssue', 'preliminary', 'final', 'final'],
  ] as const)(
    'what the board does shows on the %s',
    async (type, asking, taken, done) => {
      const { act, shown, hear, alert } = await paged(type);
      expect(await shown()).toEqual(as(asking, 'raised'));
      await act('acknowledge');
      expect(await shown()).toEqual(as(taken, 'acknowledged'));
      await act('escalate');
      expect(await shown()).toEqual(as(asking, 'escalated'));
      await hear();
      expect(await alert()).toMatchObject({ state: 'escalated' });
      await act('resolve');
      expect(await shown()).toEqual(as(done, 'resolved'));
    },
    COLD_MS_MAX,
  );

  test.each([
    ['CommunicationRequest', { status: 'completed' }, 'acknowledged'],
    ['CommunicationRequest', { status: 'revoked' }, 'resolved'],
    ['Flag', { status: 'inactive' }, 'resolved'],
    ['DetectedIssue', { status: 'final' }, 'acknowledged'],
    ['DetectedIssue', { status: 'cancelled' }, 'resolved'],
  ] as const)('a %s that the EHR makes %j is heard as %s', async (type, change, state) => {
    const one = await paged(type);
    await one.hear();
    expect(await one.alert()).toMatchObject({ state: 'delivered' });
    await one.change(change);
    await one.hear();
    const heard = await one.alert();
    expect(heard.state).toBe(state);
    expect(heard.events.at(-1)).toMatchObject({ via: 'ehr', actor: one.reference });
    expect(await one.read()).toMatchObject({ extension: [{ valueCode: state }] });
    const audited = (await ledger().audit.list(50)).filter(({ subject }) => subject === heard.id);
    expect(audited[0]).toMatchObject({ via: 'ehr', actor: one.reference });
    await one.hear();
    expect((await one.alert()).revision).toBe(heard.revision);
  });

  test('a mitigation of the DetectedIssue is an acknowledgement by its author', async () => {
    const one = await paged('DetectedIssue');
    const author = await practitioner();
    const mitigation = [
      { action: { text: 'called' }, author: { reference: author, display: 'Dr Name' } },
    ];
    await one.change({ mitigation });
    await one.hear();
    expect(await one.alert()).toMatchObject({ state: 'acknowledged', acknowledgedBy: author });
    await one.act('escalate');
    await one.hear();
    expect(await one.alert()).toMatchObject({ state: 'escalated' });
    expect(await one.read()).toMatchObject({ status: 'preliminary', mitigation });
  });

  test('a Communication that fulfils the request is one by its recipient, once', async () => {
    const one = await paged('CommunicationRequest');
    const recipient = await practitioner();
    const communication = (status: string) => ({
      resourceType: 'Communication',
      status,
      basedOn: [{ reference: one.reference }],
      recipient: [{ reference: recipient, display: 'Dr Name' }],
    });
    await rig.direct.create(communication('in-progress'), null);
    await one.hear();
    expect(await one.alert()).toMatchObject({ state: 'delivered' });
    await rig.direct.create(communication('completed'), null);
    await one.hear();
    expect(await one.alert()).toMatchObject({ state: 'acknowledged', acknowledgedBy: recipient });
    expect(await one.shown()).toEqual(as('completed', 'acknowledged'));
    expect(JSON.stringify(await one.alert())).not.toContain('Dr Name');
    await one.act('escalate');
    await one.hear();
    expect(await one.alert()).toMatchObject({ state: 'escalated' });
  });

  test('what somebody at the EHR has just said is not written over', async () => {
    const one = await paged('CommunicationRequest');
    await one.change({ status: 'completed' });
    await one.act('escalate', 'timer');
    expect(await one.shown()).toEqual(as('completed', 'raised'));
    await one.hear();
    expect(await one.shown()).toEqual(as('completed', 'acknowledged'));
  });

  test('an acknowledgement that is faster than its page is told behind it', async () => {
    const { deliveryId, assessmentId } = await rig.order({ assessment: ALERTING, plan: PAGE_PLAN });
    const [alert] = await ledger().alerts.ofAssessment(assessmentId);
    const by = { actor: 'dr-a', via: 'board', atMs: Date.now() } as const;
    const acted = await ledger().alerts.act(alert?.id ?? '', { action: 'acknowledge', ...by });
    const [update = ''] = acted?.deliveryIds ?? [];
    const station = rig.station();
    expect(await station(update)).toMatchObject({ done: false });
    const { remoteReference } = await rig.finish(station, deliveryId);
    expect(await rig.finish(station, update)).toMatchObject({ state: 'delivered' });
    const found = await rig.direct.read(remoteReference ?? '');
    expect(found).toMatchObject(as('completed', 'acknowledged'));
  });

  test.each(ALERT_TYPES)('a %s that we took back ourselves is nobody’s word', async (type) => {
    const acquisition = { instantMs: Date.UTC(2028, 1, 1) + Math.random() * 1e9, flags: [] };
    const station = rig.station({ form: { alert: type } });
    const entry = { acquisition };
    const wrong = await rig.order({ assessment: ALERTING, plan: PAGE_PLAN, entry });
    const { alertId } = await rig.finish(station, wrong.deliveryId);
    const { retractionIds } = await rig.order({ patient: randomUUID(), entry });
    for (const id of retractionIds) await rig.finish(station, id);
    const { alerts } = ledger();
    const before = await alerts.get(alertId ?? '');
    const [found] = (
      await rig.direct.search(type, { identifier: `${SYSTEMS.alert}|${wrong.deliveryId}` })
    ).resources;
    expect(found).toMatchObject({ extension: [{ valueCode: 'withdrawn' }] });
    await new AlertEar({
      name: 'fhir',
      type,
      client: rig.direct,
      alerts: { ...alerts, open: () => Promise.resolve(before ? [before] : []) },
      queue: { enqueue: () => Promise.resolve() },
      log: silentLog,
      now: Date.now,
    }).listen();
    expect(await alerts.get(alertId ?? '')).toEqual(before);
  });

  async function practitioner(): Promise<string> {
    return (await rig.direct.create({ resourceType: 'Practitioner' }, null)).reference;
  }
}
