import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { toAlertEntries } from '../../src/delivery/fhir/alert.js';
import { USUAL_FORM, type Parties } from '../../src/delivery/fhir/form.js';
import { toResultEntries } from '../../src/delivery/fhir/result.js';
import { sampleAssessment, sampleOrder } from '../../src/delivery/order.fixtures.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { startSandboxEhr, type SandboxEhr } from '../../src/sandbox/ehr/server.js';
import type { TransactionEntry } from '../../src/wire/fhir/resource.js';
import {
  openDeliveryRig,
  openRigLedger,
  untilDue,
  type DeliveryRig,
} from '../support/delivery-rig.js';
import {
  describeWithHapi,
  HAPI_START_MS_MAX,
  startHapi,
  validateWithHapi,
  type Hapi,
} from '../support/hapi.js';
import { deliverySuite } from './fhir-delivery.suite.js';

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openRigLedger();
}, 60_000);
afterAll(() => ledger.close());

describe('delivery to the sandbox EHR', () => {
  let ehr: SandboxEhr;
  beforeAll(async () => {
    ehr = await startSandboxEhr({ referentialIntegrity: true });
  });
  afterAll(() => ehr.close());
  deliverySuite(
    () => ehr.url,
    () => ledger,
  );
});

describeWithHapi('delivery to a HAPI server', () => {
  let hapi: Hapi | undefined;
  beforeAll(async () => {
    hapi = await startHapi();
  }, HAPI_START_MS_MAX);
  afterAll(() => hapi?.stop());
  deliverySuite(
    () => hapi?.url ?? '',
    () => ledger,
  );
});

describe('delivery to a server on which two creates at one instant do not see each other', () => {
  let ehr: SandboxEhr;
  let rig: DeliveryRig;
  beforeAll(async () => {
    ehr = await startSandboxEhr();
    rig = await openDeliveryRig(ehr.url, ledger);
    await rig.finish(rig.station(), (await rig.order()).deliveryId);
  });
  afterAll(async () => {
    await rig.close();
    await ehr.close();
  });

  test.each(['older', 'newer'])(
    'ends with one result where the %s writer is answered first',
    async (first) => {
      const ordered = await rig.order();
      ehr.trouble({ racyMs: 100 });
      rig.proxy.meet(2);
      const reached = rig.proxy.nextWrite();
      const late = { delayAfterMs: 300, times: 1 };
      if (first === 'newer') rig.proxy.trouble(late);
      const older = rig.station({ leaseMs: 1_000, cannotRenew: true })(ordered.deliveryId);
      await reached;
      await untilDue(ledger, ordered.deliveryId);
      if (first === 'older') rig.proxy.trouble(late);
      await Promise.all([rig.finish(rig.station(), ordered.deliveryId), older]);
      ehr.trouble({});
      const made = ehr.store
        .all('RiskAssessment')
        .filter((one) => JSON.stringify(one).includes(ordered.assessmentId));
      expect(made).toHaveLength(2);
      const standing = await rig.standing(ordered);
      expect(standing).toHaveLength(1);
      expect(rig.told).toContain('doubleWithdrawn');
      const delivery = await rig.ledger.deliveries.get(ordered.deliveryId);
      expect(delivery).toMatchObject({
        state: 'delivered',
        remoteReference: `RiskAssessment/${standing[0]?.id}`,
      });
    },
  );
});

describe('delivery to a server without transactions', () => {
  test('writes one by one, and a run that is cut off is finished by the next', async () => {
    const ehr = await startSandboxEhr({ transactions: false });
    const rig = await openDeliveryRig(ehr.url, ledger);
    const ordered = await rig.order();
    ehr.trouble({ reset: 'after', times: 2 });
    await rig.finish(rig.station(), ordered.deliveryId);
    expect(await rig.standing(ordered)).toHaveLength(1);
    expect(await rig.provenances(ordered)).toBe(1);
    expect(ehr.store.all('Device')).toHaveLength(1);
    const [risk] = ehr.store.all('RiskAssessment');
    expect(risk?.['performer']).toEqual({ reference: `Device/${ehr.store.all('Device')[0]?.id}` });
    await rig.close();
    await ehr.close();
  });
});

describeWithHapi("the Bundles we build, before HAPI's validator", () => {
  test('hold no error', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'leadwire-validate-'));
    const number = { system: 'urn:oid:2.16.840.1.113883.3.999', value: '9' };
    const unknown: Parties = {
      subject: { type: 'Patient', identifier: number },
      encounter: { type: 'Encounter', identifier: number },
      device: null,
    };
    const form = USUAL_FORM;
    const alert = { raise: true, findingIds: ['omi'] } as const;
    const alerting = sampleOrder({ kind: 'alert', assessment: sampleAssessment({ alert }) });
    const bundles: Readonly<Record<string, readonly TransactionEntry[]>> = {
      result: toResultEntries(sampleOrder(), unknown, form),
      range: toResultEntries(sampleOrder(), unknown, { ...form, probability: 'range' }),
      abstention: toResultEntries(
        sampleOrder({ assessment: sampleAssessment({ findings: [] }) }),
        unknown,
        form,
      ),
      alert: toAlertEntries(alerting, { ...unknown, risk: null, recipients: [] }, form),
    };
    const files = Object.entries(bundles).map(([name, entries]) => {
      const path = join(folder, `${name}.json`);
      writeFileSync(path, JSON.stringify(transactionOf(entries)));
      return path;
    });
    const issues = await validateWithHapi(...files);
    rmSync(folder, { recursive: true });
    expect(issues.filter((line) => /: (error|fatal) /.test(line))).toEqual([]);
    // The validator has read them: it knows none of our code systems and says so.
    expect(issues.filter((line) => line.includes('leadwire.dev')).length).toBeGreaterThan(3);
  }, 60_000);
});

function transactionOf(entries: readonly TransactionEntry[]): unknown {
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: entries.map(({ fullUrl, resource, ifNoneExist }) => ({
      fullUrl,
      resource,
      request: { method: 'POST', url: resource.resourceType, ifNoneExist },
    })),
  };
}
