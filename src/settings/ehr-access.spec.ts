import { expect, test } from '@jest/globals';
import { simulateEcg } from '../../test/support/simulated.js';
import { loadConfig } from '../config.js';
import { examine } from '../core/decision/examination.js';
import { toAlertEntries } from '../delivery/fhir/alert.js';
import { EVERYTHING } from '../delivery/fhir/carrier.js';
import { USUAL_FORM } from '../delivery/fhir/form.js';
import { toResultEntries } from '../delivery/fhir/result.js';
import { sampleAssessment, sampleOrder } from '../delivery/order.fixtures.js';
import { parseScope, permits, type Action, type Scope } from '../sandbox/ehr/scopes.js';

const NUMBER = { identifier: { system: 'urn:oid:1.2.3', value: '9' } };
const PARTIES = { subject: NUMBER, encounter: null, device: null };

function usualScopes(): readonly Scope[] {
  const loaded = loadConfig({});
  if (!loaded.ok) throw new Error(loaded.problems.join());
  return loaded.config.fhirScope.split(' ').flatMap((one) => parseScope(one) ?? []);
}

/** Everything that is written where a site has set nothing. */
function writtenTypes(): readonly string[] {
  const ecg = simulateEcg({ seed: 3, condition: 'normal', ageYears: 60, sex: 'female' });
  const order = sampleOrder({ assessment: sampleAssessment({ examination: examine(ecg) }) });
  const entries = [
    ...toResultEntries(order, PARTIES, USUAL_FORM, EVERYTHING, null),
    ...toAlertEntries(
      { ...order, kind: 'alert' },
      { ...PARTIES, risk: null, recipients: [] },
      USUAL_FORM,
    ),
  ];
  return [...new Set(entries.map(({ resource }) => resource.resourceType))];
}

test('the scopes asked for let do all that is usually written', () => {
  const scopes = usualScopes();
  const types = writtenTypes();
  expect([...types].sort()).toEqual([
    'CommunicationRequest',
    'Device',
    'Observation',
    'Provenance',
    'RiskAssessment',
  ]);
  const actions: readonly Action[] = ['c', 'r', 'u', 's'];
  const lacking = types.flatMap((type) =>
    actions.filter((action) => !permits(scopes, type, action)).map((action) => `${type}.${action}`),
  );
  expect(lacking).toEqual([]);
});

test('and write nothing else but Subscriptions', () => {
  const written = usualScopes().filter(({ actions }) => /[cud]/.test(actions));
  expect(written.map(({ type }) => type).sort()).toEqual(
    [...writtenTypes(), 'Subscription'].sort(),
  );
});
