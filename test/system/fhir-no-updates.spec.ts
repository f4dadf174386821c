import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AlertAction } from '../../src/ledger/alerts.js';
import type { Delivery, Ledger } from '../../src/ledger/ledger.js';
import { startSandboxEhr, type SandboxEhrOptions } from '../../src/sandbox/ehr/server.js';
import { openDeliveryRig, openRigLedger, type Ordered } from '../support/delivery-rig.js';
import { PAGE_PLAN } from '../support/page-plan.js';
import { simulateEcg } from '../support/simulated.js';

const ALERTING = { alert: { raise: true, findingIds: ['omi'] } } as const;
const UNTOLD = { state: 'cancelled', failure: { code: 'updates-not-taken' } } as const;

describe('what becomes of an alert, at an EHR that takes no updates', () => {
  let ledger: Ledger;
  const closing: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    ledger = await openRigLedger();
  }, 60_000);
  afterAll(async () => {
    for (const close of closing) await close();
    await ledger.close();
  });

  /** One page that stands at an EHR of its own, and acts on its alert. */
  const paged = async (options: SandboxEhrOptions = {}) => {
    const ehr = await startSandboxEhr(options);
    const rig = await openDeliveryRig(ehr.url, ledger);
    closing.push(async () => {
      await rig.close();
      await ehr.close();
    });
    const station = rig.station({ retry: { attemptsMax: 2 } });
    const { deliveryId } = await rig.order({ assessment: ALERTING, plan: PAGE_PLAN });
    const { alertId } = await rig.finish(station, deliveryId);
    const act = async (action: AlertAction): Promise<Delivery> => {
      const by = { actor: 'dr-a', via: 'board', atMs: Date.now() } as const;
      const acted = await ledger.alerts.act(alertId ?? '', { action, ...by });
      return rig.finish(station, acted?.deliveryIds[0] ?? '');
    };
    const takesUpdates = async () => {
      const states = await ledger.destinations.states(Date.now());
      return states.find(({ name }) => name === 'fhir')?.takesUpdates;
    };
    return { ehr, rig, act, takesUpdates };
  };

  test('as its statement says: no change is sent, none is a dead letter, the board is told', async () => {
    const { ehr, rig, act, takesUpdates } = await paged({ updates: ['Device'] });
    expect(await takesUpdates()).toBe(true);
    const writes = rig.proxy.writes();
    expect(await act('acknowledge')).toMatchObject(UNTOLD);
    expect(await act('resolve')).toMatchObject(UNTOLD);
    expect(rig.proxy.writes()).toBe(writes);
    expect(await takesUpdates()).toBe(false);
    expect(await ledger.deliveries.parked(10)).toEqual([]);
    expect(ehr.store.all('CommunicationRequest')).toMatchObject([{ status: 'active' }]);
  });

  test.each([403, 405])('as it answers %i: asked once, told once', async (status) => {
    const { rig, act, takesUpdates } = await paged();
    const before = rig.told.filter((event) => event === 'carrierChosen').length;
    rig.proxy.trouble({ status, only: 'write' });
    const writes = rig.proxy.writes();
    for (const action of ['acknowledge', 'escalate', 'resolve'] as const) {
      expect(await act(action)).toMatchObject(UNTOLD);
    }
    expect(rig.proxy.writes()).toBe(writes + 1);
    expect(rig.told.filter((event) => event === 'carrierChosen')).toHaveLength(before + 1);
    expect(await takesUpdates()).toBe(false);
    expect(await ledger.deliveries.parked(10)).toEqual([]);
  });

  test('a result that may not be changed is deleted when its ECG is another patient’s', async () => {
    const { ehr, rig } = await paged({ updates: [] });
    const ecg = simulateEcg({ seed: 77, condition: 'normal', ageYears: 60, sex: 'male' });
    const acquisition = { instantMs: Date.UTC(2026, 4, 1), flags: [] };
    const written = async (patient: string): Promise<Ordered> => {
      const ordered = await rig.order({ patient, entry: { ecg, acquisition } });
      await rig.finish(rig.station(), ordered.deliveryId);
      return ordered;
    };
    await written('first');
    const standing = ehr.store.all('RiskAssessment').map(({ id }) => id);
    const { retractionIds } = await written('second');
    expect(retractionIds).toHaveLength(1);
    for (const id of retractionIds) {
      expect(await rig.finish(rig.station(), id)).toMatchObject({ state: 'delivered' });
    }
    const left = ehr.store.all('RiskAssessment').map(({ id }) => id);
    expect(left).toHaveLength(standing.length);
    expect(left).not.toEqual(standing);
  });

  test('a change that is taken ends that state; any other refusal is a dead letter as before', async () => {
    const { ehr, rig, act, takesUpdates } = await paged();
    expect(await act('acknowledge')).toMatchObject({ state: 'delivered' });
    expect(await takesUpdates()).toBe(true);
    expect(ehr.store.all('CommunicationRequest')).toMatchObject([{ status: 'completed' }]);
    rig.proxy.trouble({ status: 422, only: 'write' });
    expect(await act('resolve')).toMatchObject({
      state: 'parked',
      failure: { code: 'destination-refused' },
    });
  });
});
