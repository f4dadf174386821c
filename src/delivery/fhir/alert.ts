import type {
  CommunicationRequest,
  Device,
  Encounter,
  Patient,
  Reference,
  RiskAssessment,
} from '@medplum/fhirtypes';
import { tokenQuery } from '../../wire/fhir/reference.js';
import type { TransactionEntry } from '../../wire/fhir/resource.js';
import type { Order } from '../destination.js';
import { pagedFindings, pageText, pageUrgency } from '../page-wording.js';
import { alertCategory, SYSTEMS } from './codes.js';
import { ALERT_URN, metaOf, outcomeOf, type ResultForm } from './result.js';

export interface AlertParties {
  readonly subject: Reference<Patient>;
  readonly encounter: Reference<Encounter> | null;
  readonly device: Reference<Device> | null;
  /** The result in the chart; null while it is not there, as an alert does not wait for it. */
  readonly risk: Reference<RiskAssessment> | null;
  /** Who is asked to act, as the site configures it: `Group/ed`, `HealthcareService/ed`. */
  readonly recipients: readonly string[];
}

export function toAlertEntries(
  order: Order,
  parties: AlertParties,
  form: ResultForm,
): readonly TransactionEntry[] {
  return [
    {
      fullUrl: ALERT_URN,
      resource: toCommunicationRequest(order, parties, form),
      ifNoneExist: tokenQuery('identifier', SYSTEMS.alert, order.deliveryId),
    },
  ];
}

function toCommunicationRequest(
  order: Order,
  parties: AlertParties,
  form: ResultForm,
): CommunicationRequest {
  const { assessment } = order;
  return {
    resourceType: 'CommunicationRequest',
    ...metaOf(assessment, form),
    identifier: [{ system: SYSTEMS.alert, value: order.deliveryId }],
    status: 'active',
    category: [alertCategory()],
    priority: pageUrgency(order) === 'critical' ? 'stat' : 'urgent',
    subject: parties.subject,
    about: [
      parties.risk ?? {
        type: 'RiskAssessment',
        identifier: { system: SYSTEMS.assessment, value: order.assessmentId },
      },
    ],
    ...(parties.encounter ? { encounter: parties.encounter } : {}),
    payload: [{ contentString: pageText(order) }],
    authoredOn: new Date(order.assessedAtMs).toISOString(),
    ...(parties.device ? { requester: parties.device, sender: parties.device } : {}),
    ...(parties.recipients.length > 0
      ? { recipient: parties.recipients.map((reference) => ({ reference })) }
      : {}),
    reasonCode: pagedFindings(order).map(outcomeOf),
  };
}
