import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Ledger } from '../../src/ledger/ledger.js';
import { startSandboxEhr, type SandboxEhr } from '../../src/sandbox/ehr/server.js';
import { openDeliveryRig, openRigLedger } from '../support/delivery-rig.js';
import { describeWithHapi, HAPI_START_MS_MAX, startHapi, type Hapi } from '../support/hapi.js';
import { revisionSuite } from './fhir-revisions.suite.js';

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openRigLedger();
}, 60_000);
afterAll(() => ledger.close());

describe('corrections and identity at the sandbox EHR', () => {
  let ehr: SandboxEhr;
  beforeAll(async () => {
    ehr = await startSandboxEhr({ referentialIntegrity: true });
  });
  afterAll(() => ehr.close());
  revisionSuite(
    () => ehr.url,
    () => ledger,
  );
});

describeWithHapi('corrections and identity at a HAPI server', () => {
  let hapi: Hapi | undefined;
  beforeAll(async () => {
    hapi = await startHapi();
  }, HAPI_START_MS_MAX);
  afterAll(() => hapi?.stop());
  revisionSuite(
    () => hapi?.url ?? '',
    () => ledger,
  );
});

describe('a server that takes less', () => {
  const OTHERS = ['Patient', 'Device', 'Provenance'];
  test.each([
    ['DiagnosticReport', ['DiagnosticReport', 'Observation', ...OTHERS]],
    ['Observation', ['Observation', 'DocumentReference', ...OTHERS]],
    ['DocumentReference', ['DocumentReference']],
  ])('gets the result as %s, once, and gives it back', async (type, creates) => {
    const ehr = await startSandboxEhr({ creates });
    const rig = await openDeliveryRig(ehr.url, ledger);
    const entry = {
      acquisition: { instantMs: Date.UTC(2027, 1, 1) + Math.random() * 1e9, flags: [] },
    };
    const ordered = await rig.order({ entry });
    rig.proxy.trouble({ reset: 'after', times: 1 });
    expect(await rig.finish(rig.station(), ordered.deliveryId)).toMatchObject({
      state: 'delivered',
      remoteReference: expect.stringMatching(`^${type}/`),
    });
    expect(ehr.store.all(type)).toHaveLength(1);
    expect(ehr.store.all('RiskAssessment')).toHaveLength(0);
    expect(JSON.stringify(ehr.store.all(type))).toContain(ordered.assessmentId);
    expect(ehr.store.all('Provenance')).toHaveLength(creates.includes('Provenance') ? 1 : 0);
    const { retractionIds } = await rig.order({ patient: 'the-right-one', entry });
    for (const id of retractionIds) await rig.finish(rig.station(), id);
    expect(ehr.store.all(type)).toMatchObject([{ status: 'entered-in-error' }]);
    expect(rig.told).toContain('carrierChosen');
    await rig.close();
    await ehr.close();
  });

  test('or nothing that could carry it: parked for a person, who is told why', async () => {
    const ehr = await startSandboxEhr({ creates: ['Patient'] });
    const rig = await openDeliveryRig(ehr.url, ledger);
    const { deliveryId } = await rig.order();
    expect(await rig.finish(rig.station(), deliveryId)).toMatchObject({
      state: 'parked',
      failure: { code: 'destination-refused' },
    });
    await rig.close();
    await ehr.close();
  });
});
