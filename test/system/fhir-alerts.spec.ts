import { afterAll, beforeAll, describe } from '@jest/globals';
import type { Ledger } from '../../src/ledger/ledger.js';
import { startSandboxEhr, type SandboxEhr } from '../../src/sandbox/ehr/server.js';
import { openRigLedger } from '../support/delivery-rig.js';
import { describeWithHapi, HAPI_START_MS_MAX, startHapi, type Hapi } from '../support/hapi.js';
import { alertSuite } from './fhir-alerts.suite.js';

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openRigLedger();
}, 60_000);
afterAll(() => ledger.close());

describe('an alert between the board and the sandbox EHR', () => {
  let ehr: SandboxEhr;
  beforeAll(async () => {
    ehr = await startSandboxEhr({ referentialIntegrity: true });
  });
  afterAll(() => ehr.close());
  alertSuite(
    () => ehr.url,
    () => ledger,
  );
});

describeWithHapi('an alert between the board and a HAPI server', () => {
  let hapi: Hapi | undefined;
  beforeAll(async () => {
    hapi = await startHapi();
  }, HAPI_START_MS_MAX);
  afterAll(() => hapi?.stop());
  alertSuite(
    () => hapi?.url ?? '',
    () => ledger,
  );
});
