import { describe } from '@jest/globals';
import { startSandboxEhr } from '../../src/sandbox/ehr/server.js';
import { describeWithHapi, HAPI_START_MS_MAX, startHapi } from '../support/hapi.js';
import { describeEhrBehaviour } from './ehr-behaviour.suite.js';

describe('the sandbox EHR behaves as an EHR does', () => {
  describeEhrBehaviour(async () => {
    const ehr = await startSandboxEhr();
    return { url: ehr.url, stop: () => ehr.close() };
  }, 10_000);
});

describeWithHapi('a HAPI server behaves as the sandbox EHR does', () => {
  describeEhrBehaviour(() => startHapi(), HAPI_START_MS_MAX);
});
