import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { examine } from '../../src/core/decision/examination.js';
import { SYSTEMS } from '../../src/delivery/fhir/codes.js';
import { ALERT_TYPES, type AlertType } from '../../src/delivery/fhir/form.js';
import type { EcgEntry, Ledger } from '../../src/ledger/ledger.js';
import { simulateEcg } from '../support/simulated.js';
import {
  AUTHORITY,
  openDeliveryRig,
  untilDue,
  type DeliveryRig,
  type Ordered,
  type OrderSetup,
} from '../support/delivery-rig.js';

interface Json {
  readonly resourceType: string;
  readonly id?: string;
  readonly status?: string;
  readonly [element: string]: unknown;
}

const ALERTING = { alert: { raise: true, findingIds: ['omi'] } } as const;

/** What stands in the chart when an ECG turns out to be another, another patient's, or none. */
export function revisionSuite(serverUrl: () => string, ledger: () => Ledger): void {
  let rig: DeliveryRig;
  beforeAll(async () => {
    rig = await openDeliveryRig(serverUrl(), ledger());
    await rig.finish(rig.station(), (await rig.order()).deliveryId);
  }, 60_000);
  afterAll(() => rig.close());

  const numbered = async (type: string, { assessmentId }: Ordered): Promise<readonly Json[]> => {
    const parts = ['intervals', 'st-levels', 'picture', 'result'];
    const identifier = [
      `${SYSTEMS.assessment}|${assessmentId}`,
      ...parts.map((part) => `${SYSTEMS.part}|${assessmentId}.${part}`),
    ].join(',');
    const { resources } = await rig.direct.search(type, { identifier });
    return resources as unknown as readonly Json[];
  };
  const statuses = async (type: string, ordered: Ordered) =>
    (await numbered(type, ordered)).map(({ status }) => status);
  const deliver = async (setup: OrderSetup): Promise<Ordered> => {
    const ordered = await rig.order(setup);
    await rig.finish(rig.station(), ordered.deliveryId);
    return ordered;
  };
  const takeBack = async ({ retractionIds }: Ordered): Promise<void> => {
    expect(retractionIds).toHaveLength(1);
    for (const id of retractionIds) await rig.finish(rig.station(), id);
  };
  const recording = (seed: number): Partial<EcgEntry> => ({
    ecg: simulateEcg({ seed, condition: 'inferior-occlusion', ageYears: 60, sex: 'male' }),
    acquisition: { instantMs: Date.UTC(2026, 4, 1) + seed * 60_000, flags: [] },
  });
  const seedOf = (() => {
    let seed = Math.floor(Math.random() * 1e6);
    return () => (seed += 1);
  })();

  test('the same recording under another patient: the first chart keeps none of it', async () => {
    const entry = recording(seedOf());
    const examination = entry.ecg ? examine(entry.ecg) : null;
    const temporary = await deliver({ entry, assessment: { examination } });
    expect(await statuses('RiskAssessment', temporary)).toEqual(['preliminary']);
    expect(await statuses('Observation', temporary)).toEqual(['preliminary', 'preliminary']);
    const moved = await deliver({ patient: randomUUID(), entry, assessment: { examination } });
    await takeBack(moved);
    expect(await statuses('RiskAssessment', temporary)).toEqual(['entered-in-error']);
    expect(await statuses('Observation', temporary)).toEqual([
      'entered-in-error',
      'entered-in-error',
    ]);
    expect(await statuses('RiskAssessment', moved)).toEqual(['preliminary']);
    const [wrong] = await numbered('RiskAssessment', temporary);
    expect(JSON.stringify(wrong?.['note'])).toContain('another patient');
    expect(JSON.stringify(await numbered('RiskAssessment', moved))).not.toContain(
      temporary.assessmentId,
    );
  });

  test.each(ALERT_TYPES)('an alert as %s is taken back with it', async (type: AlertType) => {
    const entry = recording(seedOf());
    const ordered = await rig.order({ kind: 'alert', entry, assessment: ALERTING });
    await rig.finish(rig.station({ form: { alert: type } }), ordered.deliveryId);
    const standing = await statuses(type, ordered);
    expect(standing).toHaveLength(1);
    const moved = await rig.order({ patient: randomUUID(), entry });
    await takeBack(moved);
    const ended = { CommunicationRequest: 'revoked', Flag: 'entered-in-error' } as const;
    expect(await statuses(type, ordered)).toEqual([
      type === 'DetectedIssue' ? 'entered-in-error' : ended[type],
    ]);
    expect(await statuses(type, ordered)).not.toEqual(standing);
  });

  test('a corrected ECG: the new result names the one that it takes the place of', async () => {
    const patient = randomUUID();
    const seed = seedOf();
    const first = await deliver({ patient, entry: recording(seed) });
    const corrected = await deliver({
      patient,
      entry: {
        ...recording(seed),
        ecg: recording(seed + 500_000).ecg as EcgEntry['ecg'],
        status: 'corrected',
      },
    });
    await takeBack(corrected);
    expect(await statuses('RiskAssessment', first)).toEqual(['entered-in-error']);
    const [risk] = await numbered('RiskAssessment', corrected);
    expect(risk).toMatchObject({ status: 'preliminary' });
    expect(JSON.stringify(risk?.['note'])).toContain(first.assessmentId);
    const { resources } = await rig.direct.search('Provenance', {
      _tag: `${SYSTEMS.ofAssessment}|${corrected.assessmentId}`,
    });
    expect(resources).toHaveLength(1);
    expect(JSON.stringify(resources)).toContain('revision');
  });

  describe('a withdrawal', () => {
    const withdraw = async (ordered: Ordered, instantMs: number): Promise<readonly string[]> => {
      const accepted = await ledger().receipts.accept(
        {
          door: 'mllp',
          sender: 'test',
          messageId: randomUUID(),
          contentType: 'x',
          bytes: new Uint8Array([2]),
          receivedAtMs: Date.now(),
          hints: {},
        },
        {
          outcome: 'notice',
          notice: {
            kind: 'withdrawal',
            patient: { authority: AUTHORITY, value: ordered.patient },
            order: null,
            acquiredMs: instantMs,
            namesEcg: true,
            sourceReference: null,
            sourceVersion: null,
            fingerprint: null,
          },
        },
        { modelSet: 'none', policyVersion: 'none' },
      );
      return accepted.retractionIds ?? [];
    };
    const instantOf = (entry: Partial<EcgEntry>): number => entry.acquisition?.instantMs ?? 0;

    test('leaves nothing of the ECG in the chart', async () => {
      const entry = recording(seedOf());
      const ordered = await deliver({ entry });
      const [retraction = ''] = await withdraw(ordered, instantOf(entry));
      expect(await rig.finish(rig.station(), retraction)).toMatchObject({ state: 'delivered' });
      expect(await statuses('RiskAssessment', ordered)).toEqual(['entered-in-error']);
      const before = rig.proxy.writes();
      await rig.ledger.deliveries.requeue(retraction, Date.now());
      await rig.finish(rig.station(), retraction);
      expect(rig.proxy.writes()).toBe(before);
    });

    test('that meets the result on its way takes it back as soon as it stands', async () => {
      const entry = recording(seedOf());
      const ordered = await rig.order({ entry });
      rig.proxy.trouble({ delayBeforeMs: 600, times: 1 });
      const reached = rig.proxy.nextWrite();
      const writing = rig.station()(ordered.deliveryId);
      await reached;
      const [retraction = ''] = await withdraw(ordered, instantOf(entry));
      await writing;
      rig.proxy.trouble({});
      expect(await statuses('RiskAssessment', ordered)).toEqual(['entered-in-error']);
      expect(await rig.ledger.deliveries.get(ordered.deliveryId)).toMatchObject({
        state: 'cancelled',
      });
      expect(await rig.ledger.deliveries.get(retraction)).toMatchObject({ state: 'pending' });
    });

    test('of a result whose writer was killed on the way waits for what may still arrive', async () => {
      const entry = recording(seedOf());
      const ordered = await rig.order({ entry });
      rig.proxy.trouble({ delayBeforeMs: 1_500, hang: 'after', times: 1 });
      const reached = rig.proxy.nextWrite();
      // Never heard of again, like a process that was killed.
      void rig
        .station({ leaseMs: 6_000, cannotRenew: true })(ordered.deliveryId)
        .catch(() => undefined);
      await reached;
      const [retraction = ''] = await withdraw(ordered, instantOf(entry));
      await untilDue(rig.ledger, retraction);
      await rig.finish(rig.station(), retraction);
      await rig.proxy.settled();
      expect(await statuses('RiskAssessment', ordered)).toEqual(['entered-in-error']);
    }, 60_000);
  });
}
