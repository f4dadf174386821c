import { toAlertEntries } from '../../src/delivery/fhir/alert.js';
import { CARRIERS, EVERYTHING } from '../../src/delivery/fhir/carrier.js';
import {
  ALERT_TYPES,
  USUAL_FORM,
  type Parties,
  type ResultForm,
} from '../../src/delivery/fhir/form.js';
import { toResultEntries } from '../../src/delivery/fhir/result.js';
import type { Order } from '../../src/delivery/destination.js';
import type { TransactionEntry } from '../../src/wire/fhir/resource.js';

/** Everything that the service writes about one ECG, in every form that a site or a server may ask. */
export interface Emitted {
  readonly name: string;
  readonly entries: readonly TransactionEntry[];
}

const NUMBER = { system: 'urn:oid:2.16.840.1.113883.3.999', value: '9' };
const PARTIES: Parties = {
  subject: { type: 'Patient', identifier: NUMBER },
  encounter: { type: 'Encounter', identifier: NUMBER },
  device: null,
};
const FORM: ResultForm = { ...USUAL_FORM, profiles: true };

export function emittedFor(order: Order, png: Uint8Array): readonly Emitted[] {
  const result = (name: string, form: Partial<ResultForm>, more: Partial<Order> = {}): Emitted => ({
    name,
    entries: toResultEntries({ ...order, ...more }, PARTIES, { ...FORM, ...form }, EVERYTHING, png),
  });
  const { assessment } = order;
  return [
    result('result', {}),
    result('result-with-picture', { picture: 'DocumentReference' }),
    result('result-with-media', { picture: 'Media' }),
    result('result-with-range', { probability: 'range' }),
    result('result-replacing', {}, { replaces: ['assessment-of-the-former-state'] }),
    result('abstention', {}, { assessment: withheld(order) }),
    ...CARRIERS.slice(1).map((carrier) => ({
      name: `result-as-${carrier}`,
      entries: toResultEntries(
        order,
        PARTIES,
        { ...FORM, picture: 'Media' },
        { ...EVERYTHING, carrier },
        png,
      ),
    })),
    ...ALERT_TYPES.map((alert) => ({
      name: `alert-as-${alert}`,
      entries: toAlertEntries(
        { ...order, kind: 'alert', assessment: alerting(assessment) },
        { ...PARTIES, risk: null, recipients: [] },
        { ...FORM, alert },
      ),
    })),
  ];
}

function withheld({ assessment }: Order): Order['assessment'] {
  return {
    ...assessment,
    findings: [],
    abstentions: [{ modelId: null, findingId: null, reason: 'quality', detail: 'lead V2 is off' }],
  };
}

/** As though a model in alert mode had found it. */
function alerting(assessment: Order['assessment']): Order['assessment'] {
  const findings = assessment.findings.map((one) => ({ ...one, mode: 'alert' as const }));
  return {
    ...assessment,
    findings,
    alert: { raise: true, findingIds: findings.map((one) => one.findingId) },
  };
}
