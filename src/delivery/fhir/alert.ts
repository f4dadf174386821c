import type {
  CommunicationRequest,
  DetectedIssue,
  Device,
  Encounter,
  Flag,
  Patient,
  Reference,
} from '@medplum/fhirtypes';
import type { Finding } from '../../core/decision/assessment.js';
import { tokenQuery } from '../../wire/fhir/reference.js';
import type { FhirResource, TransactionEntry } from '../../wire/fhir/resource.js';
import type { AlertState } from '../../ledger/alerts.js';
import type { Order } from '../destination.js';
import { pagedFindings, pageText, pageUrgency } from '../page-wording.js';
import { stateExtension, statusOf } from './alert-state.js';
import { alertCategory, FLAG_CATEGORY, SYSTEMS } from './codes.js';
import { metaOf, outcomeOf, type AlertType, type ResultForm } from './form.js';
import { ALERT_URN } from './urns.js';

export interface AlertParties {
  readonly subject: Reference<Patient>;
  readonly encounter: Reference<Encounter> | null;
  readonly device: Reference<Device> | null;
  /** The result in the chart; null while it is not there, as an alert does not wait for it. */
  readonly risk: Reference | null;
  /** Who is asked to act, as the site configures it: `Group/ed`, `HealthcareService/ed`. */
  readonly recipients: readonly string[];
}

interface Alerted {
  readonly order: Order;
  readonly parties: AlertParties;
  readonly form: ResultForm;
  readonly findings: readonly Finding[];
  readonly text: string;
  readonly authored: string;
  readonly state: AlertState;
}

export function toAlertEntries(
  order: Order,
  parties: AlertParties,
  form: ResultForm,
): readonly TransactionEntry[] {
  const findings = pagedFindings(order);
  const text = pageText(order);
  const authored = new Date(order.assessedAtMs).toISOString();
  // Somebody may have been faster than the page: then it says so from the start.
  const state = order.alert?.state ?? 'raised';
  const resource = BUILDERS[form.alert]({ order, parties, form, findings, text, authored, state });
  const ifNoneExist = tokenQuery('identifier', SYSTEMS.alert, order.deliveryId);
  return [{ fullUrl: ALERT_URN, resource, ifNoneExist }];
}

const BUILDERS: Readonly<Record<AlertType, (alerted: Alerted) => FhirResource>> = {
  CommunicationRequest: toCommunicationRequest,
  Flag: toFlag,
  DetectedIssue: toDetectedIssue,
};

/** By the first an alert is one, by the second everything of an assessment is taken back. */
function identifiersOf({ deliveryId, assessmentId }: Order) {
  return [
    { system: SYSTEMS.alert, value: deliveryId },
    { system: SYSTEMS.assessment, value: assessmentId },
  ];
}

function aboutOf({ parties, order }: Alerted): Reference {
  return (
    parties.risk ?? {
      type: 'RiskAssessment',
      identifier: { system: SYSTEMS.assessment, value: order.assessmentId },
    }
  );
}

function toCommunicationRequest(alerted: Alerted): CommunicationRequest {
  const { order, parties, form, findings, text, authored, state } = alerted;
  return {
    resourceType: 'CommunicationRequest',
    ...metaOf(order.assessment, form, 'communication'),
    extension: [stateExtension(state)],
    identifier: identifiersOf(order),
    status: statusOf('CommunicationRequest', state),
    category: [alertCategory()],
    priority: pageUrgency(order) === 'critical' ? 'stat' : 'urgent',
    subject: parties.subject,
    about: [aboutOf(alerted)],
    ...(parties.encounter ? { encounter: parties.encounter } : {}),
    payload: [{ contentString: text }],
    authoredOn: authored,
    ...(parties.device ? { requester: parties.device, sender: parties.device } : {}),
    ...(parties.recipients.length > 0
      ? { recipient: parties.recipients.map((reference) => ({ reference })) }
      : {}),
    reasonCode: findings.map(outcomeOf),
  };
}

function toFlag({ order, parties, form, findings, text, authored, state }: Alerted): Flag {
  return {
    resourceType: 'Flag',
    ...metaOf(order.assessment, form, 'flag'),
    extension: [stateExtension(state)],
    identifier: identifiersOf(order),
    status: statusOf('Flag', state),
    category: [{ coding: [{ system: FLAG_CATEGORY, code: 'clinical' }] }],
    code: { coding: findings.flatMap((one) => outcomeOf(one).coding ?? []), text },
    subject: parties.subject,
    period: { start: authored },
    ...(parties.encounter ? { encounter: parties.encounter } : {}),
    ...(parties.device ? { author: parties.device } : {}),
  };
}

function toDetectedIssue(alerted: Alerted): DetectedIssue {
  const { order, parties, form, findings, text, authored, state } = alerted;
  return {
    resourceType: 'DetectedIssue',
    ...metaOf(order.assessment, form, 'issue'),
    extension: [stateExtension(state)],
    identifier: identifiersOf(order),
    // The types know only what an issue begins as; a page in doubt may find its alert ended.
    status: statusOf('DetectedIssue', state) as 'preliminary' | 'final',
    code: { coding: findings.flatMap((one) => outcomeOf(one).coding ?? []), text },
    severity: pageUrgency(order) === 'critical' ? 'high' : 'moderate',
    patient: parties.subject,
    identifiedDateTime: authored,
    ...(parties.device ? { author: parties.device } : {}),
    implicated: [aboutOf(alerted)],
    detail: text,
  };
}
